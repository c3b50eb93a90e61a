"""Takes the demo out again: every row of its teams, and nothing else. The audit record stays, as it always does."""

from __future__ import annotations

from django.db import connection, transaction

from groups.models import Group, Team

# In the order in which nothing is left hanging. %(teams)s and %(groups)s are the ids of the demo.
OF_GROUPS = (
    "lifecycle_daily",
    "lifecycle_acting",
    "lifecycle_health",
    "lifecycle_kept",
    "lifecycle_membernumber",
    "lifecycle_coveragespan",
    "lifecycle_dirtygroup",
    "lifecycle_nightfault",
    "lifecycle_statechange",
    "lifecycle_standing",
)
STATEMENTS = (
    "DELETE FROM lifecycle_caseevent WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM lifecycle_casetask WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM lifecycle_case WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM lifecycle_flag WHERE team_id = ANY(%(teams)s)",
    *(f"DELETE FROM {table} WHERE group_id = ANY(%(groups)s)" for table in OF_GROUPS),  # noqa: S608 - names of ours
    "DELETE FROM lifecycle_importfile WHERE upload_id IN"
    " (SELECT id FROM lifecycle_import WHERE team_id = ANY(%(teams)s))",
    "DELETE FROM lifecycle_import WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM lifecycle_source WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM lifecycle_fleetday WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM assessments_registration WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM assessments_override WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM assessments_condition WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM assessments_verdict WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM assessments_answerpage WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM assessments_assessment_collaborators WHERE assessment_id IN"
    " (SELECT id FROM assessments_assessment WHERE team_id = ANY(%(teams)s))",
    "DELETE FROM assessments_assessment WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM groups_ledgerline WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM groups_plan WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM groups_group WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM groups_membership WHERE team_id = ANY(%(teams)s) OR user_id IN"
    " (SELECT id FROM groups_user WHERE is_demo)",
    "DELETE FROM groups_costcategory c WHERE is_demo AND NOT EXISTS"
    " (SELECT 1 FROM groups_ledgerline l WHERE l.category_id = c.id)",
    "DELETE FROM groups_user WHERE is_demo",
    "DELETE FROM groups_team WHERE id = ANY(%(teams)s)",
    # Without any group left, the nights speak of nothing.
    "DELETE FROM lifecycle_nightitem WHERE NOT EXISTS (SELECT 1 FROM groups_group)",
    "DELETE FROM lifecycle_nightrun WHERE NOT EXISTS (SELECT 1 FROM groups_group)",
)


@transaction.atomic
def clear_demo() -> dict[str, int]:
    """Delete the demo; returns how many teams and groups went. Running it again deletes nothing."""
    teams = list(Team.objects.filter(is_demo=True).values_list("pk", flat=True))
    groups = list(Group.objects.filter(team__in=teams).values_list("pk", flat=True))
    if teams:
        with connection.cursor() as cursor:
            for statement in STATEMENTS:
                cursor.execute(statement, {"teams": teams, "groups": groups})
    return {"teams": len(teams), "groups": len(groups)}

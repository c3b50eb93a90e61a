"""Takes the demo out again: every row of its teams, and nothing else. The audit record stays, as it always does.

An administrator of the demo sees every team, and may have worked in others. Who did stays by name beside that work.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import QuerySet

from community_ops.demo.one_at_a_time import demo_in_our_hands
from groups.models import Group, Team

# In the order in which nothing is left hanging. %(teams)s and %(groups)s are the ids of the demo.
OF_GROUPS = (
    "lifecycle_daily",
    "lifecycle_acting",
    "lifecycle_health",
    "lifecycle_membernumber",
    "lifecycle_memberevent",
    "lifecycle_doubtedday",
    "lifecycle_rest",
    "lifecycle_exemption",
    "lifecycle_coveragespan",
    "lifecycle_sourceday",
    "lifecycle_preferredsource",
    "lifecycle_advertlist",
    "lifecycle_judgedanew",
    "lifecycle_policyturn",
    "lifecycle_groupend",
    "lifecycle_dirtygroup",
    "lifecycle_weekmark",
    "lifecycle_nightfault",
    "lifecycle_statechange",
    "lifecycle_standing",
)
OF_PEOPLE = ("groups_personsession", "groups_authenticatorapp", "groups_backupcodes")
# Somebody of the demo answers for the token; the tokens of others only lose the demo's teams.
DEMO_TOKENS = "SELECT id FROM groups_apitoken WHERE person_id IN (SELECT id FROM groups_user WHERE is_demo)"
TOKENS = (
    f"DELETE FROM groups_apianswer WHERE token_id IN ({DEMO_TOKENS})",  # noqa: S608 - names of ours
    f"DELETE FROM groups_apitoken_teams WHERE team_id = ANY(%(teams)s) OR apitoken_id IN ({DEMO_TOKENS})",  # noqa: S608
    "DELETE FROM groups_apitoken WHERE person_id IN (SELECT id FROM groups_user WHERE is_demo)",
    "UPDATE groups_apitoken SET made_by_id = NULL WHERE made_by_id IN (SELECT id FROM groups_user WHERE is_demo)",
    "UPDATE groups_apitoken SET revoked_by_id = NULL WHERE revoked_by_id IN (SELECT id FROM groups_user WHERE is_demo)",
)
# A category of the demo that others enter lines under by now, or put one of theirs below, is theirs.
KEPT_CATEGORIES = (
    """
    WITH RECURSIVE kept AS (
        SELECT id, parent_id FROM groups_costcategory c
        WHERE NOT is_demo OR EXISTS (SELECT 1 FROM groups_ledgerline l WHERE l.category_id = c.id)
            OR EXISTS (SELECT 1 FROM groups_recurringline r WHERE r.category_id = c.id)
            OR EXISTS (SELECT 1 FROM groups_allocation a WHERE a.category_id = c.id)
        UNION
        SELECT c.id, c.parent_id FROM groups_costcategory c JOIN kept ON kept.parent_id = c.id
    )
    UPDATE groups_costcategory SET is_demo = false WHERE is_demo AND id IN (SELECT id FROM kept)
    """,
)
# Every reference to a person that the database holds on to, as a question about one person `u`.
NAMED = """
    SELECT string_agg(format('EXISTS (SELECT 1 FROM %s WHERE %I = u.id)', c.conrelid::regclass, a.attname), ' OR ')
    FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.confrelid = 'groups_user'::regclass AND c.conparentid = 0
"""
# Nobody signs in as such a person again, and the user name is free for the next demo.
CLOSED = """
    UPDATE groups_user u SET is_demo = false, is_active = false, is_administrator = false, is_superuser = false,
        is_staff = false, password = '!', username = 'demo-' || id, email = ''
    WHERE is_demo AND ({named})
"""
_DEMO_PEOPLE = "(SELECT id FROM groups_user WHERE is_demo)"
_DEMO_ROBOTS = f"SELECT id FROM groups_robot WHERE team_id = ANY(%(teams)s) OR made_by_id IN {_DEMO_PEOPLE}"  # noqa: S608
NOTICES = (
    f"DELETE FROM groups_notice WHERE team_id = ANY(%(teams)s) OR user_id IN {_DEMO_PEOPLE}",  # noqa: S608
    f"DELETE FROM groups_noticemute WHERE group_id = ANY(%(groups)s) OR user_id IN {_DEMO_PEOPLE}",  # noqa: S608
    f"DELETE FROM groups_noticechoice WHERE user_id IN {_DEMO_PEOPLE}",  # noqa: S608
    f"DELETE FROM groups_savedview WHERE team_id = ANY(%(teams)s) OR owner_id IN {_DEMO_PEOPLE}",  # noqa: S608
    f"DELETE FROM groups_reportday WHERE user_id IN {_DEMO_PEOPLE}",  # noqa: S608
    f"DELETE FROM groups_sharedreport WHERE team_id = ANY(%(teams)s) OR made_by_id IN {_DEMO_PEOPLE}",  # noqa: S608
    f"UPDATE groups_sharedreport SET revoked_by_id = made_by_id WHERE revoked_by_id IN {_DEMO_PEOPLE}",  # noqa: S608
    f"UPDATE groups_samplework SET asked_by_id = NULL WHERE asked_by_id IN {_DEMO_PEOPLE}",  # noqa: S608
    f"DELETE FROM groups_quiethours WHERE user_id IN {_DEMO_PEOPLE}",  # noqa: S608
    f"DELETE FROM groups_delivery WHERE user_id IN {_DEMO_PEOPLE} OR robot_id IN ({_DEMO_ROBOTS})",  # noqa: S608
    f"DELETE FROM groups_robot WHERE id IN ({_DEMO_ROBOTS})",  # noqa: S608
)
# A policy that somebody of the demo adopted goes on to hold: what was judged by it names it. So does what they told of
# the calendar.
POLICIES = (
    f"DELETE FROM lifecycle_policyturn WHERE draft_id IN"  # noqa: S608
    f" (SELECT id FROM lifecycle_policydraft WHERE made_by_id IN {_DEMO_PEOPLE})",
    f"DELETE FROM lifecycle_policydraft WHERE made_by_id IN {_DEMO_PEOPLE}",  # noqa: S608
    f"UPDATE lifecycle_policydraft SET ended_by_id = NULL WHERE ended_by_id IN {_DEMO_PEOPLE}",  # noqa: S608
    f"UPDATE lifecycle_calendarturn SET made_by_id = NULL WHERE made_by_id IN {_DEMO_PEOPLE}",  # noqa: S608
    f"UPDATE lifecycle_policyversion SET made_by_id = NULL WHERE made_by_id IN {_DEMO_PEOPLE}",  # noqa: S608
)
STATEMENTS = (
    # Groups of others that were judged together with the demo's are judged once from their beginning.
    "DELETE FROM lifecycle_keptpack WHERE EXISTS (SELECT 1 FROM unnest(%(groups)s::int[]) AS g(id)"
    " WHERE g.id BETWEEN first_group_id AND last_group_id)",
    # And weeks of others that lie packed together with the demo's are packed anew by the upkeep.
    "DELETE FROM lifecycle_weekpack WHERE EXISTS (SELECT 1 FROM unnest(%(groups)s::int[]) AS g(id)"
    " WHERE g.id BETWEEN first_group_id AND last_group_id)",
    *NOTICES,
    "DELETE FROM lifecycle_caseevent WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM lifecycle_treatment WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM lifecycle_askedmember WHERE migration_id IN"
    " (SELECT id FROM lifecycle_migration WHERE team_id = ANY(%(teams)s))",
    # A group of the demo may be the target of a case of others.
    "DELETE FROM lifecycle_migration WHERE team_id = ANY(%(teams)s)",
    "UPDATE lifecycle_migration SET target_id = NULL, sealed_code = NULL, code_until = NULL"
    " WHERE target_id = ANY(%(groups)s)",
    "DELETE FROM lifecycle_casetask WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM lifecycle_case WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM lifecycle_playbookversion WHERE playbook_id IN"
    " (SELECT id FROM lifecycle_teamplaybook WHERE team_id = ANY(%(teams)s))",
    "DELETE FROM lifecycle_teamplaybook WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM lifecycle_flag WHERE team_id = ANY(%(teams)s)",
    *(f"DELETE FROM {table} WHERE group_id = ANY(%(groups)s)" for table in OF_GROUPS),  # noqa: S608 - names of ours
    "DELETE FROM lifecycle_importfile WHERE upload_id IN"
    " (SELECT id FROM lifecycle_import WHERE team_id = ANY(%(teams)s))",
    "DELETE FROM lifecycle_importundo WHERE upload_id IN"
    " (SELECT id FROM lifecycle_import WHERE team_id = ANY(%(teams)s))",
    "DELETE FROM lifecycle_groupalias WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM lifecycle_import WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM lifecycle_sourceoutage WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM lifecycle_source WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM lifecycle_fleetday WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM assessments_review WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM assessments_experience WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM assessments_score WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM assessments_registration WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM assessments_override WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM assessments_condition WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM assessments_verdict WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM assessments_answerpage WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM assessments_assessment_collaborators WHERE assessment_id IN"
    " (SELECT id FROM assessments_assessment WHERE team_id = ANY(%(teams)s))",
    "DELETE FROM assessments_assessment WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM groups_columnpreset WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM groups_listpage WHERE upload_id IN"
    " (SELECT id FROM groups_registryimport WHERE team_id = ANY(%(teams)s))",
    "DELETE FROM groups_registryimport WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM groups_changedgroup WHERE group_id = ANY(%(groups)s)",
    "DELETE FROM groups_changedgroup WHERE change_id IN (SELECT id FROM groups_registrychange WHERE by_id IN"
    " (SELECT id FROM groups_user WHERE is_demo))",
    "DELETE FROM groups_registrychange WHERE by_id IN (SELECT id FROM groups_user WHERE is_demo)",
    "DELETE FROM groups_groupnote WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM groups_groupfilecontent WHERE file_id IN"
    " (SELECT id FROM groups_groupfile WHERE team_id = ANY(%(teams)s))",
    "DELETE FROM groups_groupfile WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM groups_orderday WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM groups_shoporder WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM groups_attributionrule WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM groups_orderimport WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM groups_existingbuyers WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM groups_workedhours WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM groups_misseddue WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM groups_movedmember WHERE move_id IN (SELECT id FROM groups_layermove WHERE team_id = ANY(%(teams)s))",
    "DELETE FROM groups_layermove WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM groups_revenuemodel WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM groups_placement WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM groups_partner WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM groups_ledgerline WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM groups_recurringline WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM groups_allocation WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM groups_monthturn WHERE team_id = ANY(%(teams)s)",
    # Empty by now: the triggers of the ledger took the sums along.
    "DELETE FROM groups_moneymonth WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM groups_teammoneymonth WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM groups_plan WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM groups_handover WHERE team_id = ANY(%(teams)s)",
    f"DELETE FROM groups_groupcoowner WHERE group_id = ANY(%(groups)s) OR user_id IN {_DEMO_PEOPLE}",  # noqa: S608
    # What WeCom tells is nobody's demo; it only does not point here any more.
    "UPDATE lifecycle_wecomgroup SET group_id = NULL WHERE group_id = ANY(%(groups)s)",
    "UPDATE lifecycle_wecomownerday SET credited_to_id = NULL WHERE credited_to_id = ANY(%(groups)s)",
    "UPDATE lifecycle_wecomowner SET team_id = NULL, person_id = NULL, registers = false WHERE team_id = ANY(%(teams)s)"
    " OR person_id IN (SELECT id FROM groups_user WHERE is_demo)",
    "UPDATE lifecycle_wecomrun SET by_id = NULL WHERE by_id IN (SELECT id FROM groups_user WHERE is_demo)",
    "UPDATE lifecycle_wecomconnection SET connected_by_id = NULL"
    " WHERE connected_by_id IN (SELECT id FROM groups_user WHERE is_demo)",
    "DELETE FROM groups_group WHERE team_id = ANY(%(teams)s)",
    "DELETE FROM groups_invitation WHERE team_id = ANY(%(teams)s)",
    *(f"DELETE FROM {table} WHERE user_id IN (SELECT id FROM groups_user WHERE is_demo)" for table in OF_PEOPLE),  # noqa: S608
    "DELETE FROM groups_membership WHERE team_id = ANY(%(teams)s) OR user_id IN"
    " (SELECT id FROM groups_user WHERE is_demo)",
    *KEPT_CATEGORIES,
    "DELETE FROM groups_categoryprice WHERE category_id IN (SELECT id FROM groups_costcategory WHERE is_demo)",
    "DELETE FROM groups_costcategory WHERE is_demo",
    "UPDATE groups_categoryprice SET set_by_id = NULL WHERE set_by_id IN (SELECT id FROM groups_user WHERE is_demo)",
    "DELETE FROM groups_hourlyrate WHERE person_id IN (SELECT id FROM groups_user WHERE is_demo)",
    "UPDATE groups_hourlyrate SET set_by_id = NULL WHERE set_by_id IN (SELECT id FROM groups_user WHERE is_demo)",
    "DELETE FROM groups_weeklycapacity WHERE person_id IN (SELECT id FROM groups_user WHERE is_demo)",
    "UPDATE groups_weeklycapacity SET set_by_id = NULL WHERE set_by_id IN (SELECT id FROM groups_user WHERE is_demo)",
    *TOKENS,
    *POLICIES,
    "UPDATE groups_team SET parent_id = NULL WHERE parent_id = ANY(%(teams)s) AND NOT is_demo",
    "DELETE FROM groups_team WHERE id = ANY(%(teams)s)",
    # Without any group left, the nights speak of nothing.
    "DELETE FROM lifecycle_nightitem WHERE NOT EXISTS (SELECT 1 FROM groups_group)",
    "DELETE FROM lifecycle_nightrun WHERE NOT EXISTS (SELECT 1 FROM groups_group)",
)


class DemoOwnsGroups(Exception):
    """People of the demo own running groups of other teams, which are handed over first. Nothing was written."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(", ".join(names))
        self.names = list(names)


def clear_demo() -> dict[str, int]:
    """Delete the demo; returns how many teams and groups went, and how many people stay by name, closed.

    Running it again deletes nothing. Raises DemoOwnsGroups, DemoInHands.
    """
    with demo_in_our_hands(), transaction.atomic():
        return _cleared()


def owned_by_demo() -> QuerySet[Group]:
    """Running groups of others that people of the demo own: they are handed over before the demo can go."""
    return Group.objects.running().filter(team__is_demo=False, owner__is_demo=True)


def _cleared() -> dict[str, int]:
    teams = list(Team.objects.filter(is_demo=True).values_list("pk", flat=True))
    groups = list(Group.objects.filter(team__in=teams).values_list("pk", flat=True))
    if names := sorted(owned_by_demo().values_list("name", flat=True)):
        raise DemoOwnsGroups(names)
    closed = 0
    if teams:
        with connection.cursor() as cursor:
            for statement in STATEMENTS:
                cursor.execute(statement, {"teams": teams, "groups": groups})
            cursor.execute(NAMED)
            cursor.execute(CLOSED.format(named=cursor.fetchone()[0]))
            closed = cursor.rowcount
            cursor.execute("DELETE FROM groups_user WHERE is_demo")
    return {"teams": len(teams), "groups": len(groups), "people_closed": closed}

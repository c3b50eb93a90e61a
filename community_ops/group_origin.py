"""Whether somebody thought before a group was built: the verdict that it came from, an exception, or neither."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from assessments.models import Condition
from groups.access import team_roles
from groups.models import Group, User

STILL_TO_MEET = (Condition.State.OPEN, Condition.State.DOING)
FOUND = """
    SELECT v.outcome,
        EXISTS (SELECT 1 FROM assessments_override o WHERE o.verdict_id = v.id AND o.granted),
        v.assessment_id, a.team_id,
        (
            SELECT count(*) FROM assessments_condition c WHERE c.verdict_id = v.id AND c.state = ANY(%(waiting)s)
            AND NOT EXISTS (SELECT 1 FROM assessments_verdict l WHERE l.assessment_id = a.id AND l.id > v.id)
        )
    FROM assessments_registration r JOIN assessments_verdict v ON v.id = r.verdict_id
    JOIN assessments_assessment a ON a.id = v.assessment_id
    WHERE r.group_id = %(group)s
"""


@dataclass(frozen=True)
class Origin:
    """`outcome` of the verdict; `against`: built by an exception; `assessment` to open, None where it may not be.

    `open_conditions` of the verdict wait still; none once the plan was assessed again.
    """

    outcome: str
    against: bool
    assessment: int | None
    open_conditions: int


def origin_of(group: Group, user: User) -> Origin | None:
    """One query; None for a group that was registered without an assessment."""
    with connection.cursor() as cursor:
        cursor.execute(FOUND, {"group": group.pk, "waiting": list(STILL_TO_MEET)})
        found = cursor.fetchone()
    if found is None:
        return None
    outcome, by_exception, assessment, team, open_conditions = found
    against = by_exception and outcome == "not_now"
    return Origin(outcome, against, assessment if team in team_roles(user) else None, open_conditions)

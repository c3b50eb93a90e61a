"""Whether somebody thought before a group was built: the verdict that it came from, an exception, or neither."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from assessments.models import Assessment, Condition, Override, Registration, Verdict
from groups.models import Group, User

STILL_TO_MEET = (Condition.State.OPEN, Condition.State.DOING)


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
    """Two queries; None for a group that was registered without an assessment."""
    granted = Override.objects.filter(verdict=OuterRef("verdict"), granted=True)
    later = Verdict.objects.filter(assessment=OuterRef("verdict__assessment"), pk__gt=OuterRef("verdict"))
    waiting = Q(verdict__conditions__state__in=STILL_TO_MEET, reassessed=False)
    found = (
        Registration.objects.filter(group=group)
        .select_related("verdict")
        .annotate(by_exception=Exists(granted), reassessed=Exists(later))
        .annotate(open_conditions=Count("verdict__conditions", filter=waiting))
        .first()
    )
    if found is None:
        return None
    visible = Assessment.objects.visible_to(user).filter(pk=found.verdict.assessment_id).exists()
    against = found.by_exception and found.verdict.outcome == "not_now"
    return Origin(
        found.verdict.outcome, against, found.verdict.assessment_id if visible else None, found.open_conditions
    )

"""Whether somebody thought before a group was built: the verdict that it came from, an exception, or neither."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from assessments.models import Assessment, Override, Registration
from groups.models import Group, User


@dataclass(frozen=True)
class Origin:
    """`outcome` of the verdict; `against`: built by an exception; `assessment` to open, None where it may not be."""

    outcome: str
    against: bool
    assessment: int | None


def origin_of(group: Group, user: User) -> Origin | None:
    """Two queries; None for a group that was registered without an assessment."""
    granted = Override.objects.filter(verdict=OuterRef("verdict"), granted=True)
    found = (
        Registration.objects.filter(group=group)
        .select_related("verdict")
        .annotate(by_exception=Exists(granted))
        .first()
    )
    if found is None:
        return None
    visible = Assessment.objects.visible_to(user).filter(pk=found.verdict.assessment_id).exists()
    against = found.by_exception and found.verdict.outcome == "not_now"
    return Origin(found.verdict.outcome, against, found.verdict.assessment_id if visible else None)

"""What the people named in a plan have left of their week, after the groups that they run already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import Assessment, Registration
from assessments.sentences import number_text
from groups.models import Group, User
from groups.models.group import GroupQuerySet
from groups.weekly_hours import hours_of_day


@dataclass(frozen=True)
class Capacity:
    """Hours a week of all named people. `unplanned` groups have no planned hours and are counted as nothing."""

    people: int
    offered: Decimal
    promised: Decimal
    groups: int
    unplanned: int

    @property
    def left(self) -> Decimal:
        return max(self.offered - self.promised, Decimal(0))


def running_besides(assessment: Assessment) -> GroupQuerySet:
    """Running groups but those that were registered from a verdict on this assessment."""
    own = Registration.objects.filter(verdict__assessment=assessment).values("group")
    return Group.objects.running().exclude(pk__in=own)


def capacity_of(answers: Mapping[str, Any], on: date, *, besides: Assessment) -> Capacity | None:
    """Of the owner and those who take part, on a day; None while nobody is named. Two queries.

    Groups that came of the assessment itself are what the plan is about, and promise nothing to others.
    """
    named = {answers.get("owner"), *(answers.get("collaborators") or ())} - {None}
    people = User.objects.filter(pk__in=named, is_active=True).annotate(hours_then=hours_of_day(on))
    hours = people.aggregate(people=Count("pk"), offered=Sum("hours_then"))
    if not hours["people"]:
        return None
    running = running_besides(besides).filter(owner__in=named, plans__superseded_at=None)
    taken = running.aggregate(
        promised=Sum("plans__weekly_hours"),
        groups=Count("pk"),
        unplanned=Count("pk", filter=Q(plans__weekly_hours=None)),
    )
    return Capacity(
        hours["people"], hours["offered"], taken["promised"] or Decimal(0), taken["groups"], taken["unplanned"]
    )


def capacity_sentence(stored: Mapping[str, Any], needed: Any) -> tuple[str, bool]:
    """What is left against what is needed, and whether it is enough; from the stored figures."""
    left = max(Decimal(stored["offered"]) - Decimal(stored["promised"]), Decimal(0))
    said = ngettext(
        "%(count)s person named: %(offered)s hours a week, %(promised)s promised to other groups, %(left)s left.",
        "%(count)s people named: %(offered)s hours a week, %(promised)s promised to other groups, %(left)s left.",
        stored["people"],
    ) % {
        "count": stored["people"],
        "offered": number_text(stored["offered"]),
        "promised": number_text(stored["promised"]),
        "left": number_text(left),
    }
    if stored["unplanned"]:
        said += " " + ngettext(
            "%(count)s of their groups has no planned hours and is not counted.",
            "%(count)s of their groups have no planned hours and are not counted.",
            stored["unplanned"],
        ) % {"count": stored["unplanned"]}
    enough = left >= Decimal(needed)
    if not enough:
        said += " " + _("This plan needs %(needed)s.") % {"needed": number_text(needed)}
    return said, enough

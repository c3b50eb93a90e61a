"""Writes from which day on a person has so many hours a week for groups, and reads what holds on days."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from groups import audit
from groups.models import User, WeeklyCapacity
from groups.rules import weekly_hours
from groups.rules.spans import Span


class HoursInThePast(ValueError):
    """Other hours take over today or later: what was available on past days stays as it was."""


@transaction.atomic
def set_hours(*, person: User, hours: Decimal, since: date, by: User | None, now: datetime) -> bool:
    """Let other weekly hours take over from a day until the next change. False if they hold then already.

    Planned for the same day, they take the place of those before. Raises HoursInThePast.
    """
    if since < timezone.localdate(now):
        raise HoursInThePast(since.isoformat())
    held = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    before = hours_on(held, since)
    if before == hours:
        return False
    WeeklyCapacity.objects.update_or_create(
        person=held, from_on=since, defaults={"hours": hours, "set_at": now, "set_by": by}
    )
    audit.record(
        verb="weekly hours set",
        thing=held,
        by=by,
        now=now,
        before={"hours": str(before)},
        after={"hours": str(hours), "since": since.isoformat()},
    )
    return True


def hours_on(person: User, day: date) -> Decimal:
    """Hours a week that the person has for groups on a day."""
    return weekly_hours.hours_on(person.weekly_hours, _changes_of(person), day)


def hours_over(person: User, span: Span) -> Decimal:
    """Hours a week over the days, weighted by days. No query where `weekly_capacities` was fetched before."""
    return weekly_hours.mean_hours(person.weekly_hours, _changes_of(person), span)


def hours_of_day(day: date) -> Coalesce:
    """For people in a query: what `hours_on` says of each."""
    begun = WeeklyCapacity.objects.filter(person=OuterRef("pk"), from_on__lte=day).order_by("-from_on")
    return Coalesce(Subquery(begun.values("hours")[:1]), F("weekly_hours"))


def _changes_of(person: User) -> list[weekly_hours.Change]:
    return [(each.from_on, each.hours) for each in person.weekly_capacities.all()]

"""Reads what was observed in a group into series for its page: days or weeks, where unknown stays a gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from lifecycle.beside_the_score import summed
from lifecycle.models import DailyActivity, HealthReading
from lifecycle.rules.counts import KNOWN

DAYS_OF_8_WEEKS = 56
DAYS_OF_HALF_A_YEAR = 182


@dataclass(frozen=True)
class Step:
    """One point: the sum over the observed days from `first` to `last`; None = no day of it was observed."""

    first: date
    last: date
    value: int | None
    known_days: int

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def daily(group_id: int, measure: str, last: date, days: int) -> list[Step]:
    """One step a day for a count of DailyActivity, oldest first, ending with `last`."""
    first = last - timedelta(days=days - 1)
    rows = DailyActivity.objects.filter(group_id=group_id, day__range=(first, last)).values_list(
        "day", "known", measure
    )
    seen = {day: count for day, known, count in rows if known & KNOWN[measure]}
    steps = []
    for place in range(days):
        day = first + timedelta(days=place)
        value = seen.get(day)
        steps.append(Step(day, day, value, int(value is not None)))
    return steps


def weekly(steps: Sequence[Step]) -> list[Step]:
    """Sums of seven steps of a day, counted back from the last one; a shorter first week is left out."""
    weeks = []
    for end in range(len(steps), 6, -7):
        week = steps[end - 7 : end]
        known = [step.value for step in week if step.value is not None]
        weeks.append(Step(week[0].first, week[-1].last, sum(known) if known else None, len(known)))
    return weeks[::-1]


def sales(group_id: int, first: date, last: date) -> Decimal | None:
    """Yuan of sales that activity data reported for the days; None where no source reports sales."""
    cents, days = summed(group_id, "revenue_cents", first, last)
    return Decimal(cents) / 100 if days else None


def scores(group_id: int, last: date, days: int) -> list[tuple[date, float | None]]:
    """The health score of each seventh day up to `last`, oldest first; None where none was shown."""
    wanted = [last - timedelta(days=back) for back in range(days - days % 7, -1, -7)]
    readings = HealthReading.objects.filter(group_id=group_id, day__in=wanted, score__gte=0)
    found = {day: score / 100 for day, score in readings.values_list("day", "score")}
    return [(day, found.get(day)) for day in wanted]

"""The weekly hours of a person over days: what holds on a day, and what holds on the mean of some days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from groups.rules.spans import Span

Change = tuple[date, Decimal]  # from this day on, so many hours a week
TENTH = Decimal("0.1")


def hours_on(first: Decimal, changes: Iterable[Change], day: date) -> Decimal:
    """The newest change that has begun by the day; `first` before all of them."""
    begun = [change for change in changes if change[0] <= day]
    return max(begun)[1] if begun else first


def mean_hours(first: Decimal, changes: Sequence[Change], span: Span) -> Decimal:
    """Hours a week over the span, each day with the hours that hold on it, to a tenth of an hour."""
    end = span.last + timedelta(days=1)
    within = sorted(day for day, _hours in changes if span.first < day < end)
    total = Decimal(0)
    for start, stop in pairwise([span.first, *within, end]):
        total += hours_on(first, changes, start) * (stop - start).days
    return (total / span.days).quantize(TENTH, ROUND_HALF_UP)

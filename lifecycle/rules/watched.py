"""What is known of each day of a group: observed, doubted, late, missing, or a day before or after its life."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby

from lifecycle.rules.policy import DEFAULT_POLICY

LATE_DAYS = DEFAULT_POLICY.unknown_after_silent_source  # a day that is not told yet is late so long, then missing


class Watched(StrEnum):
    """Of one day of one group."""

    OBSERVED = "observed"
    DOUBTED = "doubted"
    LATE = "late"
    MISSING = "missing"
    OUTSIDE = "outside"


def watched_days(
    first: date,
    last: date,
    *,
    opened_on: date,
    closed_on: date | None,
    observed: Collection[date],
    doubted: Collection[date],
    yesterday: date,
) -> list[Watched]:
    """One for each day first..last."""
    late_from = yesterday - timedelta(days=LATE_DAYS - 1)

    def of(day: date) -> Watched:
        if day in doubted:
            return Watched.DOUBTED
        if day in observed:
            return Watched.OBSERVED
        if day < opened_on or (closed_on and day > closed_on) or day > yesterday:
            return Watched.OUTSIDE
        return Watched.LATE if day >= late_from else Watched.MISSING

    return [of(first + timedelta(days=n)) for n in range((last - first).days + 1)]


def runs_of(days: Sequence[Watched]) -> list[tuple[Watched, int, int]]:
    """Neighbouring days of one kind together: the kind, the place of the first day, and how many."""
    runs, at = [], 0
    for kind, same in groupby(days):
        length = len(list(same))
        runs.append((kind, at, length))
        at += length
    return runs

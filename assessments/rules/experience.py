"""What groups of one's own tell about an input: the middle, and the span in which most of them lie."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

LEAST_TO_TELL = 3  # fewer groups tell nothing
LEAST_FOR_RANGE = 5  # fewer give no range to draw from
PLACES = Decimal("0.0001")


@dataclass(frozen=True)
class Told:
    """`n` groups with a known value; one of ten lies below `low`, one of ten above `high`."""

    n: int
    low: Decimal
    median: Decimal
    high: Decimal

    def holds(self, value: Decimal) -> bool:
        return self.low <= value <= self.high

    def times(self, factor: Decimal | int) -> Told:
        """The same in another unit, or for several groups."""
        return Told(self.n, self.low * factor, self.median * factor, self.high * factor)


def told_by(values: Iterable[Decimal | None]) -> Told | None:
    """Of the values that are known; None if they are too few."""
    known = sorted(value for value in values if value is not None)
    if len(known) < LEAST_TO_TELL:
        return None
    return Told(len(known), _at(known, Decimal("0.1")), statistics.median(known), _at(known, Decimal("0.9")))


def survival(lives: Iterable[tuple[int, bool]], days: int) -> tuple[int, int]:
    """(how many lived so many days, of how many that could have): (life in days, ended) of each group.

    A group that still runs and is younger tells nothing yet.
    """
    old_enough = [life for life, ended in lives if ended or life >= days]
    return sum(life >= days for life in old_enough), len(old_enough)


def _at(known: list[Decimal], share: Decimal) -> Decimal:
    """The value at a share of the sorted values, between neighbours in proportion."""
    place = share * (len(known) - 1)
    below = int(place)
    above = min(below + 1, len(known) - 1)
    return (known[below] + (known[above] - known[below]) * (place - below)).quantize(PLACES)

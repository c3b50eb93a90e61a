"""Which of three numbers is the day: told from all dates of a chat, which stand in order of time; never guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

NUMBERS = re.compile(r"\d+")
# The places of year, month and day.
YEAR_FIRST, DAY_FIRST, MONTH_FIRST = (0, 1, 2), (2, 1, 0), (2, 0, 1)


def order_of(dates: Sequence[str], last: int) -> tuple[int, int, int] | None:
    """The order in which the dates, in the order of the file, make sense; None if two orders make as much.

    A date that is no day, or one after `last` (ordinal), speaks against an order, and so does time running backwards.
    """
    if not dates:
        return None
    numbers = [NUMBERS.findall(text) for text in dates]
    if any(len(each[0]) == 4 for each in numbers):
        return YEAR_FIRST
    candidates = [DAY_FIRST] if all("." in text for text in dates) else [DAY_FIRST, MONTH_FIRST]
    against = {order: _against(dates, order, last) for order in candidates}
    if all(wrong == len(dates) for wrong, _ in against.values()):  # two digits of a year in front
        return YEAR_FIRST if _against(dates, YEAR_FIRST, last)[0] < len(dates) else candidates[0]
    best = min(candidates, key=lambda order: against[order])
    if len(candidates) == 1:
        return best
    other = max(candidates, key=lambda order: against[order])
    (wrong, back), (wrong_other, back_other) = against[best], against[other]
    sure = wrong < wrong_other or back * 4 < back_other
    return best if sure else None


def ordinal_of(text: str, order: tuple[int, int, int]) -> int | None:
    """The day of a date in the given order as ordinal, or None if there is no such day."""
    numbers = [int(number) for number in NUMBERS.findall(text)]
    year, month, day = (numbers[place] for place in order)
    try:
        return date(year + 2000 if year < 100 else year, month, day).toordinal()
    except (ValueError, OverflowError):
        return None


def _against(dates: Sequence[str], order: tuple[int, int, int], last: int) -> tuple[int, int]:
    """How many dates are impossible in an order, and how often time runs backwards."""
    days = [ordinal_of(text, order) for text in dates]
    possible = [day for day in days if day is not None and day <= last]
    back = sum(1 for one, next_one in zip(possible, possible[1:], strict=False) if next_one < one)
    return len(days) - len(possible), back

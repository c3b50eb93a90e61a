"""Which statutory holiday of mainland China a day belongs to, and its place in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar


@dataclass(frozen=True)
class HolidayDay:
    """`name` is the English name of the holiday, `number` counts its days from 1."""

    name: str
    number: int


def holiday_of(day: date) -> HolidayDay | None:
    """The holiday of a day; None on other days and in years whose list is not published yet."""
    name = _name_of(day)
    if name is None:
        return None
    number = 1
    while _name_of(day - timedelta(days=number)) == name:
        number += 1
    return HolidayDay(name, number)


def _name_of(day: date) -> str | None:
    try:
        is_off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return None
    return str(name) if is_off and name else None

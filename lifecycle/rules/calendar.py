"""Which days count as working days, rest days or festivals, and which years nobody has published yet.

Chain: the published schedule of mainland China with its make-up workdays (chinesecalendar), then the statutory holidays
without make-up days (holidays), then plain weekdays. A year that the first does not know is reported, never hidden.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

import chinese_calendar
import holidays
import numpy as np
from numpy.typing import NDArray

WORKDAY, REST_DAY, FESTIVAL = 0, 1, 2
FESTIVAL_MARGIN_DAYS = 3
FESTIVALS = ("Spring Festival", "Chinese New Year", "National Day")


class Region(StrEnum):
    CHINA = "china"
    WEEKDAYS = "weekdays"  # Monday to Friday, no holidays: for archives from elsewhere


class Schedule(StrEnum):
    """How well a year's working days are known."""

    PUBLISHED = "published"
    STATUTORY = "statutory"  # holidays known, make-up workdays not
    WEEKDAYS = "weekdays"


@dataclass(frozen=True)
class DayKinds:
    """kinds[i] is WORKDAY, REST_DAY or FESTIVAL for the i-th day; uncovered: years without a published schedule."""

    kinds: NDArray[np.int8]
    uncovered: dict[int, Schedule]


def day_kinds(first: date, last: date, region: Region = Region.CHINA) -> DayKinds:
    """Kinds of the days first..last, both included. Festivals reach three days beyond their holidays."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    weekend = np.array([day.weekday() >= 5 for day in days], dtype=np.int8)
    if region is Region.WEEKDAYS:
        return DayKinds(weekend, {})
    kinds = np.array([_kind_in_china(day) for day in days], dtype=np.int8)
    years = {year: schedule_of(year) for year in range(first.year, last.year + 1)}
    return DayKinds(kinds, {year: known for year, known in years.items() if known is not Schedule.PUBLISHED})


def is_festival(day: date) -> bool:
    """Whether the day lies in the Spring Festival or the National Day, or within three days of their holidays."""
    return _kind_in_china(day) == FESTIVAL


def is_day_off(day: date) -> bool:
    """Whether people in mainland China are off on this day: weekends and holidays, but for make-up workdays.

    Not the same as a day that is no WORKDAY: the margins of a festival are working days on which groups act otherwise.
    """
    return _rests_in_china(day)[0]


@lru_cache(maxsize=256)
def schedule_of(year: int) -> Schedule:
    """Where the working days of a year are known from."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return Schedule.STATUTORY if _statutory(year) else Schedule.WEEKDAYS
    return Schedule.PUBLISHED


@lru_cache(maxsize=256)
def _statutory(year: int) -> dict[date, str]:
    return dict(holidays.country_holidays("CN", years=[year], language="en_US"))


@lru_cache(maxsize=16384)
def _rests_in_china(day: date) -> tuple[bool, str]:
    """Whether a day is free, and the holiday that it belongs to or an empty string."""
    match schedule_of(day.year):
        case Schedule.PUBLISHED:
            free, name = chinese_calendar.get_holiday_detail(day)
            return bool(free), str(name or "")
        case _:
            name = _statutory(day.year).get(day, "")
            return bool(name) or day.weekday() >= 5, name


@lru_cache(maxsize=16384)
def _kind_in_china(day: date) -> int:
    for shift in range(-FESTIVAL_MARGIN_DAYS, FESTIVAL_MARGIN_DAYS + 1):
        free, name = _rests_in_china(day + timedelta(days=shift))
        if free and name.startswith(FESTIVALS):
            return FESTIVAL
    return REST_DAY if _rests_in_china(day)[0] else WORKDAY

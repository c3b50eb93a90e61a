"""Which days count as working days, rest days or festivals, and which years nobody has published yet.

Chain: what people of the installation told (single days, then whole years), then the published schedule of mainland
China with its make-up workdays (chinesecalendar), then the statutory holidays without make-up days (holidays), then
plain weekdays. A year that neither people nor the schedule know is reported, never hidden.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
ASKED_FROM_MONTH = 12  # the schedule of the next year is published in November


class Region(StrEnum):
    CHINA = "china"
    WEEKDAYS = "weekdays"  # Monday to Friday, no holidays: for archives from elsewhere


class Schedule(StrEnum):
    """How well a year's working days are known."""

    PUBLISHED = "published"
    STATUTORY = "statutory"  # holidays known, make-up workdays not
    WEEKDAYS = "weekdays"


class HolidayName(StrEnum):
    """The public holidays of mainland China, by names that the packages use as well."""

    NEW_YEAR = "New Year's Day"
    SPRING = "Spring Festival"
    TOMB = "Tomb-sweeping Day"
    LABOUR = "Labour Day"
    DRAGON_BOAT = "Dragon Boat Festival"
    MID_AUTUMN = "Mid-autumn Festival"
    NATIONAL = "National Day"


@dataclass(frozen=True)
class ToldDay:
    """Whether people are off on a day, and the holiday it belongs to (or is worked for), or an empty string."""

    free: bool
    name: str = ""


@dataclass(frozen=True, eq=False)
class ToldCalendar:
    """What people told: days, and years told wholly, where a day that is not among `days` is a plain one.

    Never changed: another one takes its place, so that what was worked out from this one is not taken for the other's.
    """

    days: Mapping[date, ToldDay] = field(default_factory=dict)
    years: frozenset[int] = frozenset()


_told = ToldCalendar()


def take_over(told: ToldCalendar) -> None:
    """Let this hold in this process from now on; lifecycle.told_calendar reads it from the database."""
    global _told
    _told = told


@dataclass(frozen=True)
class DayKinds:
    """kinds[i] is WORKDAY, REST_DAY or FESTIVAL for the i-th day; uncovered: years without a published schedule."""

    kinds: NDArray[np.int8]
    uncovered: dict[int, Schedule]


@dataclass(frozen=True)
class Holiday:
    """Days off in a row, of one holiday or of several that meet.

    `names` are those of the packages; `make_up_days` are worked for it; `silent` are the first and last day that count
    as no evidence, None where it is no festival.
    """

    names: tuple[str, ...]
    first: date
    last: date
    make_up_days: tuple[date, ...]
    silent: tuple[date, date] | None

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


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


def schedule_of(year: int) -> Schedule:
    """How well the working days of a year are known; a year that people told is known as if it were published."""
    return Schedule.PUBLISHED if year in _told.years else schedule_in_packages(year)


@lru_cache(maxsize=256)
def schedule_in_packages(year: int) -> Schedule:
    """How well the packages of the installation know a year."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return Schedule.STATUTORY if _statutory(year) else Schedule.WEEKDAYS
    return Schedule.PUBLISHED


def years_asked_for(today: date) -> list[int]:
    """The years whose published schedule is needed by now: this one, and from December on the next one too."""
    return [today.year, *([today.year + 1] if today.month >= ASKED_FROM_MONTH else [])]


def years_lacking(today: date) -> list[int]:
    """Those of `years_asked_for` without a published schedule."""
    return [year for year in years_asked_for(today) if schedule_of(year) is not Schedule.PUBLISHED]


def holidays_of(year: int, told: ToldCalendar | None = None) -> list[Holiday]:
    """The holidays of a year in order; what reaches into another year is cut at its end.

    `told`: as they would be if this was told, instead of what holds.
    """
    calendar = told or _told
    days = [date(year, 1, 1) + timedelta(days=n) for n in range((date(year, 12, 31) - date(year, 1, 1)).days + 1)]
    named = [(day, *_rests(calendar, day)) for day in days]
    runs: list[list[tuple[date, str]]] = []
    for day, free, name in named:
        if not (free and name):
            continue
        if runs and day - runs[-1][-1][0] == timedelta(days=1):
            runs[-1].append((day, name))
        else:
            runs.append([(day, name)])
    worked: dict[int, list[date]] = {}
    for day, free, name in named:
        if name and not free:
            of_name = [n for n, run in enumerate(runs) if any(name == its for _, its in run)]
            worked.setdefault(min(of_name, key=lambda n: abs(runs[n][0][0] - day)), []).append(day)
    return [_holiday(run, worked.get(n, [])) for n, run in enumerate(runs)]


def _holiday(run: list[tuple[date, str]], worked: list[date]) -> Holiday:
    margin = timedelta(days=FESTIVAL_MARGIN_DAYS)
    of_festival = [day for day, name in run if _is_of_festival(name)]
    return Holiday(
        names=tuple(dict.fromkeys(name for _, name in run)),
        first=run[0][0],
        last=run[-1][0],
        make_up_days=tuple(worked),
        silent=(of_festival[0] - margin, of_festival[-1] + margin) if of_festival else None,
    )


@lru_cache(maxsize=256)
def _statutory(year: int) -> dict[date, str]:
    return dict(holidays.country_holidays("CN", years=[year], language="en_US"))


def _rests_in_china(day: date) -> tuple[bool, str]:
    return _rests(_told, day)


def _kind_in_china(day: date) -> int:
    return _kind(_told, day)


@lru_cache(maxsize=16384)
def _rests(told: ToldCalendar, day: date) -> tuple[bool, str]:
    """Whether a day is free, and the holiday that it belongs to or an empty string."""
    if said := told.days.get(day):
        return said.free, said.name
    if day.year in told.years:
        return day.weekday() >= 5, ""
    match schedule_in_packages(day.year):
        case Schedule.PUBLISHED:
            free, name = chinese_calendar.get_holiday_detail(day)
            return bool(free), str(name or "")
        case _:
            name = _statutory(day.year).get(day, "")
            return bool(name) or day.weekday() >= 5, name


def _is_of_festival(name: str) -> bool:
    """Of a name like `National Day`, or like `Mid-Autumn Festival; National Day` where two fall on one day."""
    return any(part.strip().startswith(FESTIVALS) for part in name.split(";"))


@lru_cache(maxsize=16384)
def _kind(told: ToldCalendar, day: date) -> int:
    for shift in range(-FESTIVAL_MARGIN_DAYS, FESTIVAL_MARGIN_DAYS + 1):
        free, name = _rests(told, day + timedelta(days=shift))
        if free and _is_of_festival(name):
            return FESTIVAL
    return REST_DAY if _rests(told, day)[0] else WORKDAY

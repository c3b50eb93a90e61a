"""Reads the holidays of a year as somebody pasted them: a line for each day or span, its kind, and the holiday.

    2027-02-05 ~ 2027-02-11  off   Spring Festival
    2027-02-20               work  Spring Festival

In either language; dates with or without their year; commas, tabs and blanks part alike. What is not listed is a plain
weekday or weekend.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lifecycle.rules.calendar import HolidayName, ToldDay

DAY = r"(?:(\d{4})\s*[-/.年]\s*)?(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?"
LINE = re.compile(
    rf"^\s*{DAY}(?:\s*(?:~|～|—+|–|至|到|to|\s-\s|-)\s*{DAY})?[\s,，;；:：]*(\S+?)[\s,，;；:：]+(.+?)\s*$"
)
FREE = {"off": True, "holiday": True, "休": True, "放假": True, "休息": True}
FREE |= {"work": False, "workday": False, "班": False, "上班": False, "补班": False}
# What the name of each begins with, in small letters; of two that meet the first of these holds.
NAMES = {
    HolidayName.SPRING: ("spring festival", "chinese new year", "春节", "除夕"),
    HolidayName.NATIONAL: ("national day", "国庆"),
    HolidayName.NEW_YEAR: ("new year", "元旦"),
    HolidayName.TOMB: ("tomb", "qingming", "清明"),
    HolidayName.LABOUR: ("labo", "劳动", "五一"),
    HolidayName.DRAGON_BOAT: ("dragon boat", "端午"),
    HolidayName.MID_AUTUMN: ("mid-autumn", "mid autumn", "中秋"),
}
NEEDED = (HolidayName.SPRING, HolidayName.NATIONAL)  # silence around them is no evidence
LONGEST_SPAN = 20  # days off in a row; a longer one is a slip of the pen
MOST_FAULTS = 10


class Problem(StrEnum):
    """What is wrong with a line, or with the whole (line 0)."""

    LINE = "line"  # no day, kind and holiday
    DAY = "day"  # no such day
    YEAR = "year"  # of another year
    SPAN = "span"  # ends before it begins, or lasts too long
    KIND = "kind"
    HOLIDAY = "holiday"
    TWICE = "twice"  # a day that an earlier line told
    LACKS = "lacks"  # a year without the Spring Festival or the National Day


@dataclass(frozen=True)
class Fault:
    line: int
    problem: Problem


def read_year(text: str, year: int) -> tuple[dict[date, ToldDay], list[Fault]]:
    """The days of the year by their date, and what could not be read; with a fault nothing is to be taken over."""
    days: dict[date, ToldDay] = {}
    faults = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        found = _read_line(line.strip(), year)
        if isinstance(found, Problem):
            faults.append(Fault(number, found))
        elif days.keys() & found.keys():
            faults.append(Fault(number, Problem.TWICE))
        else:
            days |= found
    off = {told.name for told in days.values() if told.free}
    if not faults and not off.issuperset(NEEDED):
        faults.append(Fault(0, Problem.LACKS))
    return days, faults[:MOST_FAULTS]


def _read_line(line: str, year: int) -> dict[date, ToldDay] | Problem:
    match = LINE.match(line)
    if not match:
        return Problem.LINE
    *numbers, kind, name = match.groups()
    try:
        first = _day(numbers[:3], year)
        last = _day(numbers[3:], year) if numbers[4] else first
    except ValueError:
        return Problem.DAY
    holiday = next((known for known, begins in NAMES.items() if _named(name, begins)), None)
    if first.year != year or last.year != year:
        return Problem.YEAR
    if not first <= last < first + timedelta(days=LONGEST_SPAN):
        return Problem.SPAN
    if kind.lower() not in FREE:
        return Problem.KIND
    if holiday is None:
        return Problem.HOLIDAY
    told = ToldDay(FREE[kind.lower()], holiday)
    return {first + timedelta(days=n): told for n in range((last - first).days + 1)}


def _day(numbers: list[str | None], year: int) -> date:
    told_year, month, day = numbers
    return date(int(told_year or year), int(month or 0), int(day or 0))


def _named(text: str, begins: tuple[str, ...]) -> bool:
    """Whether one of the names in the text begins so; several are parted by a mark or stand together."""
    small = text.lower()
    return any(begin in small for begin in begins)

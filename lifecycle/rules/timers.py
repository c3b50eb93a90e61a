"""From a first day and the days that were observed to the day on which a time is up.

The times of a case run in days that say something: those on which somebody looked at the group, outside the Spring
Festival and the National Day. A day without data and a day of a festival stop the clock. Days that are still to come
count as observed until the night tells otherwise, so a date that was shown can only move on, never come nearer.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from lifecycle.rules.calendar import is_festival

ONE = timedelta(days=1)


@dataclass(frozen=True)
class Clock:
    """Days after the first one: how many counted, how many nobody observed, and when the time is up."""

    counted: int
    without_data: int
    due_on: date


def day_after(since: date, days: int) -> date:
    """The day on which `days` days outside the festivals have passed since `since`, if each of them is observed."""
    day = since
    while days > 0:
        day += ONE
        days -= not is_festival(day)
    return day


def clock_of(since: date, days: int, observed: Collection[date], until: date) -> Clock:
    """How far a time of `days` days has come at the end of `until`; `observed` are the days on which somebody looked.

    Once the time is up, later days are not looked at.
    """
    counted = without_data = 0
    day = since
    while day < until and counted < days:
        day += ONE
        if is_festival(day):
            continue
        if day in observed:
            counted += 1
        else:
            without_data += 1
    return Clock(counted, without_data, day_after(day, days - counted))

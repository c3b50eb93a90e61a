"""Which week a report is of: whole weeks, Monday to Sunday, of the business calendar. Values in, values out."""

from __future__ import annotations

from datetime import date, timedelta

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
CHOICES = 12  # weeks back that a report can be asked for


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def last_week(today: date) -> date:
    """The Monday of the last week that is over."""
    return monday_of(today) - WEEK


def last_day(week: date) -> date:
    return week + WEEK - DAY


def weeks_to_choose(today: date) -> list[date]:
    """The Mondays of the last twelve whole weeks, newest first."""
    return [last_week(today) - WEEK * back for back in range(CHOICES)]


def week_of(text: str, today: date) -> date:
    """The week that an address asks for, as the day of its Monday; anything else is the last one."""
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return last_week(today)
    return asked if asked in weeks_to_choose(today) else last_week(today)


def week_name(week: date) -> str:
    """2026-W47, as calendars and our numbers call it."""
    year, number, _day = week.isocalendar()
    return f"{year}-W{number:02d}"

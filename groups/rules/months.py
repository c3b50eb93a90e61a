"""Calendar months as the days that they begin on."""

from __future__ import annotations

from datetime import date, timedelta


def month_of(day: date) -> date:
    """The first day of the month of this day."""
    return day.replace(day=1)


def month_after(month: date) -> date:
    """The first day of the next month."""
    return (month.replace(day=1) + timedelta(days=31)).replace(day=1)


def last_day_of(month: date) -> date:
    """The last day of the month of this day."""
    return month_after(month) - timedelta(days=1)


def is_over(month: date, today: date) -> bool:
    """Whether the month that begins on this day has passed."""
    return last_day_of(month) < today

"""On which days a recurring line is due."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

WEEKLY, MONTHLY = "weekly", "monthly"
WEEK = timedelta(days=7)


def next_due(starts_on: date, rhythm: str, not_before: date, ends_on: date | None = None) -> date | None:
    """The first due day on or after `not_before`; None if that lies after `ends_on`.

    Weekly keeps the weekday of the first day. Monthly keeps its day of the month, and takes the last day of a month
    that is too short.
    """
    if not_before <= starts_on:
        due = starts_on
    elif rhythm == WEEKLY:
        due = starts_on + WEEK * -(-(not_before - starts_on).days // 7)
    else:
        due = _in_month(starts_on, not_before.year, not_before.month)
        if due < not_before:
            later = not_before.replace(day=1) + timedelta(days=31)
            due = _in_month(starts_on, later.year, later.month)
    return None if ends_on is not None and due > ends_on else due


def _in_month(starts_on: date, year: int, month: int) -> date:
    return date(year, month, min(starts_on.day, monthrange(year, month)[1]))

"""Cuts a span of days into whole months, which are summed already, and the days at its ends, which are not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Pieces:
    """A span = the whole `months` (their first days, both included) + the days `added` - the days `taken`."""

    months: Span | None
    added: Span | None
    taken: Span | None


def pieces_of(span: Span) -> Pieces:
    """The last month is counted whole and the days after the span are taken out of it: mostly there are none yet."""
    begins = span.first if span.first.day == 1 else month_after(span.first)
    if begins > span.last:
        return Pieces(months=None, added=span, taken=None)
    ends = month_after(span.last) - DAY
    return Pieces(
        months=Span(begins, month_of(span.last)),
        added=None if begins == span.first else Span(span.first, begins - DAY),
        taken=None if ends == span.last else Span(span.last + DAY, ends),
    )


def month_of(day: date) -> date:
    """The first day of the month."""
    return day.replace(day=1)


def month_after(day: date) -> date:
    """The first day of the next month."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def months_back(day: date, count: int) -> date:
    """The first day of the month so many months before that of the day."""
    months = day.year * 12 + day.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)

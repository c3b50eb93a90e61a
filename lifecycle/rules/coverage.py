"""Spans of days during which somebody was watching: which one holds for a group, and how spans become one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

Span = tuple[date, date]  # first and last day, both included


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same days as fewest spans, in order: overlapping and neighbouring ones become one."""
    joined: list[Span] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + timedelta(days=1):
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def holding(
    *,
    given: tuple[date | None, date | None] | None,
    asked: tuple[date | None, date | None] | None,
    said: Span | None,
    first_row: date,
    last_row: date,
    yesterday: date,
) -> Span | None:
    """The span in which a day without a row is an observed zero, or None if nobody said so.

    Order of belief: `given` for this group beside the file, `asked` of the person for the whole file, `said` by the
    file. A missing end is that of the rows. A day that is not over cannot have been watched to its end.
    """
    ends = next((ends for ends in (given, asked, said) if ends and any(ends)), None)
    if ends is None:
        return None
    first, last = ends[0] or first_row, min(ends[1] or last_row, yesterday)
    return (first, last) if first <= last else None

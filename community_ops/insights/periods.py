"""The period of a page of money: what its address asks for, as days, and the days that it is compared with.

Values in, values out; the day of today is an argument.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from groups.rules.spans import DAY, Span, month_after, month_of, months_back

KEYS = ("7d", "30d", "month", "custom")
MOST_MONTHS = 36
MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True)
class Period:
    """`span` is shown, `before` is as long and compared with it. `with_today`: the running day counts too."""

    key: str
    span: Span
    before: Span
    with_today: bool = False

    @property
    def query(self) -> dict[str, str]:
        """What brings the same period back in an address."""
        asked = {"period": self.key}
        if self.key == "custom":
            asked |= {"from": f"{self.span.first:%Y-%m}", "to": f"{self.span.last:%Y-%m}"}
        return asked | ({"today": "1"} if self.with_today else {})


def period_of(asked: Mapping[str, str], today: date) -> Period:
    """`period` is 7d, 30d, month (so far) or custom with `from` and `to` as 2026-09. Anything else is this month.

    Days that are not over are left out unless `today=1`; on the first of a month this month is that day alone.
    """
    with_today = asked.get("today") == "1"
    last = today if with_today else today - DAY
    key = asked.get("period", "")
    if key in ("7d", "30d"):
        days = timedelta(days=int(key[:-1]))
        return Period(key, Span(last - days + DAY, last), Span(last - 2 * days + DAY, last - days), with_today)
    months = sorted(day for day in (_month(asked.get("from", "")), _month(asked.get("to", ""))) if day)
    if key == "custom" and months and months[0] <= today:
        return _months(months[0], min(months[-1], month_of(today)), last, today, with_today)
    first = month_of(today)
    span = Span(first, max(last, first))
    earlier = months_back(first, 1)
    return Period("month", span, Span(earlier, min(earlier + (span.last - first), first - DAY)), with_today)


def months_to_choose(first: date | None, today: date) -> list[str]:
    """2026-11 and the months before it down to the first with money, newest first."""
    month, chosen = month_of(today), []
    while len(chosen) < MOST_MONTHS and (not chosen or first is not None and month >= first):
        chosen.append(f"{month:%Y-%m}")
        month = months_back(month, 1)
    return chosen


def _months(first: date, final: date, last: date, today: date, with_today: bool) -> Period:
    first = max(first, months_back(final, MOST_MONTHS - 1))
    count = (final.year - first.year) * 12 + final.month - first.month + 1
    ends = month_after(final) - DAY
    span = Span(first, max(first, min(ends, last)))
    before = Span(months_back(first, count), first - DAY)
    if span.last < ends:  # the last month is running: as many days of the months before
        before = Span(before.first, min(before.first + (span.last - first), before.last))
    return Period("custom", span, before, with_today)


def _month(text: str) -> date | None:
    found = MONTH.fullmatch(text)
    return date(int(found[1]), int(found[2]), 1) if found else None

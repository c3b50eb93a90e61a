"""Reads what was seen of groups over a span of days each; two statements, whatever the number of groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
from django.db import connection

from assessments.rules.actuals import Actual
from assessments.rules.economics_of_a_plan import DAYS_PER_MONTH
from groups import economics
from groups.rules.profit_and_loss import MonthResult
from groups.rules.spans import Span
from lifecycle.rules.counts import KNOWN
from lifecycle.rules.people import estimated_people
from lifecycle.rules.policy import WINDOW_DAYS

# Buyers of a month are told from the last 28 days; fewer observed days than this tell nothing.
LEAST_DAYS = 14
SHARE = Decimal("0.0001")
FEN = Decimal("0.01")
ACTIVITY = """
    SELECT w.group_id,
        (array_agg(d.members ORDER BY d.day DESC) FILTER (WHERE d.known & %(members)s <> 0))[1],
        max(d.buyers) FILTER (WHERE d.known & %(buyers)s <> 0 AND d.day > w.last - %(window)s),
        sum(d.buyers) FILTER (WHERE d.known & %(buyers)s <> 0 AND d.day > w.last - %(window)s),
        count(*) FILTER (WHERE d.known & %(buyers)s <> 0 AND d.day > w.last - %(window)s),
        sum(d.joins) FILTER (WHERE d.known & %(joins)s <> 0)
    FROM unnest(%(groups)s::int[], %(firsts)s::date[], %(lasts)s::date[]) AS w(group_id, first, last)
    JOIN lifecycle_daily d ON d.group_id = w.group_id AND d.day BETWEEN w.first AND w.last
        AND d.day BETWEEN %(first)s AND %(last)s
    GROUP BY w.group_id
"""


@dataclass(frozen=True)
class Window:
    """A group and the days that are looked at, both ends among them; `opened_on` and `closed_on` tell its life."""

    group_id: int
    first: date
    last: date
    opened_on: date
    closed_on: date | None = None


@dataclass(frozen=True)
class _Seen:
    members: int | None = None
    most_buyers: int | None = None
    buyers: int | None = None
    buyer_days: int = 0
    joins: int | None = None


def actuals_of(windows: Sequence[Window]) -> dict[int, Actual]:
    """What was seen of each group in its window."""
    if not windows:
        return {}
    seen = _activity(windows)
    books = economics.results_of({window.group_id: Span(window.first, window.last) for window in windows})
    return {
        window.group_id: _actual(window, seen.get(window.group_id, _Seen()), books[window.group_id])
        for window in windows
    }


def _activity(windows: Sequence[Window]) -> Mapping[int, _Seen]:
    asked: dict[str, Any] = {
        "groups": [window.group_id for window in windows],
        "firsts": [window.first for window in windows],
        "lasts": [window.last for window in windows],
        "first": min(window.first for window in windows),
        "last": max(window.last for window in windows),
        "window": WINDOW_DAYS,
    }
    with connection.cursor() as cursor:
        cursor.execute(ACTIVITY, asked | {name: KNOWN[name] for name in ("members", "buyers", "joins")})
        return {row[0]: _Seen(*row[1:]) for row in cursor.fetchall()}


def _actual(window: Window, seen: _Seen, books: MonthResult) -> Actual:
    days = Decimal((window.last - window.first).days + 1)
    return Actual(
        members=seen.members,
        conversion=_conversion(seen),
        net=None if books.is_empty else _rounded(books.net / days * DAYS_PER_MONTH),
        net_is_upper_bound=not books.goods_cost_is_known,
        weekly_hours=_rounded(books.hours / days * 7) if books.hours else None,
        cost_per_join=_rounded(books.acquisition / seen.joins) if seen.joins and books.acquisition else None,
        life_days=max(((window.closed_on or window.last) - window.opened_on).days, 0),
        has_ended=window.closed_on is not None,
    )


def _conversion(seen: _Seen) -> Decimal | None:
    """Who bought in 28 days, as the docs tell people from daily counts, over the members."""
    if not seen.members or seen.buyer_days < LEAST_DAYS:
        return None
    people = float(estimated_people(np.asarray(seen.most_buyers), np.asarray(seen.buyers)))
    return min(Decimal(str(people)) / seen.members, Decimal(1)).quantize(SHARE, ROUND_HALF_UP)


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(FEN, ROUND_HALF_UP)


def through_yesterday(group_id: int, opened_on: date, today: date, days: int, closed_on: date | None = None) -> Window:
    """The last so many days of a group, from its opening at the earliest."""
    last = min(closed_on, today - timedelta(days=1)) if closed_on else today - timedelta(days=1)
    last = max(last, opened_on)
    return Window(group_id, max(opened_on, last - timedelta(days=days - 1)), last, opened_on, closed_on)

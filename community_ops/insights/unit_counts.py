"""Joins the money of groups with what was observed in them: cost per join, active member and order, revenue per member.

Both imported orders and those that activity reports may miss some: the larger count is taken.
A group counts in a ratio only where the count below the line is known; unknown is never zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from groups.fleet_money import DESCRIBED, DIMENSIONS, Scope
from groups.money_of_spans import NAMES
from groups.rules.profit_and_loss import MonthResult
from groups.rules.spans import Span
from lifecycle.rules.counts import KNOWN

# name of a ratio: (yuan above the line, count below it)
RATIOS = {
    "per_join": ("acquisition", "joins"),
    "per_active": ("acquisition + labour + operations", "active"),
    "per_order": ("acquisition + labour + operations", "orders"),
    "per_member": ("revenue", "members"),
}
COUNTED = f"""
    , watched AS (
        SELECT d.group_id,
            sum(d.joins) FILTER (WHERE d.known & {KNOWN["joins"]} <> 0) AS joins,
            sum(d.orders) FILTER (WHERE d.known & {KNOWN["orders"]} <> 0) AS orders,
            (array_agg(d.members ORDER BY d.day DESC) FILTER (WHERE d.known & {KNOWN["members"]} <> 0))[1] AS members
        FROM lifecycle_daily d
        WHERE d.day BETWEEN %s AND %s AND d.group_id IN (SELECT group_id FROM described)
        GROUP BY d.group_id
    ),
    acting AS (
        SELECT a.group_id, count(DISTINCT member) AS active
        FROM lifecycle_acting a CROSS JOIN LATERAL unnest(a.members) member
        WHERE a.day BETWEEN %s AND %s AND a.group_id IN (SELECT group_id FROM described)
        GROUP BY a.group_id
    ),
    bought AS (
        SELECT o.group_id, count(*) AS orders FROM groups_shoporder o
        WHERE o.part = 0 AND o.paid_on BETWEEN %s AND %s AND o.group_id IN (SELECT group_id FROM described)
        GROUP BY o.group_id
    ),
    counted AS (
        SELECT x.*, w.joins, w.members, a.active, GREATEST(b.orders, w.orders) AS orders
        FROM described x LEFT JOIN watched w USING (group_id) LEFT JOIN acting a USING (group_id)
        LEFT JOIN bought b USING (group_id)
        WHERE NOT x.unstated
    )
"""  # noqa: S608 - names of ours
SUMMED = (
    ", ".join(f"sum({name})" for name in NAMES)
    + ", count(*), "
    + ", ".join(
        f"sum({above}) FILTER (WHERE {below} > 0), sum({below}) FILTER (WHERE {below} > 0), count({below})"
        for above, below in RATIOS.values()
    )
)
SLICES = """
    SELECT GROUPING({by}), {by}, {summed} FROM counted {where} GROUP BY GROUPING SETS ((), ({by}))
"""
GROUPS = """
    SELECT group_id, name, {summed} FROM counted {where} GROUP BY group_id, name, net
    ORDER BY net, group_id LIMIT %s
"""


@dataclass(frozen=True)
class Ratio:
    """Yuan over a count, both of the `known` groups whose count is known. A count of zero makes no ratio."""

    amount: Decimal | None
    count: int | None
    known: int

    @property
    def value(self) -> Decimal | None:
        return None if self.amount is None or not self.count else self.amount / self.count


@dataclass(frozen=True)
class Units:
    """The money of some groups and their ratios by the names of RATIOS."""

    key: Any
    name: str
    result: MonthResult
    groups: int
    ratios: dict[str, Ratio]


def units_by(scope: Scope, span: Span, by: str) -> tuple[Units | None, list[Units]]:
    """The whole (None without a line), and its slices by a word of DIMENSIONS, the weakest first. One statement."""
    sql, params = _counted(scope, span)
    where, narrowed = scope.where()
    rows = _rows(sql + SLICES.format(summed=SUMMED, where=where, by=DIMENSIONS[by]), params + narrowed)
    whole = next((_units(None, "", span, row[2:]) for row in rows if row[0] and row[2 + len(NAMES)]), None)
    slices = [_units(row[1], "", span, row[2:]) for row in rows if not row[0]]
    return whole, sorted(slices, key=lambda each: each.result.net)


def units_of_groups(scope: Scope, span: Span, limit: int) -> list[Units]:
    """Group by group, the weakest first."""
    sql, params = _counted(scope, span)
    where, narrowed = scope.where()
    rows = _rows(sql + GROUPS.format(summed=SUMMED, where=where), [*params, *narrowed, limit])
    return [_units(row[0], row[1], span, row[2:]) for row in rows]


def _counted(scope: Scope, span: Span) -> tuple[str, list[Any]]:
    sql, params = scope.by_group(span)
    return sql + DESCRIBED + COUNTED, [*params, *[span.first, span.last] * 3]


def _units(key: Any, name: str, span: Span, figures: tuple[Any, ...]) -> Units:
    sums, groups, rest = figures[: len(NAMES)], figures[len(NAMES)], figures[len(NAMES) + 1 :]
    ratios = {ratio: Ratio(*rest[3 * place : 3 * place + 3]) for place, ratio in enumerate(RATIOS)}
    return Units(key, name, MonthResult(month=span.first, **dict(zip(NAMES, sums, strict=True))), groups, ratios)


def _rows(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())

"""The money of any days as rows of SQL, by group and month: whole months from their sums, days at the ends from lines.

Everything that adds up money of groups reads from here, so that a page, a list and a check cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, Q, Sum, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce

from groups.models import LedgerLine
from groups.models.money import CostRoot
from groups.rules.spans import Span, pieces_of

# The columns of MonthResult, as every row of a source carries them.
NAMES = (
    "revenue",
    "goods_cost",
    "revenue_without_goods_cost",
    "acquisition",
    "labour",
    "operations",
    "hours",
    "lines",
)
# The parts of net contribution with their sign, and the lines and the column that each is made of. MonthResult.net is
# the same arithmetic, and a test holds the two together.
PARTS_OF_NET: dict[str, tuple[int, Q, str]] = {
    "revenue": (+1, Q(kind=LedgerLine.Kind.REVENUE), "amount"),
    "goods_cost": (-1, Q(kind=LedgerLine.Kind.REVENUE), "goods_cost"),
    **{root.value: (-1, Q(kind=LedgerLine.Kind.COST, category__root=root), "amount") for root in CostRoot},
}
NET = " ".join(f"{'+' if sign > 0 else '-'} {name}" for name, (sign, _which, _column) in PARTS_OF_NET.items())
OF_LINES = """
    SELECT l.group_id, l.team_id, {when} AS month,
        CASE WHEN l.kind = 'revenue' THEN {sign} * l.amount ELSE 0 END AS revenue,
        {sign} * COALESCE(l.goods_cost, 0) AS goods_cost,
        CASE WHEN l.kind = 'revenue' AND l.goods_cost IS NULL THEN {sign} * l.amount ELSE 0 END
            AS revenue_without_goods_cost,
        CASE WHEN c.root = 'acquisition' THEN {sign} * l.amount ELSE 0 END AS acquisition,
        CASE WHEN c.root = 'labour' THEN {sign} * l.amount ELSE 0 END AS labour,
        CASE WHEN c.root = 'operations' THEN {sign} * l.amount ELSE 0 END AS operations,
        CASE WHEN c.root = 'labour' AND c.priced_by = 'hour' THEN {sign} * COALESCE(l.quantity, 0) ELSE 0 END AS hours,
        {sign} AS lines
    FROM groups_ledgerline l LEFT JOIN groups_costcategory c ON c.id = l.category_id
    WHERE l.{column} = ANY(%s) AND l.on BETWEEN %s AND %s
"""
OF_MONTHS = f"""
    SELECT m.group_id, m.team_id, m.month, {", ".join(f"m.{name}" for name in NAMES)}
    FROM groups_moneymonth m WHERE m.{{column}} = ANY(%s) AND m.month BETWEEN %s AND %s
"""  # noqa: S608 - names of ours
OF_TEAMS = f"""
    SELECT 0 AS group_id, m.team_id, m.month, {", ".join(f"m.{name}" for name in NAMES)}
    FROM groups_teammoneymonth m WHERE m.team_id = ANY(%s) AND m.month BETWEEN %s AND %s
"""  # noqa: S608
# A group and month with revenue whose share of existing buyers nobody stated is `unstated`.
WITHOUT_EXISTING_BUYERS = """
    SELECT m.group_id, m.team_id, m.month,
        m.revenue * (100 - COALESCE(b.percent, 0)) / 100 AS revenue,
        m.goods_cost * (100 - COALESCE(b.percent, 0)) / 100 AS goods_cost,
        m.revenue_without_goods_cost * (100 - COALESCE(b.percent, 0)) / 100 AS revenue_without_goods_cost,
        m.acquisition, m.labour, m.operations, m.hours, m.lines,
        b.percent IS NULL AND m.revenue <> 0 AS unstated
    FROM ({source}) m LEFT JOIN LATERAL (
        SELECT e.percent FROM groups_existingbuyers e
        WHERE e.group_id = m.group_id AND e.from_month <= m.month ORDER BY e.from_month DESC, e.id DESC LIMIT 1
    ) b ON true
"""

# One whole month needs no sum over rows: what stands after the span is taken out of the few groups that have it.
OF_ONE_MONTH = f"""
    SELECT m.group_id, m.team_id, m.month, {", ".join(f"m.{name} - COALESCE(t.{name}, 0) AS {name}" for name in NAMES)}
    FROM ({{months}}) m LEFT JOIN (
        SELECT group_id, {", ".join(f"sum({name}) AS {name}" for name in NAMES)} FROM ({{taken}}) l GROUP BY group_id
    ) t USING (group_id)
"""  # noqa: S608


@dataclass(frozen=True)
class Source:
    """A statement whose rows carry group_id, team_id, month and NAMES; `by_group`: at most one row of a group."""

    sql: str
    params: list[Any]
    by_group: bool = False


def sum_of_lines(column: str, which: Q) -> Coalesce:
    """The sum of a column over some of the lines of a query, 0.00 without any."""
    return Coalesce(Sum(column, filter=which), Value(Decimal("0.00"), DecimalField(max_digits=14, decimal_places=2)))


def net_of_lines() -> CombinedExpression | Coalesce:
    """Net contribution of the lines of a query, for those that need single lines: days, closed months, a list."""
    whole = None
    for sign, which, column in PARTS_OF_NET.values():
        part = sum_of_lines(column, which)
        whole = part if whole is None else whole + part if sign > 0 else whole - part
    return whole


def unstated_of_lines() -> Coalesce:
    """The revenue of the lines of a query behind which nobody has stated a goods cost."""
    return sum_of_lines("amount", Q(kind=LedgerLine.Kind.REVENUE, goods_cost=None))


def of_lines(column: str, *, sign: int = 1, when: str = "date_trunc('month', l.on)::date") -> str:
    """The lines of some teams or groups between two days, taken `sign` times, under the month (or the day) `when`."""
    return OF_LINES.format(sign=sign, column=column, when=when)


def source_of(span: Span, column: str, ids: list[int]) -> Source:
    """Rows of the span where `column` (`team_id` or `group_id`) is one of the ids."""
    pieces = pieces_of(span)
    months, added, taken = (
        None if piece is None else [ids, piece.first, piece.last]
        for piece in (pieces.months, pieces.added, pieces.taken)
    )
    of_months, plus, minus = (
        OF_MONTHS.format(column=column),
        of_lines(column),
        of_lines(column, sign=-1),
    )
    if pieces.months and pieces.months.first == pieces.months.last and not added:
        if not taken:
            return Source(of_months, months or [], by_group=True)
        return Source(OF_ONE_MONTH.format(months=of_months, taken=plus), [*(months or []), *taken], by_group=True)
    parts = [(sql, params) for sql, params in ((of_months, months), (plus, added), (minus, taken)) if params]
    return Source(
        " UNION ALL ".join(sql for sql, _params in parts), [value for _sql, params in parts for value in params]
    )


def trend_source(span: Span, team_ids: list[int]) -> Source:
    """Rows of whole teams and months, for spans that begin with a month: far fewer than those of groups."""
    pieces = pieces_of(span)
    if pieces.months is None or pieces.added:
        raise ValueError("a trend begins with the first day of a month")
    sql, params = OF_TEAMS, [team_ids, pieces.months.first, pieces.months.last]
    if pieces.taken:
        sql = f"{sql} UNION ALL {of_lines('team_id', sign=-1)}"
        params += [team_ids, pieces.taken.first, pieces.taken.last]
    return Source(sql, params)


def lines_of(span: Span, column: str, ids: list[int]) -> Source:
    """The same rows from the ledger alone: what the sums are checked and measured against."""
    return Source(of_lines(column), [ids, span.first, span.last])


def without_existing_buyers(source: Source) -> Source:
    """The source with the revenue and goods that existing customers would have bought anyway taken out."""
    return replace(source, sql=WITHOUT_EXISTING_BUYERS.format(source=source.sql))

"""The money of any days as rows of SQL, by group and month: whole months from their sums, days at the ends from lines.

Everything that adds up money of groups reads from here, so that a page, a list and a check cannot differ.
"""

from __future__ import annotations

from typing import Any

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
NET = "revenue - goods_cost - acquisition - labour - operations"
OF_LINES = """
    SELECT l.group_id, l.team_id, date_trunc('month', l.on)::date AS month,
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

Sql = tuple[str, list[Any]]


def source_of(span: Span, column: str, ids: list[int]) -> Sql:
    """Rows of the span where `column` (`team_id` or `group_id`) is one of the ids; several for a group and month."""
    pieces = pieces_of(span)
    parts: list[tuple[str, Span]] = []
    if pieces.months:
        parts.append((OF_MONTHS.format(column=column), pieces.months))
    if pieces.added:
        parts.append((OF_LINES.format(sign=1, column=column), pieces.added))
    if pieces.taken:
        parts.append((OF_LINES.format(sign=-1, column=column), pieces.taken))
    params: list[Any] = []
    for _sql, days in parts:
        params += [ids, days.first, days.last]
    return " UNION ALL ".join(sql for sql, _days in parts), params


def lines_of(span: Span, column: str, ids: list[int]) -> Sql:
    """The same rows from the ledger alone: what the sums are checked and measured against."""
    return OF_LINES.format(sign=1, column=column), [ids, span.first, span.last]


def without_existing_buyers(source: Sql) -> Sql:
    """The source with the revenue and goods that existing customers would have bought anyway taken out."""
    sql, params = source
    return WITHOUT_EXISTING_BUYERS.format(source=sql), params

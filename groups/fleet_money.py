"""Adds up the money of all groups that a person sees: in total, by model, layer, team and owner, by month, by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from groups.money_of_spans import NAMES, NET, source_of, trend_source, without_existing_buyers
from groups.rules.profit_and_loss import MonthResult
from groups.rules.spans import Span, month_of, months_back

DIMENSIONS = {"model": "model", "layer": "layer", "team": "team_id", "owner": "owner_id"}
WHOLE, GROUPED = 0b1111, (0b0111, 0b1011, 0b1101, 0b1110)  # what GROUPING says of each set, in that order
SUMS = ", ".join(f"sum({name}) AS {name}" for name in NAMES)
KNOWN_SUMS = ", ".join(f"COALESCE(sum({name}) FILTER (WHERE NOT unstated), 0)" for name in NAMES)
COUNTS = """
    count(*) FILTER (WHERE NOT unstated), count(*) FILTER (WHERE NOT unstated AND net < 0),
    count(*) FILTER (WHERE unstated)
"""
# A group appears once it has a line in the span. `unstated`: its revenue cannot be split, see money_of_spans.
BY_GROUP = """
    WITH money AS NOT MATERIALIZED ({source}),
    summed AS NOT MATERIALIZED (SELECT group_id, {columns}, {unstated} AS unstated FROM money {together}),
    by_group AS NOT MATERIALIZED (SELECT *, {net} AS net FROM summed WHERE lines <> 0)
"""
DESCRIBED = """
    , described AS (
        SELECT x.*, g.name, g.team_id, g.owner_id, g.layer, COALESCE(p.monetization, '') AS model
        FROM by_group x JOIN groups_group g ON g.id = x.group_id
        LEFT JOIN groups_plan p ON p.group_id = g.id AND p.superseded_at IS NULL
    )
"""
# First by all four together: few rows are left to be summed by each alone.
TOTALS = f"""
    , cells AS (
        SELECT model, layer, team_id, owner_id,
            count(*) FILTER (WHERE NOT unstated) AS groups,
            count(*) FILTER (WHERE NOT unstated AND net < 0) AS losing,
            count(*) FILTER (WHERE unstated) AS left_out,
            {", ".join(f"COALESCE(sum({name}) FILTER (WHERE NOT unstated), 0) AS {name}" for name in NAMES)}
        FROM described {{where}} GROUP BY 1, 2, 3, 4
    )
    SELECT GROUPING(model, layer, team_id, owner_id), model, layer, team_id, owner_id,
        COALESCE(sum(groups), 0)::integer, COALESCE(sum(losing), 0)::integer, COALESCE(sum(left_out), 0)::integer,
        {", ".join(f"COALESCE(sum({name}), 0)" for name in NAMES)}
    FROM cells GROUP BY GROUPING SETS ((), (model), (layer), (team_id), (owner_id))
"""  # noqa: S608 - names of ours
WHOLE_ALONE = f"SELECT {COUNTS}, {KNOWN_SUMS} FROM {{rows}} {{where}}"  # noqa: S608
ROWS = f"""
    SELECT d.group_id, g.name, g.team_id, t.name, g.owner_id, u.display_name, g.layer, COALESCE(p.monetization, ''),
        {", ".join(f"d.{name}" for name in NAMES)}
    FROM (SELECT * FROM {{rows}} {{where}} ORDER BY net, group_id LIMIT %s OFFSET %s) d
    JOIN groups_group g ON g.id = d.group_id
    JOIN groups_team t ON t.id = g.team_id JOIN groups_user u ON u.id = g.owner_id
    LEFT JOIN groups_plan p ON p.group_id = g.id AND p.superseded_at IS NULL
    ORDER BY d.net, d.group_id
"""  # noqa: S608
BY_MONTH = f"SELECT month, {SUMS} FROM ({{source}}) money GROUP BY month"  # noqa: S608
Sql = tuple[str, list[Any]]


@dataclass(frozen=True)
class Scope:
    """Whose money: teams that a person sees, narrowed by words of DIMENSIONS ("" = a group without a plan)."""

    team_ids: list[int]
    incremental: bool = False
    narrowed: dict[str, Any] = field(default_factory=dict)
    group_id: int | None = None  # this one group alone

    def by_group(self, span: Span) -> Sql:
        """The beginning of a statement that has the rows `by_group`: sums and `net` of each group with a line."""
        by_id = ("team_id", self.team_ids) if self.group_id is None else ("group_id", [self.group_id])
        source = source_of(span, *by_id)
        if self.incremental:
            source = without_existing_buyers(source)
        whole = "unstated" if self.incremental else "false"
        columns = [name if source.by_group else f"sum({name})" for name in NAMES]
        if self.incremental:  # shares of yuan are rounded group by group, so that groups add up to the whole
            columns = [f"round({column}, 2)" for column in columns]
        return BY_GROUP.format(
            source=source.sql,
            columns=", ".join(f"{column} AS {name}" for column, name in zip(columns, NAMES, strict=True)),
            unstated=whole if source.by_group else f"bool_or({whole})",
            together="" if source.by_group else "GROUP BY group_id",
            net=NET,
        ), source.params

    def rows(self, span: Span) -> tuple[str, list[Any], str]:
        """by_group, described only where the scope is narrowed; and the name of the rows to read from."""
        sql, params = self.by_group(span)
        return (sql + DESCRIBED, params, "described") if self.narrowed else (sql, params, "by_group")

    def where(self, *more: str) -> Sql:
        said = [f"{DIMENSIONS[name]} = %s" for name in self.narrowed] + list(more)
        return (f"WHERE {' AND '.join(said)}" if said else ""), list(self.narrowed.values())


@dataclass(frozen=True)
class Slice:
    """The groups of one model, layer, team or owner: their sums, how many there are, and how many of them lose money.

    Groups whose revenue cannot be split (`unstated`, asked for the incremental part only) are in no other figure.
    """

    result: MonthResult
    groups: int = 0
    losing: int = 0
    unstated: int = 0


@dataclass
class Totals:
    """The whole, and its slices by dimension and key, the weakest net contribution first."""

    whole: Slice
    slices: dict[str, dict[Any, Slice]]


@dataclass(frozen=True)
class GroupMoney:
    """One group and its sums of a span."""

    group_id: int
    name: str
    team_id: int
    team: str
    owner_id: int
    owner: str
    layer: str
    model: str
    result: MonthResult


def totals_of(scope: Scope, span: Span) -> Totals:
    """One statement, whatever the number of groups."""
    sql, params = scope.by_group(span)
    where, narrowed = scope.where()
    whole = Slice(MonthResult(month=span.first))
    slices: dict[str, dict[Any, Slice]] = {name: {} for name in DIMENSIONS}
    for row in _rows(sql + DESCRIBED + TOTALS.format(where=where), params + narrowed):
        found = Slice(_result(span.first, row[8:]), *row[5:8])
        if row[0] == WHOLE:
            whole = found
        else:
            place = GROUPED.index(row[0])
            slices[list(DIMENSIONS)[place]][row[1 + place]] = found
    ordered = {name: dict(sorted(found.items(), key=lambda each: each[1].result.net)) for name, found in slices.items()}
    return Totals(whole, ordered)


def whole_of(scope: Scope, span: Span) -> Slice:
    """The whole alone."""
    sql, params, rows = scope.rows(span)
    where, narrowed = scope.where()
    (row,) = _rows(sql + WHOLE_ALONE.format(rows=rows, where=where), params + narrowed)
    return Slice(_result(span.first, row[3:]), *row[:3])


def rows_of(scope: Scope, span: Span, *, losing: bool = False, limit: int, offset: int = 0) -> list[GroupMoney]:
    """Groups with their sums, the lowest net contribution first."""
    sql, params, rows = scope.rows(span)
    where, narrowed = scope.where("NOT unstated", *(["net < 0"] if losing else []))
    found = _rows(sql + ROWS.format(rows=rows, where=where), [*params, *narrowed, limit, offset])
    return [GroupMoney(*row[:8], result=_result(span.first, row[8:])) for row in found]


def months_of(scope: Scope, last_day: date, months: int) -> list[MonthResult]:
    """The sums of so many calendar months of the teams, oldest first, the last one up to `last_day`."""
    calendar = [months_back(last_day, back) for back in range(months - 1, -1, -1)]
    source = trend_source(Span(calendar[0], last_day), scope.team_ids)
    rows = _rows(BY_MONTH.format(source=source.sql), source.params)
    found = {row[0]: _result(row[0], row[1:]) for row in rows}
    return [found.get(month, MonthResult(month=month)) for month in calendar]


def first_month(team_ids: list[int]) -> date | None:
    """The month of the oldest line of the teams."""
    rows = _rows("SELECT min(month) FROM groups_moneymonth WHERE team_id = ANY(%s)", [team_ids])
    return month_of(rows[0][0]) if rows[0][0] else None


def _result(month: date, figures: Sequence[Any]) -> MonthResult:
    return MonthResult(month=month, **dict(zip(NAMES, figures, strict=True)))


def _rows(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())

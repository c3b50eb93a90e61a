"""Profit and loss by group and month; one statement, whatever the number of groups."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.db.models.expressions import RawSQL

from groups.models import CostCategory, Group, LedgerLine
from groups.models.money import CostRoot
from groups.money_of_spans import NAMES, NET, of_lines, source_of, sum_of_lines
from groups.rules.profit_and_loss import MonthResult, Net, months_through
from groups.rules.spans import Span

SUMS = ", ".join(f"sum({name})" for name in NAMES)
# Hours of labour that was entered by the hour; the same as in money_of_spans.
HOURS = sum_of_lines(
    "quantity",
    Q(
        kind=LedgerLine.Kind.COST,
        category__root=CostRoot.LABOUR,
        category__priced_by=CostCategory.PricedBy.HOUR,
    ),
)
NETS = """
    SELECT group_id, sum({net}) AS net, sum(revenue_without_goods_cost) = 0 AS exact
    FROM ({source}) money GROUP BY group_id HAVING sum(lines) <> 0
"""


def profit_and_loss(group_ids: Collection[int], last_day: date, months: int) -> dict[int, list[MonthResult]]:
    """For each group the results of so many calendar months, oldest first, the last one up to and with `last_day`.

    A month without lines is there with `is_empty`.
    """
    calendar = months_through(last_day, months)
    source = source_of(Span(calendar[0], last_day), "group_id", list(group_ids))
    with connection.cursor() as cursor:
        sql = f"SELECT group_id, month, {SUMS} FROM ({source.sql}) money GROUP BY group_id, month"  # noqa: S608
        cursor.execute(sql, source.params)
        found = {
            (group_id, month): MonthResult(month=month, **dict(zip(NAMES, figures, strict=True)))
            for group_id, month, *figures in cursor.fetchall()
        }
    return {
        group_id: [found.get((group_id, month), MonthResult(month=month)) for month in calendar]
        for group_id in group_ids
    }


def results_of(spans: Mapping[int, Span]) -> dict[int, MonthResult]:
    """What the lines of each group's own span of days come to, under its first day; empty where there are none."""
    found = {group_id: MonthResult(month=span.first) for group_id, span in spans.items()}
    if not spans:
        return found
    ids, firsts, lasts = list(spans), [span.first for span in spans.values()], [span.last for span in spans.values()]
    sql = f"""
        SELECT l.group_id, {SUMS} FROM ({of_lines("group_id", when="l.on")}) l
        JOIN unnest(%s::bigint[], %s::date[], %s::date[]) AS w(id, first, last)
            ON w.id = l.group_id AND l.month BETWEEN w.first AND w.last
        GROUP BY l.group_id
    """  # noqa: S608 - names of ours
    with connection.cursor() as cursor:
        cursor.execute(sql, [ids, min(firsts), max(lasts), ids, firsts, lasts])
        for group_id, *figures in cursor.fetchall():
            sums = dict(zip(NAMES, figures, strict=True))
            found[group_id] = MonthResult(month=spans[group_id].first, **sums)
    return found


def net_by_group(group_ids: Iterable[int], first_day: date, last_day: date) -> dict[int, Net]:
    """Net contribution of the span by group; a group without lines is not in the answer."""
    source = source_of(Span(first_day, last_day), "group_id", list(group_ids))
    with connection.cursor() as cursor:
        cursor.execute(NETS.format(net=NET, source=source.sql), source.params)
        return {group_id: Net(amount, exact) for group_id, amount, exact in cursor.fetchall()}


def losing_groups(team_ids: Iterable[int], first_day: date, last_day: date) -> RawSQL:
    """The ids of groups of the teams whose net contribution in the span is below zero, to be put into a query."""
    source = source_of(Span(first_day, last_day), "team_id", list(team_ids))
    nets = NETS.format(net=NET, source=source.sql)
    return RawSQL(f"SELECT group_id FROM ({nets}) n WHERE net < 0", source.params)  # noqa: S608, S611 - words of ours


def net_of_groups(groups: QuerySet[Group], team_ids: Iterable[int], first_day: date, last_day: date) -> Net | None:
    """Net contribution of the span of all these groups of the teams together; None without any line."""
    source = source_of(Span(first_day, last_day), "team_id", list(team_ids))
    of_them, params = groups.order_by().values("pk").query.sql_with_params()
    nets = NETS.format(net=NET, source=source.sql)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT sum(net), bool_and(exact) FROM ({nets}) n WHERE group_id IN ({of_them})",  # noqa: S608 - words of ours
            [*source.params, *params],
        )
        amount, exact = cursor.fetchone()
    return None if amount is None else Net(amount, exact)


def lines_by_category() -> dict[int, int]:
    """How many ledger lines each cost category is used by."""
    rows = LedgerLine.objects.exclude(category=None).values("category_id").annotate(lines=Count("id"))
    return dict(rows.values_list("category_id", "lines"))

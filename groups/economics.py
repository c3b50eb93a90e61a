"""Reads the ledger into profit and loss by group and month; one statement, whatever the number of groups."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Count, DecimalField, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, TruncMonth

from groups.models import LedgerLine
from groups.models.money import CostCategory, CostRoot
from groups.rules.profit_and_loss import MonthResult, months_through

COST, REVENUE = LedgerLine.Kind.COST, LedgerLine.Kind.REVENUE
BY_THE_HOUR = CostCategory.PricedBy.HOUR


def _sum(column: str, **which: object) -> Coalesce:
    zero = Value(Decimal("0.00"), DecimalField(max_digits=14, decimal_places=2))
    return Coalesce(Sum(column, filter=Q(**which)), zero)


# Summed under names of their own: an annotation called like a column would take its place in the others.
SUMS = {
    "revenue": _sum("amount", kind=REVENUE),
    "goods_cost": _sum("goods_cost", kind=REVENUE),
    "revenue_without_goods_cost": _sum("amount", kind=REVENUE, goods_cost=None),
    "acquisition": _sum("amount", kind=COST, category__root=CostRoot.ACQUISITION),
    "labour": _sum("amount", kind=COST, category__root=CostRoot.LABOUR),
    "operations": _sum("amount", kind=COST, category__root=CostRoot.OPERATIONS),
    "hours": _sum("quantity", kind=COST, category__root=CostRoot.LABOUR, category__priced_by=BY_THE_HOUR),
    "lines": Count("id"),
}
# Net contribution in SQL; the same arithmetic as MonthResult.net, and a test holds the two together.
NET = _sum("amount", kind=REVENUE) - _sum("goods_cost", kind=REVENUE) - _sum("amount", kind=COST)


def profit_and_loss(group_ids: Collection[int], last_day: date, months: int) -> dict[int, list[MonthResult]]:
    """For each group the results of so many calendar months, oldest first, the last one up to and with `last_day`.

    A month without lines is there with `is_empty`.
    """
    calendar = months_through(last_day, months)
    rows = (
        LedgerLine.objects.filter(group_id__in=group_ids, on__gte=calendar[0], on__lte=last_day)
        .annotate(month=TruncMonth("on"))
        .values("group_id", "month")
        .annotate(**{f"sum_of_{name}": total for name, total in SUMS.items()})
    )
    found = {
        (row["group_id"], row["month"]): MonthResult(
            month=row["month"], **{name: row[f"sum_of_{name}"] for name in SUMS}
        )
        for row in rows
    }
    return {
        group_id: [found.get((group_id, month), MonthResult(month=month)) for month in calendar]
        for group_id in group_ids
    }


def net_by_group(group_ids: Iterable[int], first_day: date, last_day: date) -> dict[int, Decimal]:
    """Net contribution of the span by group, yuan; a group without lines is not in the answer."""
    rows = LedgerLine.objects.filter(group_id__in=list(group_ids), on__range=(first_day, last_day))
    return dict(rows.values("group_id").annotate(net=NET).values_list("group_id", "net"))


def losing_groups(first_day: date, last_day: date) -> QuerySet:
    """The ids of groups whose net contribution in the span is below zero, as a query to be put into another."""
    rows = LedgerLine.objects.filter(on__range=(first_day, last_day))
    return rows.values("group_id").annotate(net=NET).filter(net__lt=0).order_by().values("group_id")


def lines_by_category() -> dict[int, int]:
    """How many ledger lines each cost category is used by."""
    rows = LedgerLine.objects.exclude(category=None).values("category_id").annotate(lines=Count("id"))
    return dict(rows.values_list("category_id", "lines"))

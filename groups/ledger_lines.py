"""Reads the lines behind a figure: of a group, some days, and one part of profit and loss; their sum is the figure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import DecimalField, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from groups.models import LedgerLine
from groups.models.money import CostRoot
from groups.money_of_spans import net_of_lines
from groups.rules.spans import Span

COST, REVENUE = LedgerLine.Kind.COST, LedgerLine.Kind.REVENUE
# The parts of profit and loss: which lines they are made of, and the column that is summed.
PARTS: dict[str, tuple[Q, str]] = {
    "revenue": (Q(kind=REVENUE), "amount"),
    "goods": (Q(kind=REVENUE), "goods_cost"),
    **{root.value: (Q(kind=COST, category__root=root), "amount") for root in CostRoot},
    "costs": (Q(kind=COST), "amount"),
}


def lines_behind(group_id: int, span: Span, part: str = "", category_id: int | None = None) -> QuerySet[LedgerLine]:
    """The lines, newest first; without a part all of the days. Goods: revenue whose goods cost somebody stated."""
    lines = LedgerLine.objects.filter(group_id=group_id, on__range=(span.first, span.last))
    if part:
        lines = lines.filter(PARTS[part][0])
    if part == "goods":
        lines = lines.exclude(goods_cost=None)
    if category_id is not None:
        lines = lines.filter(category_id=category_id)
    return lines.order_by("-on", "-pk")


def sum_of(lines: QuerySet[LedgerLine], part: str = "") -> Decimal:
    """What the lines add up to, yuan: the column of the part, or their net contribution without one."""
    if not part:
        return lines.order_by().aggregate(net=net_of_lines())["net"]
    zero = Value(Decimal("0.00"), DecimalField(max_digits=14, decimal_places=2))
    return lines.order_by().aggregate(total=Coalesce(Sum(PARTS[part][1]), zero))["total"]


def nets_by_day(group_id: int, last_day: date) -> list[tuple[date, Decimal]]:
    """(day, net contribution) of each day with a line up to `last_day`, oldest first."""
    days = LedgerLine.objects.filter(group_id=group_id, on__lte=last_day).values("on").annotate(net=net_of_lines())
    return list(days.order_by("on").values_list("on", "net"))


def costs_by_category(group_id: int, span: Span) -> list[tuple[str, str, int, Decimal]]:
    """(root, name, id of the category, yuan), the largest first; categories that were taken back are left out."""
    found = lines_behind(group_id, span, "costs").order_by()
    rows = found.values(root=F("category__root"), name=F("category__name"), number=F("category_id"))
    summed = rows.annotate(total=Sum("amount")).exclude(total=0).order_by("-total", "name")
    return list(summed.values_list("root", "name", "number", "total"))

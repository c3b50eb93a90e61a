"""Enters what the demo groups earned and cost in the last months, as lines that every figure traces to."""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal

from community_ops.demo.activity import Days
from community_ops.demo.company import Company
from groups.cost_categories import add_category
from groups.ledger import enter_line
from groups.models import CostCategory

MONTHS = 3
FEN = Decimal("0.01")
# root, name, priced by, default price in yuan
CATEGORIES = (
    ("acquisition", "广告投放", "amount", None),
    ("acquisition", "老带新奖励", "person", Decimal("5.00")),
    ("labour", "运营专员", "hour", Decimal("80.00")),
    ("operations", "奖品与红包", "amount", None),
    ("operations", "工具软件", "amount", None),
    ("operations", "场地租赁", "occasion", Decimal("600.00")),
)


def set_up_categories(*, company: Company, now: datetime) -> dict[str, CostCategory]:
    """The categories of the demo by name; one that the installation already has is used as it is."""
    found = {row.name: row for row in CostCategory.objects.filter(archived_at=None)}
    for root, name, priced_by, price in CATEGORIES:
        if name not in found:
            made = add_category(
                root=root, name=name, priced_by=priced_by, default_price=price, by=company.people["adm"], now=now
            )
            CostCategory.objects.filter(pk=made.pk).update(is_demo=True)
            found[name] = made
    return found


def enter_money(
    *,
    company: Company,
    categories: dict[str, CostCategory],
    days_by_group: dict[str, Days],
    hours_until: date,
    now: datetime,
) -> int:
    """Enter monthly lines for the last months; returns how many. The same company again enters nothing twice.

    Hours from `hours_until` on are logged by the week; see bookkeeping.
    """
    return sum(_lines_of(company, categories, days, hours_until, now) for days in days_by_group.values())


def _lines_of(
    company: Company, categories: dict[str, CostCategory], days: Days, hours_until: date, now: datetime
) -> int:
    shape = days.shape
    group = company.groups[shape.key]
    by_month: dict[tuple[int, int], list[int]] = defaultdict(list)
    for place, day in enumerate(days.days):
        by_month[day.year, day.month].append(place)
    entered = 0
    for (year, month), places in sorted(by_month.items())[-MONTHS:]:
        last = days.days[places[-1]]
        share = Decimal(sum(days.days[p] < hours_until for p in places)) / 30
        sales = _yuan(sum(days.counts["revenue_cents"][p] for p in places)) if shape.order_value else Decimal(0)
        joined = sum(days.counts["joins"][p] for p in places)
        lines: list[tuple[str, str, dict[str, Decimal | None], str]] = []
        if sales:
            goods = (sales * (1 - shape.margin)).quantize(FEN)
            lines.append(("revenue", "", {"amount": sales, "goods_cost": goods}, "群内订单"))
        hours = (shape.weekly_hours * 52 / 12 * min(share, Decimal(1))).quantize(FEN)
        if hours:
            lines.append(("cost", "运营专员", {"quantity": hours}, "本月工时"))
        if joined and shape.order_value:
            lines.append(("cost", "老带新奖励", {"quantity": Decimal(joined)}, "本月新进"))
        if shape.pace >= 20:
            lines.append(("cost", "奖品与红包", {"amount": Decimal(120) + Decimal(int(shape.pace)) * 4}, ""))
        for kind, category, figures, note in lines:
            enter_line(
                group=group,
                kind=kind,
                on=last,
                category=categories.get(category),
                note=note,
                token=_token(shape.key, date(year, month, 1), kind + category + note),
                by=group.owner,
                now=now,
                **figures,
            )
            entered += 1
    return entered


def _yuan(cents: int) -> Decimal:
    return (Decimal(cents) / 100).quantize(FEN)


def _token(key: str, month: date, line: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"community-ops-demo/{key}/{month}/{line}")

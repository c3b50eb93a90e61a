"""Enters what the demo groups earned and cost in the last months, as lines that every figure traces to."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from zlib import crc32

from community_ops.demo.activity import Days
from community_ops.demo.company import Company
from community_ops.demo.shapes import MONTHS_OF_BOOKS
from groups.cost_categories import add_category
from groups.ledger import enter_lines
from groups.models import CostCategory

HALF = 15  # the last day of the first half of a month
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
    """Enter lines over the last months; returns how many. The same company again enters nothing twice.

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
    lines = [
        line
        for (year, month), places in sorted(by_month.items())[-MONTHS_OF_BOOKS:]
        for line in lines_of_month(days, date(year, month, 1), places, hours_until)
    ]
    enter_lines(
        group=group,
        lines=[
            {
                "kind": line.kind,
                "on": line.on,
                "category": categories.get(line.category),
                "note": line.note,
                "token": _token(shape.key, line.on, line.kind + line.category),
                **line.figures,
            }
            for line in lines
        ],
        by=group.owner,
        now=now,
    )
    return len(lines)


@dataclass(frozen=True)
class Line:
    on: date
    kind: str
    category: str
    figures: dict[str, Decimal | None]
    note: str = ""


def lines_of_month(days: Days, month: date, places: list[int], hours_until: date) -> Iterator[Line]:
    """Sales by the week, hours and rewards by the half month, prizes on a day of the group's own."""
    shape = days.shape
    for _week, week in groupby(places, key=lambda place: (days.days[place].day - 1) // 7):
        week = list(week)
        sales = _yuan(sum(days.counts["revenue_cents"][p] for p in week)) if shape.order_value else Decimal(0)
        if sales:
            goods = (sales * (1 - shape.margin)).quantize(FEN)
            yield Line(days.days[week[-1]], "revenue", "", {"amount": sales, "goods_cost": goods}, "群内订单")
    for _half, half in groupby(places, key=lambda place: days.days[place].day > HALF):
        half = list(half)
        last = days.days[half[-1]]
        share = min(Decimal(sum(days.days[p] < hours_until for p in half)) * 2 / 30, Decimal(1))
        hours = (shape.weekly_hours * 52 / 24 * share).quantize(FEN)
        if hours:
            yield Line(last, "cost", "运营专员", {"quantity": hours}, "半月工时")
        joined = sum(days.counts["joins"][p] for p in half)
        if joined and shape.order_value:
            yield Line(last, "cost", "老带新奖励", {"quantity": Decimal(joined)}, "半月新进")
    if shape.pace >= 20:
        on = days.days[places[crc32(f"{shape.key} {month}".encode()) % len(places)]]
        yield Line(on, "cost", "奖品与红包", {"amount": Decimal(120) + Decimal(int(shape.pace)) * 4})


def _yuan(cents: int) -> Decimal:
    return (Decimal(cents) / 100).quantize(FEN)


def _token(key: str, on: date, line: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"community-ops-demo/{key}/{on}/{line}")

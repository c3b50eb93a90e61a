"""Importing orders against a plain COPY of the same rows into the same table.

Measured is `groups.orders.write_orders`: staging, comparison with what is known, attribution by rules, refunds, and the
revenue lines with their months of money. Reading a file is not part of it, nor of the floor.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone

from community_ops.bench.measuring import Bench, Size
from groups.attribution import add_rule
from groups.models import Group, LedgerLine, OrderImport, ShopOrder, Team, User
from groups.orders import write_orders
from groups.rules.order_rows import OrderRow, packed

NOW = datetime(2026, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
FIRST_DAY = date(2025, 12, 1)
ROWS = 100_000
GROUPS = 100
DAYS = 30
COLUMNS = (
    "team_id, shop, number, part, paid_on, amount, coupon, distributor, shop_point, group_key, buyer_key, group_id,"
    " rule_id, upload_id"
)
FLOOR = "plain COPY of the same rows into the same table"


@dataclass
class State:
    upload: OrderImport
    rows: list[OrderRow]
    plain: str


def prepare(size: Size) -> State:
    """A file of orders of which nine in ten carry the coupon of a group."""
    owner = User.objects.create(username="bench", display_name="Bench")
    team = Team.objects.create(name="Bench", slug="bench")
    groups = Group.objects.bulk_create(
        [
            Group(
                team=team, owner=owner, platform="other", name=f"group-{n}", opened_on=FIRST_DAY, created_at=NOW
            )
            for n in range(GROUPS)
        ]
    )  # fmt: skip
    for n, group in enumerate(groups):
        add_rule(
            group=group, kind="coupon", pattern=f"coupon-{n}", valid_from=FIRST_DAY, valid_until=None, by=None, now=NOW
        )
    rows = [
        OrderRow(
            number=f"E2025120100{n:08d}", paid_on=FIRST_DAY + timedelta(days=n % DAYS), cents=100 + n % 20_000,
            coupon=f"coupon-{n % GROUPS}" if n % 10 else "", buyer_key=f"{n:032x}",
        )
        for n in range(ROWS)
    ]  # fmt: skip
    upload = OrderImport.objects.create(
        team=team,
        shop="youzan",
        file_name="bench",
        content_hash="",
        state="looked_at",
        rows=packed(rows[:1]),
        uploaded_at=NOW,
    )
    _write(State(upload, rows, ""))
    text = io.StringIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY (SELECT {COLUMNS} FROM groups_shoporder ORDER BY id) TO STDOUT", text)  # noqa: S608
    return State(upload, rows, text.getvalue())


def empty(state: State) -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE groups_shoporder, groups_orderday, groups_ledgerline CASCADE")
        cursor.execute("VACUUM ANALYZE groups_shoporder")
        cursor.execute("CHECKPOINT")


def plain_copy(state: State) -> None:
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY groups_shoporder ({COLUMNS}) FROM STDIN", io.StringIO(state.plain))


def _write(state: State) -> None:
    with transaction.atomic():
        write_orders(upload=state.upload, rows=state.rows, by=None, now=timezone.now())


def outcome(state: State) -> dict[str, Any]:
    """Every order is there, nine in ten with a group, and the lines add up to them."""
    attributed = ShopOrder.objects.exclude(group=None)
    told = {"rows": ShopOrder.objects.count(), "attributed": attributed.count(), "lines": LedgerLine.objects.count()}
    right = sum(attributed.values_list("amount", flat=True)) == sum(LedgerLine.objects.values_list("amount", flat=True))
    return told | ({} if right and told["rows"] == ROWS else {"broken": "the lines are not what the orders add up to"})


BENCHES = (Bench("orders.fresh", 3.0, FLOOR, prepare, plain_copy, _write, empty, empty, outcome),)

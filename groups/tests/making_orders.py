"""Plain functions that make orders and rules for tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from groups import attribution, orders
from groups.models import AttributionRule, Group, OrderImport, Team
from groups.rules.order_rows import OrderRow

DAY = date(2026, 11, 10)


def order(number: str, yuan: float = 100, **fields: Any) -> OrderRow:
    return OrderRow(**{"number": number, "paid_on": DAY, "cents": round(yuan * 100)} | fields)


def look_at(team: Team, *rows: OrderRow, **fields: Any) -> OrderImport:
    return orders.look_at(
        **{
            "team": team, "shop": "youzan", "file_name": "orders.csv", "rows": rows, "refusals": [], "rows_refused": 0,
            "rows_skipped": 0, "by": None, "now": timezone.now(),
        }
        | fields
    )  # fmt: skip


def bring_in(team: Team, *rows: OrderRow, **fields: Any) -> orders.Outcome:
    return orders.confirm(upload=look_at(team, *rows, **fields), by=None, now=timezone.now())


def make_rule(group: Group, pattern: str, kind: str = "coupon", **fields: Any) -> AttributionRule:
    rule, _done = attribution.add_rule(
        **{
            "group": group, "kind": kind, "pattern": pattern, "valid_from": date(2026, 1, 1), "valid_until": None,
            "by": None, "now": timezone.now(),
        }
        | fields
    )  # fmt: skip
    return rule

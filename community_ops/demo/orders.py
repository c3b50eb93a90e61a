"""Brings in orders of the demo's shop, the rules that put them down to groups, and the shares of existing buyers."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal

from community_ops.demo.company import Company
from groups import attribution, orders
from groups.existing_buyers import state_share
from groups.rules.order_rows import OrderRow
from groups.rules.spans import months_back

DAYS = 40
# group, kind of rule, the text that its orders carry, orders a day, yuan each
RULES = (
    ("tea-01", "coupon", "社群专享满 30 减 5", 2, Decimal("26.80")),
    ("tea-02", "distributor", "张敏（西湖店）", 1, Decimal("32.50")),
    ("tea-03", "shop_point", "城西自提点", 1, Decimal("18.00")),
)
NOBODYS = ("双十一公众号券", Decimal("45.00"))
# group, percent of revenue, how it was found
SHARES = (
    ("tea-01", Decimal(35), "抽查 10 月 200 单，70 单是入群前的老客"),
    ("tea-02", Decimal(40), "会员系统：四成买家入群前 90 天内下过单"),
    ("tea-03", Decimal("27.5"), "店长估计，11 月底用会员号核对"),
)


def bring_in_orders(*, company: Company, now: datetime, today: date) -> int:
    """One file of the shop's orders and the rules for it; returns how many orders."""
    first = today - timedelta(days=DAYS)
    for key, kind, text, _pace, _yuan in RULES:
        attribution.add_rule(
            group=company.groups[key], kind=kind, pattern=text, valid_from=first, valid_until=None,
            by=company.people["mgr"], now=now,
        )  # fmt: skip
    rows = [row for back in range(DAYS, 0, -1) for row in _orders_of(today - timedelta(days=back), back)]
    upload = orders.look_at(
        team=company.groups["tea-01"].team, shop="youzan", file_name=f"有赞订单 {today:%Y-%m-%d}.csv", rows=rows,
        refusals=[], rows_refused=0, rows_skipped=6, by=company.people["op"], now=now,
    )  # fmt: skip
    orders.confirm(upload=upload, by=company.people["op"], now=now)
    for key, percent, basis in SHARES:
        token = uuid.uuid5(uuid.NAMESPACE_URL, f"community-ops-demo/{key}/share/{today}/{company.groups[key].pk}")
        state_share(
            group=company.groups[key], from_month=months_back(today, 5), percent=percent, basis=basis, token=token,
            by=company.people["mgr"], now=now,
        )  # fmt: skip
    return len(rows)


def _orders_of(day: date, back: int) -> list[OrderRow]:
    rows = []
    for key, kind, text, pace, yuan in RULES:
        for n in range(pace + (day.weekday() >= 5)):
            cents = int(yuan * 100) * (1 + (back + n) % 3)
            rows.append(
                OrderRow(
                    number=f"E{day:%Y%m%d}{len(rows):03d}{key[-2:]}", paid_on=day, cents=cents,
                    refund_cents=cents if (back + n) % 17 == 0 else 0, **{kind: text},
                )
            )  # fmt: skip
    if back % 5 == 0:
        text, yuan = NOBODYS
        rows.append(OrderRow(number=f"E{day:%Y%m%d}900", paid_on=day, cents=int(yuan * 100), coupon=text))
    return rows

"""Repurchase: loyal members buy again and again, drawn by benefits and member days."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from groups.rules.monetization.inputs import (
    ExpectedLine,
    Inputs,
    Measure,
    ModelFacts,
    Notice,
    measured,
    money,
    percent,
)
from groups.rules.profit_and_loss import priced


@dataclass(frozen=True, kw_only=True)
class Repurchase(Inputs):
    """Per month: `buyers` percent of the members order `orders` times for `order_value`; `member_day` of the month."""

    KIND: ClassVar[str] = "repurchase"
    KPIS: ClassVar[tuple[str, ...]] = ("monthly_buyers", "orders_per_buyer", "repurchase_rate", "gross_margin")
    LIFE: ClassVar[str] = "long"

    members: int | None = measured(Measure.WHOLE, most=10_000_000)
    buyers: Decimal | None = percent()
    orders: Decimal | None = measured(Measure.NUMBER, most=1000)
    order_value: Decimal | None = money()
    margin: Decimal | None = percent()
    member_day: int | None = measured(Measure.WHOLE, least=1, most=31)

    def expected(self, members: int | None) -> tuple[ExpectedLine, ...]:
        """Members x buyers x orders x value; the members known now where the plan states none."""
        count = self.members if self.members is not None else members
        month = None
        if count is not None and self.buyers is not None and self.order_value is not None:
            orders = self.orders if self.orders is not None else Decimal(1)
            month = priced(count * self.buyers / 100 * orders, self.order_value)
        return (ExpectedLine("repeat_orders", month), ExpectedLine("member_days", None))

    def notices(self, facts: ModelFacts) -> list[Notice]:
        """Nothing: how a repurchase group does is told by its health and its money."""
        return []

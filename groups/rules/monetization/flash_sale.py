"""Flash sale: everything goes into one short selling window, then the group is dissolved by plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from groups.rules.monetization.inputs import (
    ExpectedLine,
    Inputs,
    Measure,
    ModelFacts,
    Notice,
    Unfit,
    measured,
    money,
    percent,
)
from groups.rules.profit_and_loss import priced


@dataclass(frozen=True, kw_only=True)
class FlashSale(Inputs):
    """The selling window is `sells_from` to `sells_until`, both included; `conversion` of the members order once."""

    KIND: ClassVar[str] = "flash_sale"
    KPIS: ClassVar[tuple[str, ...]] = ("conversion", "campaign_revenue", "gross_margin", "ended_on_time")
    LIFE: ClassVar[str] = "days"

    sells_from: date | None = measured(Measure.DAY)
    sells_until: date | None = measured(Measure.DAY)
    conversion: Decimal | None = percent()
    order_value: Decimal | None = money()
    margin: Decimal | None = percent()

    def __post_init__(self) -> None:
        Inputs.__post_init__(self)
        if self.sells_from and self.sells_until and self.sells_until < self.sells_from:
            raise Unfit("sells_until")

    def expected(self, members: int | None) -> tuple[ExpectedLine, ...]:
        """The orders of the window; the window is the only month that counts."""
        month = None
        if members is not None and self.conversion is not None and self.order_value is not None:
            month = priced(members * self.conversion / 100, self.order_value)
        return (ExpectedLine("window_orders", month),)

    def notices(self, facts: ModelFacts) -> list[Notice]:
        """A flash group that is still open the day after its window, or after the end of its plan."""
        end = self.sells_until or facts.ends_on
        if end is None or facts.today <= end:
            return []
        return [Notice("flash_past_end", {"ended_on": end, "days": (facts.today - end).days})]

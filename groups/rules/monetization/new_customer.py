"""New customers: trial camps and leads; content first, selling early kills it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
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
class NewCustomer(Inputs):
    """For the first `content_days` nothing is sold; `conversion` of the members are expected to buy the full price."""

    KIND: ClassVar[str] = "new_customer"
    KPIS: ClassVar[tuple[str, ...]] = ("trial_buyers", "conversion", "content_delivered", "joins")
    LIFE: ClassVar[str] = "weeks"

    trial_price: Decimal | None = money()
    content_days: int | None = measured(Measure.WHOLE, most=365)
    conversion: Decimal | None = percent()

    def expected(self, members: int | None) -> tuple[ExpectedLine, ...]:
        """Trials of the members known now; what follows the trial is not planned here."""
        trials = None
        if members is not None and self.trial_price is not None:
            trials = priced(Decimal(members), self.trial_price)
        return (ExpectedLine("trials", trials), ExpectedLine("first_orders", None))

    def notices(self, facts: ModelFacts) -> list[Notice]:
        """Orders or adverts on one of the content days: while they last, and once they are over. What nobody observed
        raises nothing."""
        if self.content_days is None or not ((facts.orders_early or 0) + (facts.adverts_early or 0)):
            return []
        opens_on = facts.from_on + timedelta(days=self.content_days)
        figures = {
            "orders": facts.orders_early,
            "adverts": facts.adverts_early,
            "sold_on": facts.first_sold_on,
            "opens_on": opens_on,
            "content_days": self.content_days,
        }
        return [Notice("selling_early" if facts.today < opens_on else "sold_early", figures)]

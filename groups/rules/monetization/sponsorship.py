"""Sponsorship: partners pay per placement or per result; every placement wears the group out, so it is capped."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from groups.rules.monetization.inputs import ExpectedLine, Inputs, Measure, ModelFacts, Notice, measured, money
from groups.rules.profit_and_loss import priced

PAID_BY = ("placement", "result")
MATCHES = ("yes", "roughly", "unknown")


@dataclass(frozen=True, kw_only=True)
class Sponsorship(Inputs):
    """`price` of one placement, or of one result; at most `cap` placements a month; how well the audience fits."""

    KIND: ClassVar[str] = "sponsorship"
    KPIS: ClassVar[tuple[str, ...]] = ("placements", "revenue_per_placement", "price_of_trust", "leave_rate")
    LIFE: ClassVar[str] = "long"

    paid_by: str | None = measured(Measure.CHOICE, choices=PAID_BY)
    price: Decimal | None = money()
    cap: int | None = measured(Measure.WHOLE, most=31)
    audience: str | None = measured(Measure.CHOICE, choices=MATCHES)

    def expected(self, members: int | None) -> tuple[ExpectedLine, ...]:
        """Price x cap for a price per placement; results are not foreseen."""
        month = None
        if self.price is not None and self.cap is not None and self.paid_by == "placement":
            month = priced(Decimal(self.cap), self.price)
        return (ExpectedLine("placements", month),)

    def notices(self, facts: ModelFacts) -> list[Notice]:
        """More placements in this month than the cap, and an audience that nobody compared."""
        found = []
        cap = self.cap if self.cap is not None else facts.placements_cap
        if cap is not None and facts.placements > cap:
            found.append(Notice("over_cap", {"placements": facts.placements, "cap": cap}))
        if self.audience == "unknown":
            found.append(Notice("audience_unknown", {}))
        return found

"""No revenue model: a group for love, with a budget that somebody agreed to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from groups.rules.monetization.inputs import ExpectedLine, Inputs, ModelFacts, Notice, money


@dataclass(frozen=True, kw_only=True)
class NoModel(Inputs):
    """`budget_cap` is what the group may cost a month at most, yuan."""

    KIND: ClassVar[str] = "none"
    KPIS: ClassVar[tuple[str, ...]] = ("cost_within_budget", "members_active")
    LIFE: ClassVar[str] = "open"

    budget_cap: Decimal | None = money()

    def expected(self, members: int | None) -> tuple[ExpectedLine, ...]:
        return ()

    def notices(self, facts: ModelFacts) -> list[Notice]:
        """Costs run and nobody agreed to a budget, or they run above it; what revenue covers does not count."""
        costs, revenue = facts.costs_30, facts.revenue_30 or Decimal(0)
        if costs is None or costs <= revenue:
            return []
        if self.budget_cap is None:
            return [Notice("costs_without_model", {"costs": costs})]
        if costs - revenue > self.budget_cap:
            return [Notice("above_budget", {"costs": costs - revenue, "cap": self.budget_cap})]
        return []

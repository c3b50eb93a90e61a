"""The live estimate as the panel shows it: figures that are known so far, and a sentence about what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessments.reading import budget_cap_of, costs_are_known, costs_of_answers, economics_so_far, model_of
from assessments.rules.economics_of_a_plan import Costs, Economics, costs_of
from assessments.rules.thresholds import Thresholds
from assessments.sentences import driver_text


@dataclass(frozen=True)
class Estimate:
    """`economics` without `costs_known` says what comes in, not what is left."""

    economics: Economics | None
    costs: Costs | None
    one_off: Decimal
    budget_cap: Decimal | None
    break_even: str
    entered: str
    missing: str

    @property
    def costs_known(self) -> bool:
        return self.costs is not None

    @property
    def over_budget(self) -> Decimal | None:
        if self.costs is None or self.budget_cap is None:
            return None
        return self.costs.total - self.budget_cap

    @property
    def left(self) -> Decimal | None:
        return None if self.over_budget is None else -self.over_budget

    @property
    def payback(self) -> int | None:
        """Whole days."""
        days = self.economics.payback_days if self.economics else None
        return None if days is None else round(days)


def estimate_of(answers: Mapping[str, Any], thresholds: Thresholds) -> Estimate:
    """The estimate from the answers that count so far."""
    economics = economics_so_far(answers, thresholds)
    inputs = costs_of_answers(answers)
    known = costs_are_known(answers)
    return Estimate(
        economics=economics,
        costs=costs_of(inputs) if known else None,
        one_off=inputs.one_off,
        budget_cap=budget_cap_of(answers),
        break_even=(
            driver_text(economics.driver, economics.break_even)
            if economics and known and economics.break_even is not None
            else ""
        ),
        entered=driver_text(economics.driver, economics.driver_value) if economics else "",
        missing=_missing(answers, economics, known),
    )


def _missing(answers: Mapping[str, Any], economics: Economics | None, costs_known: bool) -> str:
    if answers.get("purpose") == "passion":
        return "" if costs_known else _("Fill in the costs to compare them with the cap")
    if economics is None and model_of(answers) is None:
        return _("Without a revenue model there is no estimate")
    if economics is None:
        return _("Fill in the revenue figures to see the estimate")
    return "" if costs_known else _("Costs come on a later page; until then only revenue is known")

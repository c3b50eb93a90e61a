"""What a stored verdict predicted for the groups that were registered from it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessments.models import Verdict

MEMBERS = ("sell_members", "paid_payers")


@dataclass(frozen=True, kw_only=True)
class Predicted:
    """Names and units of assessments.rules.actuals.Actual; None = the verdict said nothing of it."""

    members: Decimal | None
    conversion: Decimal | None
    net: Decimal | None
    weekly_hours: Decimal | None
    life_days: int
    chance: Decimal | None  # that a month earns


def predicted_of(verdict: Verdict, groups: int) -> Predicted:
    """For so many of the planned groups: amounts in proportion, shares as they are."""
    answers, figures = verdict.answers, verdict.figures
    share = Decimal(groups) / Decimal(answers["group_count"])
    economics, draws = figures["economics"], figures.get("uncertainty")
    members = next((answers[key] for key in MEMBERS if key in answers), None)
    buyers = answers.get("sell_buyers") if economics and economics["driver"] == "buyers" else None
    return Predicted(
        members=_part(members, share),
        conversion=None if buyers is None else Decimal(buyers) / 100,
        net=_part(economics["base"]["net"], share) if economics else None,
        weekly_hours=_part(answers["weekly_hours"], share),
        life_days=figures["life_days"],
        chance=Decimal(draws["month_positive"]) if draws else None,
    )


def _part(value: Any, share: Decimal) -> Decimal | None:
    return None if value is None else Decimal(value) * share

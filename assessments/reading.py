"""Turns stored answers (JSON values by question) into the typed values that the rules read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from assessments.rules.cash import CashCurve, cash_of
from assessments.rules.duration import days_of
from assessments.rules.economics_of_a_plan import Economics, economics_of
from assessments.rules.plan_answers import (
    Layer,
    Model,
    PaidRevenue,
    PartnerRevenue,
    PlanAnswers,
    PlanCosts,
    Purpose,
    Revenue,
    SellingRevenue,
    Span,
)
from assessments.rules.thresholds import Thresholds
from assessments.rules.uncertainty import (
    HOURS,
    JOIN_COST,
    MEMBERS,
    RENEWAL,
    VALUE,
    Ends,
    Range,
    Simulation,
    ranges_of,
    simulate,
)
from assessments.running_lines import running_total

Answers = Mapping[str, Any]
# Question of a range: the answer that it lies around, and the input that it is the range of.
LIKELY_OF = {
    "range_members": "sell_members",
    "range_order_value": "sell_value",
    "range_unit": "partner_unit",
    "range_renewal": "paid_renewal",
    "range_cost_per_join": "cost_per_join",
    "range_weekly_hours": "weekly_hours",
}
INPUT_OF = {
    "range_members": MEMBERS,
    "range_order_value": VALUE,
    "range_unit": VALUE,
    "range_renewal": RENEWAL,
    "range_cost_per_join": JOIN_COST,
    "range_weekly_hours": HOURS,
}
COST_KEYS = ("cost_per_join", "joins_per_month", "weekly_hours", "hour_cost")


def plan_of(answers: Answers) -> PlanAnswers:
    """The typed plan of a complete set of counted answers; KeyError if one is missing."""
    return PlanAnswers(
        group_count=answers["group_count"],
        purpose=Purpose(answers["purpose"]),
        reasons=frozenset(answers["reasons"]),
        shared_goal=answers.get("shared_goal", ""),
        evidence=answers["evidence"],
        alternative=answers["alternative"],
        model=model_of(answers),
        audience_match=answers.get("audience_match", ""),
        partner_campaigns=answers.get("partner_campaigns"),
        revenue=revenue_of(answers),
        budget_cap=_decimal(answers, "budget_cap"),
        costs=costs_of_answers(answers),
        pessimistic=_decimal(answers, "pessimistic"),
        optimistic=_decimal(answers, "optimistic"),
        product_traits=frozenset(answers["product_traits"]),
        wanted_kind=answers["kind"],
        content_sources=frozenset(answers["content_sources"]),
        content_supply=answers["content_supply"],
        posts_per_day=answers["posts_per_day"],
        review=answers["review"],
        span=Span(answers["span"]),
        starts_on=date.fromisoformat(answers["starts_on"]),
        ends_on=_day(answers, "ends_on"),
        lasting_reasons=frozenset(answers.get("lasting_reasons", ())),
        layer=Layer(answers["layer"]),
        downstream="downstream" in answers,
        exit_plan=answers["exit_plan"],
    )


def model_of(answers: Answers) -> Model | None:
    """How the plan earns; None while it is not decided."""
    if answers.get("purpose") == Purpose.PASSION:
        return Model.NONE
    earns = answers.get("main") if answers.get("earns") == "mixed" else answers.get("earns")
    match earns:
        case "paid":
            return Model.PAID_ACCESS
        case "partners":
            return Model.SPONSORSHIP
        case "selling" if "selling_kind" in answers:
            return Model(answers["selling_kind"])
    return None


def revenue_of(answers: Answers) -> Revenue | None:
    """The revenue inputs of the chosen model; None when there is none or a figure is missing."""
    try:
        match model_of(answers):
            case Model.PAID_ACCESS:
                return PaidRevenue(
                    price=Decimal(answers["paid_price"]),
                    months=answers["paid_months"],
                    payers=Decimal(answers["paid_payers"]),
                    renewal=Decimal(answers["paid_renewal"]),
                    refund=Decimal(answers["paid_refund"]),
                    delivery_cost=Decimal(answers["paid_delivery"]),
                )
            case Model.SPONSORSHIP:
                by_result = answers["partner_basis"] == "result"
                return PartnerRevenue(
                    campaigns=Decimal(answers["partner_campaigns"]),
                    unit=Decimal(answers["partner_unit"]),
                    results=Decimal(answers["partner_results"]) if by_result else Decimal(1),
                    by_result=by_result,
                )
            case Model.FLASH_SALE | Model.REPURCHASE | Model.NEW_CUSTOMER as model:
                flash = model is Model.FLASH_SALE
                return SellingRevenue(
                    members=Decimal(answers["sell_members"]),
                    buyers=Decimal(answers["flash_buyers" if flash else "sell_buyers"]),
                    order_value=Decimal(answers["sell_value"]),
                    orders=Decimal(answers["sell_orders"]),
                    margin=Decimal(answers["sell_margin"]),
                    campaigns=Decimal(answers["flash_campaigns"]) if flash else None,
                )
    except KeyError:
        return None
    return None


def costs_of_answers(answers: Answers) -> PlanCosts:
    """The cost inputs; what is not answered yet counts as nothing, see `costs_are_known`."""
    return PlanCosts(
        cost_per_join=_decimal(answers, "cost_per_join") or Decimal(0),
        joins_per_month=_decimal(answers, "joins_per_month") or Decimal(0),
        one_off=_decimal(answers, "one_off") or Decimal(0),
        weekly_hours=_decimal(answers, "weekly_hours") or Decimal(0),
        hour_cost=_decimal(answers, "hour_cost") or Decimal(0),
        running=running_total(answers.get("running", ())),
    )


def ranges_so_far(answers: Answers, thresholds: Thresholds, own: Ends) -> tuple[Range, ...]:
    """The range of each uncertain input; empty until revenue and costs are known. `own` comes from own groups."""
    revenue = revenue_of(answers)
    if revenue is None or not costs_are_known(answers):
        return ()
    entered = {INPUT_OF[key]: answers[key] for key in INPUT_OF if key in answers}
    return ranges_of(
        revenue,
        costs_of_answers(answers),
        cases=cases_of(answers, thresholds),
        cases_entered="pessimistic" in answers or "optimistic" in answers,
        entered={key: (Decimal(ends["low"]), Decimal(ends["high"])) for key, ends in entered.items()},
        own=own,
    )


def simulation_of(answers: Answers, thresholds: Thresholds, *, seed: int, own: Ends) -> Simulation | None:
    """The plan drawn many times; None while a figure is missing, and for plans that are not to earn."""
    ranges = ranges_so_far(answers, thresholds, own)
    revenue = revenue_of(answers)
    if revenue is None or not ranges:
        return None
    return simulate(revenue, costs_of_answers(answers), life_of(answers, thresholds), ranges, seed=seed)


def cash_so_far(answers: Answers, thresholds: Thresholds) -> CashCurve | None:
    """The cash of the base case; None while a figure is missing."""
    revenue = revenue_of(answers)
    if revenue is None or not costs_are_known(answers):
        return None
    return cash_of(revenue, costs_of_answers(answers), life_of(answers, thresholds))


def life_of(answers: Answers, thresholds: Thresholds) -> int:
    """Days from loose answers."""
    return days_of(answers.get("span"), _day(answers, "starts_on"), _day(answers, "ends_on"), thresholds)


def cases_of(answers: Answers, thresholds: Thresholds) -> tuple[Decimal, Decimal]:
    """Percent of the pessimistic and the optimistic case."""
    return (
        _decimal(answers, "pessimistic") or thresholds.pessimistic_percent,
        _decimal(answers, "optimistic") or thresholds.optimistic_percent,
    )


def costs_are_known(answers: Answers) -> bool:
    return all(key in answers for key in COST_KEYS)


def budget_cap_of(answers: Answers) -> Decimal | None:
    return _decimal(answers, "budget_cap")


def economics_so_far(answers: Answers, thresholds: Thresholds) -> Economics | None:
    """The estimate from loose answers; None until revenue is known. Unknown costs count as nothing in it."""
    revenue = revenue_of(answers)
    if revenue is None:
        return None
    pessimistic, optimistic = cases_of(answers, thresholds)
    return economics_of(
        revenue,
        costs_of_answers(answers),
        pessimistic=pessimistic,
        optimistic=optimistic,
        life_days=life_of(answers, thresholds),
    )


def _decimal(answers: Answers, key: str) -> Decimal | None:
    return Decimal(answers[key]) if key in answers else None


def _day(answers: Answers, key: str) -> date | None:
    return date.fromisoformat(answers[key]) if key in answers else None

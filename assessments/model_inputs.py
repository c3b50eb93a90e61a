"""The answers about money as the inputs of the revenue model that one group begins with."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from assessments.reading import Answers, budget_cap_of, model_of, revenue_of
from assessments.rules.plan_answers import Model, PaidRevenue, PartnerRevenue, SellingRevenue
from groups.rules.monetization.flash_sale import FlashSale
from groups.rules.monetization.inputs import Inputs
from groups.rules.monetization.kinds import KINDS
from groups.rules.monetization.new_customer import NewCustomer
from groups.rules.monetization.none import NoModel
from groups.rules.monetization.paid_access import PaidAccess
from groups.rules.monetization.repurchase import Repurchase
from groups.rules.monetization.sponsorship import Sponsorship

FEN = Decimal("0.01")
# How well partners' customers match, from the words of the wizard to those of the model.
MATCHES = {"list": "yes", "roughly": "roughly", "unknown": "unknown"}


def model_inputs(answers: Answers) -> Inputs:
    """Inputs of the chosen kind; counts of people are divided by the number of groups. What was not asked is unknown.

    An undecided model becomes none, as in the terms of the plan.
    """
    groups = Decimal(answers["group_count"])
    match model_of(answers) or Model.NONE, revenue_of(answers):
        case Model.PAID_ACCESS, PaidRevenue() as paid:
            return PaidAccess(
                price=paid.price, months=paid.months, payers=_each(paid.payers, groups),
                renewal=paid.renewal, refund=paid.refund,
            )  # fmt: skip
        case Model.FLASH_SALE, SellingRevenue() as sells:
            window = (_day(answers, "starts_on"), _day(answers, "ends_on"))
            return FlashSale(
                sells_from=window[0], sells_until=window[1], conversion=sells.buyers,
                order_value=sells.order_value, margin=sells.margin,
            )  # fmt: skip
        case Model.REPURCHASE, SellingRevenue() as sells:
            return Repurchase(
                members=_each(sells.members, groups), buyers=sells.buyers, orders=sells.orders,
                order_value=sells.order_value, margin=sells.margin,
            )  # fmt: skip
        case Model.NEW_CUSTOMER, SellingRevenue() as sells:
            return NewCustomer(conversion=sells.buyers)
        case Model.SPONSORSHIP, PartnerRevenue() as partners:
            return Sponsorship(
                paid_by="result" if partners.by_result else "placement", price=partners.unit.quantize(FEN),
                cap=answers.get("partner_campaigns"), audience=MATCHES.get(answers.get("audience_match", "")),
            )  # fmt: skip
        case Model.NONE, _:
            cap = budget_cap_of(answers)
            return NoModel(budget_cap=None if cap is None else (cap / groups).quantize(FEN, rounding=ROUND_HALF_UP))
    return KINDS[(model_of(answers) or Model.NONE).value]()  # a figure is missing: all of them are to be filled in


def _each(people: Decimal, groups: Decimal) -> int:
    return int((people / groups).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _day(answers: Answers, key: str) -> date | None:
    return date.fromisoformat(answers[key]) if key in answers else None

"""The inputs of the revenue models that the groups of the demo were opened with."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from community_ops.demo.shapes import Shape
from groups.rules.monetization.flash_sale import FlashSale
from groups.rules.monetization.inputs import Inputs
from groups.rules.monetization.new_customer import NewCustomer
from groups.rules.monetization.none import NoModel
from groups.rules.monetization.paid_access import PaidAccess
from groups.rules.monetization.repurchase import Repurchase
from groups.rules.monetization.sponsorship import Sponsorship

# Groups for love whose costs nobody agreed to, and one that spends more than agreed.
WITHOUT_BUDGET, ABOVE_BUDGET = "peer-02", "fran-03"


def inputs_of(shape: Shape, today: date) -> Inputs:
    """What the group was opened with."""
    match shape.monetization:
        case "paid_access":
            return PaidAccess(
                price=shape.order_value,
                months={"course": 3, "vip": 12}.get(shape.layer, 6),
                payers=int(shape.members * 0.9),
                renewal=Decimal(35),
                refund=Decimal(3),
            )
        case "flash_sale":
            until = today + timedelta(days=shape.ends_in_days or 0)
            return FlashSale(
                sells_from=until - timedelta(days=3),
                sells_until=until,
                conversion=Decimal(12),
                order_value=shape.order_value,
                margin=shape.margin * 100,
            )
        case "new_customer":
            return NewCustomer(trial_price=Decimal("9.90"), content_days=7, conversion=Decimal(15))
        case "sponsorship":
            match = ("yes", "roughly", "yes", "unknown")[shape.members // 18 % 4]
            return Sponsorship(paid_by="placement", price=Decimal("1800.00"), cap=2, audience=match)
        case "repurchase":
            drinks = shape.activity == "transaction"
            return Repurchase(
                members=shape.members,
                buyers=Decimal(22 if drinks else 8),
                orders=Decimal(3 if drinks else 1),
                order_value=shape.order_value,
                margin=shape.margin * 100,
                member_day=18 if drinks else 8,
            )
        case _:
            caps = {WITHOUT_BUDGET: None, ABOVE_BUDGET: Decimal("500.00")}
            return NoModel(budget_cap=caps.get(shape.key, Decimal("1500.00")))

"""The inputs of the first revenue model from the answers of an assessment, per group."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone

from assessments.model_inputs import model_inputs
from assessments.registration import register_from_verdict, terms_from
from assessments.tests.filling import FAULTLESS, changed, fill, submit
from assessments.tests.making import make_assessment
from groups.models import Plan, RevenueModel
from groups.rules.monetization.flash_sale import FlashSale
from groups.rules.monetization.new_customer import NewCustomer
from groups.rules.monetization.none import NoModel
from groups.rules.monetization.paid_access import PaidAccess
from groups.rules.monetization.repurchase import Repurchase
from groups.rules.monetization.sponsorship import Sponsorship
from groups.tests.making import make_group, make_team, make_user

SELLS = {"sell_members": 2000, "sell_value": "240.00", "sell_orders": "1", "sell_margin": "40"}
DAYS = {"starts_on": "2026-12-01", "ends_on": "2026-12-05"}


def answers(**given):
    return {"purpose": "business", "group_count": 4} | given


@pytest.mark.parametrize(
    ("given", "inputs"),
    [
        pytest.param(
            {"earns": "paid", "paid_price": "399.00", "paid_months": 2, "paid_payers": 122, "paid_renewal": "20",
             "paid_refund": "4", "paid_delivery": "20"},
            PaidAccess(price=Decimal("399.00"), months=2, payers=31, renewal=Decimal(20), refund=Decimal(4)),
            id="paid: 30.5 payers a group are 31",
        ),
        pytest.param(
            {"earns": "selling", "selling_kind": "flash_sale", "flash_buyers": "12", "flash_campaigns": 1}
            | SELLS
            | DAYS,
            FlashSale(sells_from=date(2026, 12, 1), sells_until=date(2026, 12, 5), conversion=Decimal(12),
                      order_value=Decimal("240.00"), margin=Decimal(40)),
            id="flash: the window is the plan's",
        ),
        pytest.param(
            {"earns": "selling", "selling_kind": "repurchase", "sell_buyers": "8"} | SELLS,
            Repurchase(members=500, buyers=Decimal(8), orders=Decimal(1), order_value=Decimal("240.00"),
                       margin=Decimal(40)),
            id="repurchase",
        ),
        pytest.param(
            {"earns": "selling", "selling_kind": "new_customer", "sell_buyers": "8"} | SELLS,
            NewCustomer(conversion=Decimal(8)),
            id="new customers: nobody asked for the content days",
        ),
        pytest.param(
            {"earns": "partners", "partner_basis": "result", "partner_unit": "5", "partner_results": 40,
             "partner_campaigns": 2, "audience_match": "list"},
            Sponsorship(paid_by="result", price=Decimal("5.00"), cap=2, audience="yes"),
            id="partners",
        ),
        pytest.param(
            {"earns": "mixed", "main": "partners", "partner_campaigns": 2, "audience_match": "unknown"},
            Sponsorship(),
            id="a figure is missing",
        ),
        pytest.param({"purpose": "passion", "budget_cap": "300"}, NoModel(budget_cap=Decimal("75.00")), id="for love"),
        pytest.param({"earns": "undecided"}, NoModel(), id="not decided"),
    ],
)  # fmt: skip
def test_inputs_of_a_group(given, inputs):
    assert model_inputs(answers(**given)) == inputs


@pytest.mark.django_db
def test_a_group_of_a_verdict_begins_with_its_model_and_its_promotion(client):
    team = make_team()
    op = make_user(team)
    client.force_login(op)
    assessment = make_assessment(team, op)
    below = make_group(team=team, layer="vip")
    asked = {"promotion": "5%", "downstream": str(below.pk)}
    fill(client, assessment, changed(FAULTLESS, duration__funnel=asked), op)
    verdict = submit(client, assessment)
    assert terms_from(verdict).promotion_percent == Decimal(5)
    at = verdict.created_at
    group = register_from_verdict(
        verdict=verdict, token=uuid4(), name="Snacks 1", owner=op, opened_on=timezone.localdate(at), by=op, now=at
    )
    below.refresh_from_db()
    assert below.upstream == group
    assert RevenueModel.objects.get(group=group).inputs["buyers"] == "8"
    assert Plan.objects.get(group=group).promotion_percent == Decimal(5)

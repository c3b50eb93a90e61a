"""The arithmetic of a plan: the worked example to the fen, and every model."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from assessments.rules.economics_of_a_plan import Economics, economics_of, to_fen
from assessments.rules.plan_answers import PaidRevenue, PartnerRevenue, PlanCosts
from assessments.tests.plans import EXAMPLE_COSTS, EXAMPLE_REVENUE

MONEY = PlanCosts(weekly_hours=D(12), hour_cost=D(10), running=D(480))  # 520 + 480 = 1,000 a month


def worked(revenue=EXAMPLE_REVENUE, costs=EXAMPLE_COSTS, life_days=365) -> Economics:
    return economics_of(revenue, costs, pessimistic=D(50), optimistic=D(150), life_days=life_days)


def test_the_worked_example_comes_out_to_the_fen():
    plan = worked()
    assert to_fen(plan.base.revenue) == D("38400.00")
    assert to_fen(plan.base.gross_profit) == D("15360.00")
    assert to_fen(plan.costs.acquisition) == D("3250.00")
    assert to_fen(plan.costs.labour) == D("6933.33")
    assert to_fen(plan.costs.total) == D("11783.33")
    assert to_fen(plan.base.net) == D("3576.67")
    assert round(plan.payback_days) == 102
    assert to_fen(plan.break_even) == D("6.14")
    assert to_fen(plan.pessimistic.net) == D("-4103.33")
    assert to_fen(plan.optimistic.net) == D("11256.67")


def test_the_levers_of_the_worked_example():
    plan = worked()
    assert to_fen(plan.to_earn_when_pessimistic.driver) == D("12.27")
    assert plan.to_earn_when_pessimistic.members == 3069
    assert plan.to_earn_when_pessimistic.hour_cost == D("32.65")
    assert to_fen(plan.to_earn_when_optimistic.driver) == D("4.09")


def test_each_lever_alone_brings_the_pessimistic_case_to_zero():
    levers = worked().to_earn_when_pessimistic
    assert abs(worked(replace(EXAMPLE_REVENUE, buyers=levers.driver)).pessimistic.net) < D("0.01")
    assert 0 <= worked(replace(EXAMPLE_REVENUE, members=levers.members)).pessimistic.net < 4
    assert 0 <= worked(costs=replace(EXAMPLE_COSTS, hour_cost=levers.hour_cost)).pessimistic.net < 1


def test_a_paid_group_spreads_the_price_over_its_months():
    paid = PaidRevenue(price=D(365), months=12, payers=D(200), renewal=D(50), refund=D(10), delivery_cost=D(20))
    plan = worked(paid, MONEY)
    assert to_fen(plan.base.revenue) == D("5475.00")  # 200 x 365 x 0.9 / 12
    assert to_fen(plan.base.gross_profit) == D("4380.00")
    assert plan.driver == "payers"
    assert to_fen(plan.break_even) == D("45.66")
    assert to_fen(plan.twelve_months) == D("40560.00")  # one term fills the year: no renewal in it


def test_renewals_count_in_the_year_only():
    paid = PaidRevenue(price=D(300), months=3, payers=D(100), renewal=D(50), refund=D(0), delivery_cost=D(0))
    plan = worked(paid, PlanCosts())
    assert plan.base.gross_profit == 10_000
    assert plan.twelve_months == D("56250.000")  # 3 x 10,000 x (1 + 1/2 + 1/4 + 1/8)


def test_flash_campaigns_are_spread_over_the_period():
    flash = replace(EXAMPLE_REVENUE, campaigns=D(2))
    assert to_fen(worked(flash, life_days=73).base.revenue) == D("32000.00")  # 2 x 38,400 in 2.4 months


@pytest.mark.parametrize(("by_result", "revenue"), [(False, 1000), (True, 40_000)])
def test_partners_pay_per_campaign_or_per_result(by_result, revenue):
    partners = PartnerRevenue(campaigns=D(2), unit=D(500), results=D(40), by_result=by_result)
    assert worked(partners, MONEY).base.revenue == revenue


def test_a_plan_that_loses_never_pays_back():
    assert worked(replace(EXAMPLE_REVENUE, buyers=D(5))).payback_days is None


def test_without_one_off_cost_payback_is_at_once():
    assert worked(costs=replace(EXAMPLE_COSTS, one_off=D(0))).payback_days == 0


def test_without_margin_no_share_of_buyers_breaks_even():
    plan = worked(replace(EXAMPLE_REVENUE, margin=D(0)))
    assert plan.break_even is None
    assert plan.to_earn_when_pessimistic.members is None


def test_more_than_everybody_cannot_buy():
    assert worked(replace(EXAMPLE_REVENUE, order_value=D(10))).break_even is None


def test_unpaid_hours_leave_no_lever_on_their_cost():
    assert worked(costs=replace(EXAMPLE_COSTS, weekly_hours=D(0))).to_earn_when_pessimistic.hour_cost is None

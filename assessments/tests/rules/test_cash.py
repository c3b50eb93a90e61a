"""When money comes in and goes out: steady plans, terms and renewals, lives shorter than a year."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from assessments.rules.cash import CashCurve, MonthOfCash, cash_of
from assessments.rules.economics_of_a_plan import economics_of, to_fen
from assessments.rules.plan_answers import PaidRevenue, PlanCosts
from assessments.tests.plans import EXAMPLE_COSTS, EXAMPLE_REVENUE

PAID = PaidRevenue(price=D(300), months=3, payers=D(100), renewal=D(50), refund=D(0), delivery_cost=D(0))


def balances(curve):
    return [to_fen(month.balance) for month in curve.months]


def test_the_worked_example_is_back_above_zero_in_the_fourth_month():
    curve = cash_of(EXAMPLE_REVENUE, EXAMPLE_COSTS, 365)
    assert len(curve.months) == 12
    assert balances(curve)[:4] == [D("-8423.33"), D("-4846.67"), D("-1270.00"), D("2306.67")]
    assert curve.break_even_month == 4
    assert curve.lowest == -12000


def test_a_steady_plan_ends_where_the_economics_of_the_year_end():
    year = economics_of(EXAMPLE_REVENUE, EXAMPLE_COSTS, pessimistic=D(50), optimistic=D(150), life_days=365)
    assert balances(cash_of(EXAMPLE_REVENUE, EXAMPLE_COSTS, 365))[-1] == to_fen(year.twelve_months) == D("30920.00")


def test_members_of_a_paid_group_pay_a_term_at_once_and_half_of_them_again():
    curve = cash_of(PAID, PlanCosts(), 365)
    received = {month.number: month.received for month in curve.months if month.received}
    assert received == {1: D(30_000), 4: D(15_000), 7: D(7_500), 10: D(3_750)}


def test_a_term_longer_than_the_life_is_paid_once():
    curve = cash_of(replace(PAID, months=12), PlanCosts(), 60)
    assert [month.received for month in curve.months] == [D(30_000), 0]


@pytest.mark.parametrize(("days", "months"), [(1, 1), (30, 1), (31, 2), (365, 12), (366, 12), (1096, 12)])
def test_the_curve_has_the_months_that_are_lived_at_most_twelve(days, months):
    assert len(cash_of(EXAMPLE_REVENUE, EXAMPLE_COSTS, days).months) == months


def test_a_month_that_is_lived_in_part_counts_in_part():
    curve = cash_of(EXAMPLE_REVENUE, replace(EXAMPLE_COSTS, one_off=D(0)), 73)  # 2.4 months
    assert to_fen(curve.months[2].received) == to_fen(D("15360") * D("0.4"))
    assert to_fen(curve.months[2].spent) == to_fen(curve.months[0].spent * D("0.4"))


@pytest.mark.parametrize(
    ("balance", "since"),
    [([1, 2, 3], 1), ([-1, 0, 1], 2), ([1, -1, 1], 3), ([-1, -1], None), ([1, -1], None)],
    ids=["at once", "zero is enough", "after the last dip", "never", "not if it dips at the end"],
)
def test_broken_even_is_from_where_it_stays(balance, since):
    months = tuple(MonthOfCash(n, D(0), D(0), D(value)) for n, value in enumerate(balance, start=1))
    assert CashCurve(D(0), months).break_even_month == since

"""The draws of a plan: repeatable, true to the economics at the likely values, honest about who set which range."""

from dataclasses import replace
from decimal import Decimal as D
from time import perf_counter

import numpy as np
import pytest

from assessments.rules.economics_of_a_plan import economics_of, to_fen
from assessments.rules.plan_answers import PaidRevenue, PartnerRevenue, PlanCosts
from assessments.rules.uncertainty import DRIVER, HOURS, JOIN_COST, MEMBERS, RENEWAL, VALUE, Range, ranges_of, simulate
from assessments.tests.plans import EXAMPLE_COSTS, EXAMPLE_REVENUE

PAID = PaidRevenue(price=D(300), months=3, payers=D(100), renewal=D(50), refund=D(10), delivery_cost=D(20))
BY_CAMPAIGN = PartnerRevenue(campaigns=D(2), unit=D(500))
BY_RESULT = PartnerRevenue(campaigns=D(2), unit=D(50), results=D(40), by_result=True)
FLASH = replace(EXAMPLE_REVENUE, campaigns=D(3))
REVENUES = [EXAMPLE_REVENUE, FLASH, PAID, BY_CAMPAIGN, BY_RESULT]
IDS = ["selling", "flash", "paid", "by campaign", "by result"]


def ranges(revenue=EXAMPLE_REVENUE, costs=EXAMPLE_COSTS, **who):
    told = {"cases": (D(50), D(150)), "cases_entered": False, "entered": {}, "own": {}} | who
    return ranges_of(revenue, costs, **told)


def certain(found):
    return tuple(replace(each, low=each.likely, high=each.likely) for each in found)


def drawn(revenue=EXAMPLE_REVENUE, costs=EXAMPLE_COSTS, life_days=365, seed=1, **who):
    return simulate(revenue, costs, life_days, ranges(revenue, costs, **who), seed=seed)


@pytest.mark.parametrize("revenue", REVENUES, ids=IDS)
def test_without_doubt_every_draw_is_the_base_case(revenue):
    plan = economics_of(revenue, EXAMPLE_COSTS, pessimistic=D(50), optimistic=D(150), life_days=365)
    found = simulate(revenue, EXAMPLE_COSTS, 365, certain(ranges(revenue)), seed=1)
    assert found.month.p10 == found.month.p90 == to_fen(plan.base.net)
    assert found.life.p50 == to_fen(plan.twelve_months)
    assert found.month_positive == (plan.base.net > 0)


@pytest.mark.parametrize("revenue", REVENUES, ids=IDS)
def test_the_ends_of_the_driver_are_the_two_other_cases(revenue):
    plan = economics_of(revenue, EXAMPLE_COSTS, pessimistic=D(50), optimistic=D(150), life_days=365)
    bar = next(each for each in drawn(revenue).influences if each.key == DRIVER)
    assert (bar.at_low, bar.at_high) == (to_fen(plan.pessimistic.net), to_fen(plan.optimistic.net))


def test_the_same_seed_draws_the_same_and_another_does_not():
    assert drawn(seed=5) == drawn(seed=5)
    assert drawn(seed=5).month != drawn(seed=6).month


def test_draws_agree_with_the_distribution_that_is_named():
    """PERT: mean (low + 4 likely + high) / 6; here of a plan whose net is its order value."""
    revenue = replace(EXAMPLE_REVENUE, members=D(1), buyers=D(100), margin=D(100))
    only = (Range(VALUE, D(60), D(240), D(300), "entered"),)
    found = simulate(revenue, PlanCosts(), 365, only, seed=3, draws=100_000)
    beta = np.random.Generator(np.random.PCG64(9)).beta(1 + 4 * 180 / 240, 1 + 4 * 60 / 240, 1_000_000) * 240 + 60
    assert abs(float(found.month.p50) - float(np.quantile(beta, 0.5))) < 1
    assert abs(float(found.month.p10) - float(np.quantile(beta, 0.1))) < 2


def test_the_worked_example_earns_in_about_four_of_five_draws():
    found = drawn()
    assert D("0.78") < found.month_positive < D("0.84")
    assert found.month.p10 < found.month.p50 < found.month.p90
    assert [each.key for each in found.influences[:2]] == [DRIVER, MEMBERS]
    assert sum(found.bins) == found.draws == 10_000


def test_what_never_earns_never_pays_back():
    found = drawn(replace(EXAMPLE_REVENUE, buyers=D("0.1")))
    assert (found.month_positive, found.pays_back, found.payback) == (0, 0, None)


@pytest.mark.parametrize(("life_days", "share"), [(102, 0), (103, 1)])
def test_paid_back_is_within_the_life(life_days, share):
    """The worked example pays back after 102.05 days."""
    assert simulate(EXAMPLE_REVENUE, EXAMPLE_COSTS, life_days, certain(ranges()), seed=1).pays_back == share


def test_a_likely_value_of_zero_is_drawn_as_zero():
    found = drawn(replace(EXAMPLE_REVENUE, buyers=D(0)), PlanCosts())
    assert found.month.p50 == 0 and found.month_positive == 0


@pytest.mark.parametrize(
    ("who", "key", "expected"),
    [
        pytest.param({}, DRIVER, (4, 12, "cases"), id="driver: the three cases"),
        pytest.param({"own": {DRIVER: (D(2), D(9))}}, DRIVER, (2, 9, "own"), id="driver: own groups know better"),
        pytest.param(
            {"own": {DRIVER: (D(2), D(9))}, "cases_entered": True},
            DRIVER,
            (4, 12, "cases"),
            id="driver: cases that somebody set know best",
        ),
        pytest.param({}, HOURS, (18, 26, "assumed"), id="hours: assumed"),
        pytest.param({"own": {HOURS: (D(10), D(30))}}, HOURS, (10, 30, "own"), id="hours: own groups"),
        pytest.param(
            {"own": {HOURS: (D(10), D(30))}, "entered": {HOURS: (D(19), D(22))}},
            HOURS,
            (19, 22, "entered"),
            id="hours: entered",
        ),
        pytest.param(
            {"own": {JOIN_COST: (D(1), D(3))}}, JOIN_COST, (1, D("6.5"), "own"), id="the likely value is held"
        ),
    ],
)
def test_who_sets_a_range(who, key, expected):
    found = next(each for each in ranges(**who) if each.key == key)
    assert (found.low, found.high, found.source) == expected


def test_shares_end_at_a_hundred():
    assert ranges(replace(EXAMPLE_REVENUE, buyers=D(90)))[0].high == 100
    assert next(each for each in ranges(replace(PAID, renewal=D(95))) if each.key == RENEWAL).high == 100


def test_a_price_is_decided_and_not_drawn():
    assert {each.key for each in ranges(PAID)} == {DRIVER, RENEWAL, JOIN_COST, HOURS}


def test_how_long_ten_thousand_draws_take(capsys):
    """A figure to read (python3 manage.py test -s), not a bound: machines differ."""
    drawn()
    began = perf_counter()
    drawn(seed=2)
    with capsys.disabled():
        print(f"\n10,000 draws of five inputs: {1000 * (perf_counter() - began):.1f} ms (at most 100 wanted)")  # noqa: T201

"""What a month brought against its plan: the part that moved net contribution most, in the direction it went."""

from datetime import date
from decimal import Decimal as D

import pytest

from groups.rules.against_plan import AgainstPlan, against_plan
from groups.rules.profit_and_loss import MonthResult

NAMES = ("revenue", "goods_cost", "acquisition", "labour", "operations")


def month(*parts):
    return MonthResult(month=date(2026, 11, 1), **{name: D(part) for name, part in zip(NAMES, parts, strict=False)})


@pytest.mark.parametrize(
    ("actual", "difference", "cause", "effect"),
    [
        # planned are 1000 of revenue, 300 of goods, 500 of costs and 200 that are left
        (month(1000, 300, 200, 200, 100), 0, "", 0),
        (month(1500, 400, 200, 200, 100), 400, "revenue", 500),
        (month(700, 300, 200, 200, 100), -300, "revenue", -300),
        (month(1100, 650, 200, 200, 100), -250, "goods", -350),
        (month(900, 100, 200, 200, 100), 100, "goods", 200),
        (month(900, 300, 700, 200, 100), -600, "costs", -500),
        (month(900, 300, 0, 0, 100), 300, "costs", 400),
    ],
    ids=["as planned", "sold more", "sold less", "dear goods", "cheap goods", "dear", "cheap"],
)
def test_what_made_most_of_the_difference(actual, difference, cause, effect):
    found = against_plan(revenue=D(1000), cost=D(500), net=D(200), actual=actual)
    assert found.planned_goods == 300
    assert (found.net_difference, found.cause, found.effect) == (difference, cause, effect)


@pytest.mark.parametrize(
    ("revenue", "cost", "net", "goods", "cause"),
    [
        (None, D(500), D(200), None, "costs"),
        (D(1000), None, D(200), None, "revenue"),
        (None, None, D(200), None, ""),
        (D(1000), D(500), None, None, ""),
    ],
    ids=["no revenue planned", "no cost planned", "only what is left", "nothing that is left"],
)
def test_what_is_not_planned_is_no_cause(revenue, cost, net, goods, cause):
    found = against_plan(revenue=revenue, cost=cost, net=net, actual=month(1400, 100, 0, 100, 0))
    assert (found.planned_goods, found.cause) == (goods, cause)
    assert found.net_difference == (None if net is None else 1000)


@pytest.mark.parametrize(
    ("costs", "root"),
    [((3, 2, 1), "acquisition"), ((1, 3, 2), "labour"), ((1, 2, 3), "operations"), ((0, 0, 0), "")],
)
def test_where_most_of_the_cost_went(costs, root):
    assert against_plan(revenue=None, cost=None, net=D(0), actual=month(0, 0, *costs)).largest_root == root


def test_without_a_plan_for_what_is_left_nothing_is_compared():
    assert against_plan(revenue=D(1), cost=D(2), net=None, actual=month(9)) == AgainstPlan(D(1), None, D(2), None)

"""Several groups as one: what adds up, what is weighted, and that unknown stays unknown."""

from decimal import Decimal as D

import pytest

from assessments.rules.actuals import Actual, together

ONE = Actual(members=100, conversion=D("0.10"), net=D(500), weekly_hours=D(2), cost_per_join=D(3), life_days=90)
TWO = Actual(members=300, conversion=D("0.02"), net=D(-200), weekly_hours=D(4), cost_per_join=D(5), life_days=30)


def test_amounts_add_up_and_shares_are_weighted():
    both = together([ONE, TWO])
    assert (both.members, both.net, both.weekly_hours) == (400, 300, 6)
    assert both.conversion == D("0.0400")
    assert (both.cost_per_join, both.life_days) == (D("4.00"), 60)


@pytest.mark.parametrize("figure", ["members", "net", "weekly_hours", "cost_per_join", "conversion"])
def test_what_is_unknown_of_one_is_unknown_of_all(figure):
    blank = Actual(
        **{"members": 1, "conversion": D(0), "net": D(0), "weekly_hours": D(0), "cost_per_join": D(0)} | {figure: None}
    )
    assert getattr(together([ONE, blank]), figure) is None


@pytest.mark.parametrize(
    ("net", "upper", "earned"),
    [
        (None, False, None),
        (D("0.01"), False, True),
        (D("0.01"), True, None),
        (D(0), False, False),
        (D(-1), True, False),
    ],
    ids=["no ledger", "a gain", "a gain with unknown goods", "nothing left", "a loss at best"],
)
def test_what_counts_as_earned(net, upper, earned):
    assert Actual(net=net, net_is_upper_bound=upper).earned is earned


def test_ended_is_ended_for_all():
    assert not together([Actual(has_ended=True), Actual()]).has_ended

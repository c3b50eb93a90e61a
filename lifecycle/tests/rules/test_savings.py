"""What the end of a group saves, per month and so far."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest

from lifecycle.rules.savings import Promise, saving_of

END = date(2026, 10, 5)


@pytest.mark.parametrize(
    ("promises", "costs", "unknown"),
    [
        ([], None, 0),
        ([Promise("monthly", D(300))], D(300), 0),
        ([Promise("weekly", D(70))], D("304.38"), 0),  # 30.4375 days
        ([Promise("monthly", D(300)), Promise("weekly", D(70))], D("604.38"), 0),
        ([Promise("monthly", D(300)), Promise("monthly", None)], D(300), 1),
        ([Promise("monthly", None)], None, 1),
        ([Promise("monthly", D(0))], D(0), 0),  # told, and nothing
    ],
    ids=["none", "monthly", "weekly", "both", "one unknown", "unknown", "zero"],
)
def test_recurring_costs_that_ended(promises, costs, unknown):
    found = saving_of(promises, None, None)
    assert (found.costs, found.unknown_costs, found.monthly) == (costs, unknown, costs)


@pytest.mark.parametrize(
    ("costs", "earned", "monthly"),
    [
        ([Promise("monthly", D(300))], [Promise("monthly", D(120))], D(180)),
        ([Promise("monthly", D(300))], [Promise("weekly", D(70))], D("-4.38")),  # it earned more than it cost
        ([Promise("monthly", D(300))], [Promise("monthly", D(120)), Promise("monthly", None)], None),
        ([], [Promise("monthly", D(120))], D(-120)),
        ([Promise("monthly", None)], [Promise("monthly", D(120))], D(-120)),
    ],
    ids=["less than it cost", "more", "not told", "alone", "beside unknown costs"],
)
def test_recurring_revenue_that_ended_is_taken_off(costs, earned, monthly):
    assert saving_of(costs, None, None, earned).monthly == monthly


def test_hours_of_twelve_weeks_become_those_of_a_month():
    found = saving_of([Promise("monthly", D(100))], D(84), D(8400))
    assert (found.hours, found.labour, found.monthly) == (D("30.4"), D("3043.75"), D("3143.75"))


@pytest.mark.parametrize(("days", "saved"), [(-1, D(0)), (0, D(0)), (1, D("10.00")), (61, D("610.01"))], ids=str)
def test_what_is_saved_so_far_grows_by_the_day(days, saved):
    found = saving_of([Promise("monthly", D("304.38"))], None, None)
    assert found.until(END, END + timedelta(days=days)) == saved


def test_unknown_is_not_zero():
    assert saving_of([], None, None).until(END, END + timedelta(days=9)) is None

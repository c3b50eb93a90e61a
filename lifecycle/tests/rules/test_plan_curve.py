"""How far a plan of days has come, day by day."""

from datetime import date
from decimal import Decimal as D

import pytest

from lifecycle.rules.plan_curve import curve_of, life_of, planned_of_goal, planned_of_month

STARTS, ENDS = date(2026, 3, 1), date(2026, 3, 10)


@pytest.mark.parametrize(
    ("on", "observed", "at", "due"),
    [
        pytest.param(1, 1, 1, D(5), id="its first day"),
        pytest.param(4, 4, 4, D(20), id="on the way"),
        pytest.param(4, 2, 4, D(10), id="two days that nobody watched"),
        pytest.param(10, 10, 10, D(50), id="its last day"),
        pytest.param(20, 12, 10, D(50), id="over"),
    ],
)
def test_the_line_from_nothing_to_what_is_planned(on, observed, at, due):
    found = curve_of(STARTS, ENDS, date(2026, 3, on), D(50), D(10), observed)
    assert (found.day, found.days, found.due, found.actual) == (at, 10, due, D(10))
    assert found.share == D(10) / due


def test_there_is_no_curve_before_the_plan_starts_and_no_share_of_what_nobody_saw():
    assert curve_of(STARTS, ENDS, date(2026, 2, 28), D(50), D(10), 0) is None
    unseen = curve_of(STARTS, ENDS, date(2026, 3, 4), D(50), D(10), 0)
    assert (unseen.due, unseen.actual, unseen.share) == (0, None, None)
    assert curve_of(STARTS, ENDS, date(2026, 3, 4), D(0), D(10), 4).share is None


def test_what_is_planned_over_the_days_of_a_plan():
    assert (life_of(STARTS, STARTS), life_of(STARTS, ENDS)) == (1, 10)
    assert planned_of_goal(56, 14) == 28
    assert planned_of_month(D(1000), 10) == D("328.54")  # 1000 x 10 x 12 / 365.25

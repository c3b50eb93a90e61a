"""When a group has paid back what it cost, how fast, and what would cover its costs: both sides of every boundary."""

from datetime import date
from decimal import Decimal as D

import pytest

from groups.rules.payback import Payback, break_even_revenue, expected_on, pace_of, payback_of
from groups.rules.profit_and_loss import MonthResult

FIRST = date(2026, 11, 1)
TODAY = date(2026, 11, 22)


def on(day):
    return date(2026, 11, day)


@pytest.mark.parametrize(
    ("nets", "balance", "deepest", "since"),
    [
        ([], 0, 0, None),
        ([5, 5], 10, 0, None),
        ([-5, 4], -1, -5, None),
        ([-5, 5], 0, -5, on(2)),
        ([-5, 6, 1], 2, -5, on(2)),
        ([-5, 6, -2, 1, 3], 3, -5, on(4)),
        ([-5, 6, -7], -6, -6, None),
    ],
    ids=["no day", "never below", "still below", "at zero", "once", "the last time", "below again"],
)
def test_since_when_a_group_has_paid_back(nets, balance, deepest, since):
    found = payback_of((on(place), D(net)) for place, net in enumerate(nets, 1))
    assert found == Payback(D(balance), D(deepest), since)
    assert found.is_open is (balance < 0)


def month(net, lines=1):
    return MonthResult(month=FIRST, revenue=D(net), lines=lines)


@pytest.mark.parametrize(
    ("months", "pace"),
    [
        ([], None),
        ([month(1), month(2)], None),
        ([month(1), month(2), month(6)], 3),
        ([month(100), month(1), month(2), month(6)], 3),
        ([month(0, lines=0), month(1), month(2), month(6)], 3),
        ([month(1), month(0, lines=0), month(2)], None),
    ],
    ids=["none", "two", "three", "the last three", "an empty one before", "an empty one among them"],
)
def test_the_pace_is_the_mean_of_the_last_three_months(months, pace):
    assert pace_of(months) == pace


@pytest.mark.parametrize(
    ("balance", "pace", "expected"),
    [
        ("-365", "365", date(2026, 12, 23)),  # a month of 365 / 12 days, and a day begun is a day
        ("-0.01", "365", on(23)),
        ("0", "365", None),
        ("-365", None, None),
        ("-365", "0", None),
        ("-365", "0.01", None),
        ("-3650", "30.416666666666666666666666666", date(2036, 11, 19)),
        ("-3651", "30.416666666666666666666666666", None),
    ],
)
def test_when_it_will_have_paid_back(balance, pace, expected):
    assert expected_on(Payback(balance=D(balance)), None if pace is None else D(pace), TODAY) == expected


@pytest.mark.parametrize(
    ("revenue", "goods", "costs", "enough"),
    [
        ("1000", "600", "300", "750.00"),
        ("3", "1", "1", "1.50"),
        ("0", "0", "300", None),
        ("1000", "1000", "300", None),
        ("1000", "999.99", "1", "100000.00"),
        ("-5", "-10", "1", None),
        ("1000", "600", "0", "0.00"),
        ("0.5", "0", "1", "1.00"),
    ],
)
def test_revenue_that_covers_the_costs(revenue, goods, costs, enough):
    result = MonthResult(month=FIRST, revenue=D(revenue), goods_cost=D(goods), labour=D(costs))
    assert break_even_revenue(result) == (None if enough is None else D(enough))

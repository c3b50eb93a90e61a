"""Weekly hours over days: what holds on a day, and the mean over some days."""

from datetime import date
from decimal import Decimal as D

import pytest

from groups.rules.spans import Span
from groups.rules.weekly_hours import hours_on, mean_hours

MONDAY = date(2026, 11, 2)
CHANGES = [(date(2026, 11, 30), D(0)), (date(2026, 11, 16), D(20))]  # in no order


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2020, 1, 1), 40),
        (date(2026, 11, 15), 40),
        (date(2026, 11, 16), 20),
        (date(2026, 11, 29), 20),
        (date(2026, 11, 30), 0),
        (date(2030, 1, 1), 0),
    ],
)
def test_a_later_row_takes_over_from_its_day(day, hours):
    assert hours_on(D(40), CHANGES, day) == hours


@pytest.mark.parametrize(
    ("first", "last", "hours"),
    [
        (MONDAY, MONDAY, "40.0"),
        (MONDAY, date(2026, 11, 15), "40.0"),
        (MONDAY, date(2026, 11, 16), "38.7"),  # (14 x 40 + 20) / 15
        (MONDAY, date(2026, 11, 29), "30.0"),  # 14 days each
        (MONDAY, date(2026, 12, 13), "20.0"),  # 14 days of 40, 20 and 0
        (date(2026, 11, 16), date(2026, 11, 29), "20.0"),
        (date(2026, 11, 29), date(2026, 11, 30), "10.0"),
        (date(2027, 1, 1), date(2027, 12, 31), "0.0"),
    ],
)
def test_a_span_has_the_mean_of_its_days(first, last, hours):
    assert mean_hours(D(40), CHANGES, Span(first, last)) == D(hours)


def test_without_a_change_the_first_hours_hold():
    assert mean_hours(D("37.5"), [], Span(MONDAY, date(2027, 11, 2))) == D("37.5")

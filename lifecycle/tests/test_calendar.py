from datetime import date, timedelta

import pytest

from lifecycle.rules.calendar import (
    FESTIVAL,
    REST_DAY,
    WORKDAY,
    Region,
    Schedule,
    day_kinds,
    holidays_of,
    is_day_off,
    is_festival,
    years_lacking,
)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        pytest.param(date(2026, 3, 4), WORKDAY, id="a Wednesday"),
        pytest.param(date(2026, 3, 7), REST_DAY, id="a Saturday"),
        pytest.param(date(2026, 9, 20), WORKDAY, id="a make-up workday on a Sunday"),
        pytest.param(date(2026, 2, 17), FESTIVAL, id="spring festival"),
        pytest.param(date(2026, 2, 12), FESTIVAL, id="three days before"),
        pytest.param(date(2026, 2, 11), WORKDAY, id="four days before"),
        pytest.param(date(2026, 10, 10), FESTIVAL, id="three days after national day"),
        pytest.param(date(2026, 10, 11), REST_DAY, id="four days after"),
        pytest.param(date(2026, 5, 4), REST_DAY, id="another public holiday"),
        pytest.param(date(2027, 2, 6), FESTIVAL, id="not yet published: statutory holidays"),
        pytest.param(date(2027, 2, 20), REST_DAY, id="not yet published: weekends"),
        pytest.param(date(2150, 1, 6), WORKDAY, id="beyond every schedule: weekdays"),
    ],
)
def test_kinds_of_days(day, kind):
    assert day_kinds(day, day).kinds.tolist() == [kind]


def test_years_without_a_published_schedule_are_reported():
    assert day_kinds(date(2026, 12, 30), date(2027, 1, 2)).uncovered == {2027: Schedule.STATUTORY}
    assert day_kinds(date(2150, 1, 1), date(2150, 1, 2)).uncovered == {2150: Schedule.WEEKDAYS}
    assert day_kinds(date(2026, 1, 1), date(2026, 1, 2)).uncovered == {}


def test_elsewhere_only_weekends_rest():
    assert day_kinds(date(2026, 10, 1), date(2026, 10, 3), Region.WEEKDAYS).kinds.tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    ("today", "lacking"),
    [
        pytest.param(date(2026, 11, 30), [], id="the next year is not asked for before December"),
        pytest.param(date(2034, 11, 30), [2034], id="this year"),
        pytest.param(date(2034, 12, 1), [2034, 2035], id="this year and, in December, the next"),
    ],
)
def test_years_that_lack_a_schedule_although_it_is_needed(today, lacking):
    assert years_lacking(today) == lacking


def test_holidays_of_a_published_year():
    spring = holidays_of(2026)[1]
    assert (spring.names, spring.first, spring.days) == (("Spring Festival",), date(2026, 2, 15), 9)
    assert spring.make_up_days == (date(2026, 2, 14), date(2026, 2, 28))
    assert spring.silent == (date(2026, 2, 12), date(2026, 2, 26))
    assert holidays_of(2026)[0].silent is None
    (met,) = [each for each in holidays_of(2025) if len(each.names) > 1]
    assert (met.names, met.days) == (("National Day", "Mid-autumn Festival"), 8)


def test_a_festival_that_meets_another_holiday_is_still_one():
    """In 2031 the first day of the National Day is the mid-autumn festival too, and one name says both."""
    (met,) = [each for each in holidays_of(2031) if any("National Day" in name for name in each.names)]
    assert met.names[0] == "Mid-Autumn Festival; National Day" and met.first == date(2031, 10, 1)
    assert met.silent[0] == date(2031, 9, 28)
    assert is_festival(date(2031, 9, 28)) and not is_festival(date(2031, 9, 27))


@pytest.mark.parametrize("year", [2006, 2007, 2018, 2025, 2026, 2027])
def test_what_is_shown_of_a_year_is_what_the_rules_go_by(year):
    found, day = holidays_of(year), timedelta(days=1)
    for each in found:
        assert is_day_off(each.first) and is_day_off(each.last)
        assert not any(is_day_off(made_up) for made_up in each.make_up_days)
        if each.silent:
            first, last = each.silent
            assert [is_festival(on) for on in (first - day, first, last, last + day)] == [False, True, True, False]
    assert [each.days > 0 for each in found] and bool(found[1].make_up_days) is (year != 2027)

from datetime import date

import pytest

from lifecycle.rules.calendar import FESTIVAL, REST_DAY, WORKDAY, Region, Schedule, day_kinds


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

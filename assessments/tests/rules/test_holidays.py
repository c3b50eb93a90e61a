"""Days of statutory holidays of a year whose list is known, and days of none."""

from datetime import date

import pytest

from assessments.rules.holidays import HolidayDay, holiday_of


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2024, 9, 30), None),
        (date(2024, 10, 1), ("National Day", 1)),
        (date(2024, 10, 2), ("National Day", 2)),
        (date(2024, 10, 7), ("National Day", 7)),
        (date(2024, 10, 8), None),
        (date(2024, 10, 12), None),  # worked in exchange for a day of the holiday
        (date(2024, 10, 19), None),  # an ordinary Saturday
        (date(2090, 10, 1), None),
    ],
    ids=str,
)
def test_the_holiday_of_a_day_and_its_place(day, told):
    assert holiday_of(day) == (told and HolidayDay(*told))

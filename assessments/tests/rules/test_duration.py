"""How long a plan runs, from answers that may be incomplete, and when it is asked whether it goes on."""

from datetime import date

import pytest

from assessments.rules.duration import days_of, renewal_day
from assessments.rules.plan_answers import Span
from assessments.rules.thresholds import Thresholds

BEGIN, END = date(2026, 12, 1), date(2026, 12, 11)
LIMITS = Thresholds(flash_days=7, lasting_days=365)


@pytest.mark.parametrize(
    ("span", "starts_on", "ends_on", "days"),
    [
        (Span.LASTING, BEGIN, END, 365),
        (Span.FLASH, BEGIN, END, 10),
        (Span.FLASH, BEGIN, date(2026, 12, 2), 1),
        (Span.FLASH, BEGIN, BEGIN, 7),
        (Span.FLASH, END, BEGIN, 7),
        (Span.FLASH, None, END, 7),
        (Span.FLASH, BEGIN, None, 7),
        (None, None, None, 7),
        ("another", None, None, 365),
        ("another", BEGIN, END, 10),
    ],
)
def test_for_how_many_days(span, starts_on, ends_on, days):
    assert days_of(span, starts_on, ends_on, LIMITS) == days


def test_a_lasting_group_is_asked_after_a_quarter():
    assert renewal_day(date(2026, 1, 1)) == date(2026, 4, 2)

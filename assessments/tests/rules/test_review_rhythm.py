"""When the next review falls due, and what counts as missed: both sides of each boundary."""

from datetime import date, timedelta

import pytest

from assessments.rules.review_rhythm import next_review

BEGAN = date(2026, 11, 1)


def turn(days_later, last=None, every=14):
    return next_review(begins_on=BEGAN, last_held_on=last, every_days=every, today=BEGAN + timedelta(days=days_later))


@pytest.mark.parametrize(
    ("days_later", "is_due", "missed"),
    [(0, False, 0), (13, False, 0), (14, True, 0), (27, True, 0), (28, True, 1), (41, True, 1), (42, True, 2)],
)
def test_from_the_beginning_of_the_plan(days_later, is_due, missed):
    found = turn(days_later)
    assert found.due_on == date(2026, 11, 15)
    assert (found.due_on <= BEGAN + timedelta(days=days_later), found.missed) == (is_due, missed)


def test_a_review_begins_the_count_anew_whenever_it_was_held():
    assert turn(40, last=date(2026, 12, 5)).due_on == date(2026, 12, 19)


def test_a_review_of_before_the_plan_does_not_count():
    assert turn(0, last=date(2026, 10, 1)).due_on == date(2026, 11, 15)

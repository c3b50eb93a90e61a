"""Times run in observed days outside the festivals, and never end before the day that was shown. No database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.rules.timers import Clock, clock_of, day_after

DAY = date(2026, 11, 2)  # far from any festival


def days_from(since, first, last):
    return {since + timedelta(days=n) for n in range(first, last + 1)}


@pytest.mark.parametrize(
    ("since", "days", "ends"),
    [
        pytest.param(DAY, 0, DAY, id="no time at all"),
        pytest.param(DAY, 14, date(2026, 11, 16), id="plain days, weekends count"),
        pytest.param(date(2026, 9, 27), 1, date(2026, 10, 11), id="the National Day and three days around it"),
        pytest.param(date(2026, 9, 20), 7, date(2026, 9, 27), id="ends on the eve"),
        pytest.param(date(2026, 9, 20), 8, date(2026, 10, 11), id="would end within"),
    ],
)
def test_a_day_is_promised_without_the_festivals(since, days, ends):
    assert day_after(since, days) == ends


@pytest.mark.parametrize(
    ("observed", "until", "clock"),
    [
        pytest.param((), 0, Clock(0, 0, DAY + timedelta(days=14)), id="the first day"),
        pytest.param((1, 5), 5, Clock(5, 0, DAY + timedelta(days=14)), id="all observed"),
        pytest.param((), 5, Clock(0, 5, DAY + timedelta(days=19)), id="nobody looked: it stands"),
        pytest.param((3, 5), 5, Clock(3, 2, DAY + timedelta(days=16)), id="some days without data"),
        pytest.param((1, 14), 13, Clock(13, 0, DAY + timedelta(days=14)), id="a day before"),
        pytest.param((1, 20), 20, Clock(14, 0, DAY + timedelta(days=14)), id="long over"),
    ],
)
def test_the_clock_stands_while_nobody_looks(observed, until, clock):
    seen = days_from(DAY, *observed) if observed else set()
    assert clock_of(DAY, 14, seen, DAY + timedelta(days=until)) == clock


def test_a_day_of_a_festival_is_no_day_without_data():
    found = clock_of(date(2026, 9, 26), 7, {date(2026, 9, 27)}, date(2026, 10, 3))
    assert (found.counted, found.without_data) == (1, 0)
    assert found.due_on == date(2026, 10, 16)


@given(
    since=st.dates(date(2024, 1, 1), date(2026, 12, 1)),
    days=st.integers(1, 28),
    seen=st.lists(st.booleans(), min_size=90, max_size=90),
    late=st.lists(st.integers(0, 6), min_size=90, max_size=90),
)
def test_no_time_is_ever_up_before_a_day_that_was_shown_nor_before_its_days_have_passed(since, days, seen, late):
    """Nights as they come: each knows what had come in by then, late files included, and moves the day on only."""
    shown = day_after(since, days)
    for night in range(1, 91):
        until = since + timedelta(days=night)
        known = {since + timedelta(days=n + 1) for n in range(night) if seen[n] and n + 1 + late[n] <= night}
        clock = clock_of(since, days, known, until)
        before, shown = shown, max(shown, clock.due_on)
        assert shown >= before
        if shown <= until:  # now it fires
            counted = clock_of(since, days, known, until).counted
            assert counted == days and until >= before
            break
        assert clock.counted + clock.without_data <= night

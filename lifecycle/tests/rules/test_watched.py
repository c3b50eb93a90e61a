"""What is known of each day of a group, on both sides of each boundary."""

from datetime import date, timedelta

import pytest

from lifecycle.rules.watched import LATE_DAYS, Watched, runs_of, watched_days

FIRST = date(2026, 11, 1)


def on(place):
    return FIRST + timedelta(days=place)


def kinds(days, *, opened=0, closed=None, observed=(), doubted=(), yesterday=None):
    """One letter a day: observed, doubted, late, missing, or a dot outside."""
    found = watched_days(
        FIRST,
        on(days - 1),
        opened_on=on(opened),
        closed_on=None if closed is None else on(closed),
        observed={on(place) for place in observed},
        doubted={on(place) for place in doubted},
        yesterday=on(days - 1 if yesterday is None else yesterday),
    )
    return "".join("." if each == Watched.OUTSIDE else each.value[0] for each in found)


@pytest.mark.parametrize(
    ("days", "told", "expected"),
    [
        pytest.param(6, {}, "mmmlll", id="nothing was told: the last days are late, those before missing"),
        pytest.param(1, {}, "l", id="one day"),
        pytest.param(4, {"observed": [0, 3]}, "ollo", id="observed"),
        pytest.param(4, {"observed": [1], "doubted": [1]}, "mdll", id="doubted even where observed"),
        pytest.param(4, {"opened": 1}, ".lll", id="the day of opening counts"),
        pytest.param(6, {"closed": 4}, "mmmll.", id="the day of closing counts"),
        pytest.param(4, {"opened": 2, "observed": [0]}, "o.ll", id="observed before it opened"),
        pytest.param(5, {"yesterday": 3}, "mlll.", id="today is not over"),
        pytest.param(5, {"yesterday": 3, "observed": [4]}, "mlllo", id="today is told already"),
    ],
)
def test_each_day_is_one_kind(days, told, expected):
    assert LATE_DAYS == 3
    assert kinds(days, **told) == expected


def test_neighbouring_days_of_one_kind_are_one_run():
    late, seen = Watched.LATE, Watched.OBSERVED
    assert runs_of([late, late, seen, late, late, late]) == [(late, 0, 2), (seen, 2, 1), (late, 3, 3)]
    assert runs_of([]) == []

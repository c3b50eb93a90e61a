"""A group's own measure: the median of its known weeks before the window, and how often there was an act at all."""

from types import SimpleNamespace

import numpy as np
import pytest

from lifecycle.rules.baseline import WINDOW_WEEKS, baseline_of
from lifecycle.rules.policy import BASELINE_WEEKS, Policy

POLICY = Policy(least_exposure=7.0, days_of_a_known_week=4)


def weeks_of(acts, *, work=(5,), rest=(2,), seen=(7,), active=(3,), in_window=99):
    """One group and one day: the values of the weeks before the window, newest first, the last one going on."""

    def sums(values, inside):
        values = [*values, *[values[-1]] * (BASELINE_WEEKS - len(values))]
        return np.array([inside] * WINDOW_WEEKS + values + [inside], dtype=np.int32).reshape(-1, 1, 1)

    return SimpleNamespace(
        acts_known=sums(acts, in_window),
        work=sums(work, in_window),
        rest=sums(rest, in_window),
        seen=sums(seen, 7),
        active_known=sums(active, in_window),
    )


@pytest.mark.parametrize(
    ("acts", "more", "rate"),
    [
        ([12], {}, 2.0),
        ([12] * 6 + [24] * 6, {}, 3.0),
        ([12] * 7 + [24] * 5, {}, 2.0),
        ([24, 6, 12], {"seen": (7, 7, 7, 0)}, 2.0),
        ([24, 6, 12, 30], {"seen": (7, 7, 7, 7, 0)}, 3.0),
        ([24, 6], {"seen": (7, 7, 0)}, 2.5),
        ([24, 6], {"seen": (7, 0)}, 4.0),
        ([24, 6], {"seen": (4, 3)}, 4.0),
        ([12], {"seen": (3,)}, np.nan),
        ([12], {"work": (0,), "rest": (0,), "seen": (0,)}, np.nan),
    ],
    ids=["even", "between", "the more", "odd", "four", "two", "one", "known from four days", "none known", "not seen"],
)
def test_the_rate_is_the_median_of_known_weeks(acts, more, rate):
    found = baseline_of(weeks_of(acts, **more), np.array([[0.5]]), POLICY)
    assert found.rate[0, 0] == pytest.approx(rate, nan_ok=True)
    assert np.isnan(found.active[0, 0]) == np.isnan(rate)


@pytest.mark.parametrize(
    ("work", "rest", "active"),
    [
        ((7, 0), (0,), (36 + 0.5) / (7 + 1)),
        ((6, 0), (2, 0), (36 + 0.5) / (7 + 1)),
        ((6, 0), (0,), np.nan),
        ((5,), (2,), (36 + 0.5) / (60 + 12 + 1)),
    ],
    ids=["just enough", "rest counts by its factor", "too little", "all weeks"],
)
def test_the_share_of_days_with_an_act_from_enough_exposure(work, rest, active):
    with np.errstate(divide="ignore", invalid="ignore"):
        found = baseline_of(weeks_of([12], work=work, rest=rest), np.array([[0.5]]), POLICY)
    assert found.active[0, 0] == pytest.approx(active, nan_ok=True)
    assert np.isnan(found.rate[0, 0]) == np.isnan(active)

"""Whether a group that sells was offered anything, and what weeks without an offer are worth."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

from lifecycle.rules.serving import is_held, served_weeks, unserved_days


@pytest.mark.parametrize(
    ("sells", "observed", "acts", "ads_known", "ads", "unserved"),
    [
        pytest.param(True, True, 0, True, 0, True, id="no advert and no order"),
        pytest.param(True, True, 0, True, 1, False, id="an advert"),
        pytest.param(True, True, 1, True, 0, False, id="an order"),
        pytest.param(True, True, 0, False, 0, False, id="adverts not counted"),
        pytest.param(True, False, 0, True, 0, False, id="orders not known"),
        pytest.param(False, True, 0, True, 0, False, id="it does not sell"),
    ],
)
def test_a_day_without_an_offer(sells, observed, acts, ads_known, ads, unserved):
    def day(value):
        return np.array([[value]])

    seen = SimpleNamespace(ads=SimpleNamespace(known=day(ads_known), values=day(ads)))
    signal = SimpleNamespace(observed=day(observed), acts=day(acts))
    assert unserved_days(seen, signal, SimpleNamespace(transaction=np.array([sells])))[0, 0] == unserved


def test_the_judge_waits_from_seven_days_on():
    assert is_held(np.array([0, 6, 7, 8])).tolist() == [False, False, True, True]


@dataclass(frozen=True)
class Some:
    """The columns of weeks that serving knows."""

    seen: np.ndarray
    unserved: np.ndarray
    work: np.ndarray
    rest: np.ndarray


def test_a_week_without_an_offer_gives_no_exposure():
    """Of one group, newest first: served, partly served, never served, never seen."""
    weeks = Some(*(np.array(values).reshape(4, 1, 1) for values in ([7, 7, 7, 0], [0, 6, 7, 0], [5] * 4, [2] * 4)))
    found = served_weeks(weeks)
    assert (found.work.ravel().tolist(), found.rest.ravel().tolist()) == ([5, 5, 0, 5], [2, 2, 0, 2])
    served = Some(weeks.seen[:2], weeks.unserved[:2], weeks.work[:2], weeks.rest[:2])
    assert served_weeks(served) is served

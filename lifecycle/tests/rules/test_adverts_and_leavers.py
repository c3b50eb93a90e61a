"""When adverts are too many or few enough again, and when more leave than usually: both sides of each boundary."""

from types import SimpleNamespace

import numpy as np
import pytest

from lifecycle.rules.adverts import adverts_of, leavers_of
from lifecycle.rules.policy import DEFAULT_POLICY

NONE = float("nan")


def weeks(**counts):
    """One group and one day: {name: {weeks ago: count}}."""
    made = {}
    for name, values in counts.items():
        made[name] = np.zeros((17, 1, 1), dtype=np.int32)
        for ago, value in values.items():
            made[name][ago] = value
    return SimpleNamespace(**made)


@pytest.mark.parametrize(
    ("ads", "known", "said", "share", "high", "low"),
    [
        pytest.param(10, 14, 20, 0.5, True, False, id="ten, the half"),
        pytest.param(9, 14, 18, 0.5, False, False, id="the half, but nine"),
        pytest.param(49, 14, 100, 0.49, False, False, id="not the half"),
        pytest.param(4, 14, 20, 0.2, False, False, id="a fifth"),
        pytest.param(19, 14, 100, 0.19, False, True, id="less than a fifth"),
        pytest.param(0, 1, 0, 0.0, False, True, id="a day of silence"),
        pytest.param(0, 0, 9, NONE, False, False, id="nobody looked"),
    ],
)
def test_adverts_of_two_weeks(ads, known, said, share, high, low):
    seen = weeks(ads={1: ads, 2: 500}, ads_known={0: known, 2: 7}, said={1: said, 2: 500})
    found = adverts_of(seen, DEFAULT_POLICY)
    told = found.ads[0, 0], found.share[0, 0]
    assert told == pytest.approx((ads if known else NONE, share), nan_ok=True)
    assert (bool(found.high[0, 0]), bool(found.low[0, 0])) == (high, low)


@pytest.mark.parametrize(
    ("left", "known", "before", "known_before", "members", "usual", "exodus"),
    [
        pytest.param(6, 28, 0, 84, 100, 0.0, True, id="six of a hundred"),
        pytest.param(5, 28, 0, 84, 100, 0.0, False, id="five of a hundred"),
        pytest.param(3, 28, 0, 84, 10, 0.0, True, id="three"),
        pytest.param(2, 28, 0, 84, 10, 0.0, False, id="two"),
        pytest.param(7, 28, 6, 84, 10, 2.0, True, id="more than three times the usual"),
        pytest.param(6, 28, 6, 84, 10, 2.0, False, id="three times the usual"),
        pytest.param(7, 28, 2, 28, 10, 2.0, True, id="four weeks say what is usual"),
        pytest.param(7, 28, 2, 27, 10, NONE, False, id="less does not"),
        pytest.param(9, 28, 0, 84, 0, 0.0, False, id="no members"),
        pytest.param(9, 28, 0, 84, -1, 0.0, False, id="members not known"),
        pytest.param(9, 0, 0, 84, 10, 0.0, False, id="nobody looked"),
    ],
)
def test_leavers_of_four_weeks(left, known, before, known_before, members, usual, exodus):
    seen = weeks(leaves={3: left, 4: before, 16: 500}, leaves_known={3: known, 15: known_before, 16: 500})
    found = leavers_of(seen, np.array([[members]]), DEFAULT_POLICY)
    told = found.left[0, 0], found.usual[0, 0]
    assert told == pytest.approx((left if known else NONE, usual), nan_ok=True)
    assert bool(found.exodus[0, 0]) is exodus

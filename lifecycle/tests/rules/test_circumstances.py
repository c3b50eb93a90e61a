"""When a group counts as left by its owner and as losing money, and what is not known changes nothing."""

from decimal import Decimal

import pytest

from lifecycle.rules.circumstances import is_absent, is_losing, losing_run


@pytest.mark.parametrize(
    ("anybody", "unseen", "stands", "expected"),
    [
        pytest.param(False, None, False, True, id="no account in use"),
        pytest.param(True, None, False, False, id="never seen is not absent"),
        pytest.param(True, None, True, True, id="not known: as it was"),
        pytest.param(True, 30, False, False, id="thirty days"),
        pytest.param(True, 31, False, True, id="longer"),
        pytest.param(True, 8, True, True, id="not back yet"),
        pytest.param(True, 7, True, False, id="back"),
        pytest.param(True, -2, False, False, id="seen since the day of a late night"),
    ],
)
def test_absence(anybody, unseen, stands, expected):
    assert is_absent(anybody_active=anybody, unseen_for=unseen, stands=stands) is expected


@pytest.mark.parametrize(
    ("nets", "run", "raised", "kept"),
    [
        pytest.param([], 0, False, True, id="nothing closed"),
        pytest.param([-5], 1, False, True, id="one month"),
        pytest.param([-5, -1], 2, True, True, id="two"),
        pytest.param([-5, -1, -1], 3, True, True, id="three"),
        pytest.param([-5, 0, -1], 1, False, True, id="zero is no loss"),
        pytest.param([3, -5, -1], 0, False, False, id="earning again"),
        pytest.param([None, -5, -1], 0, False, True, id="nothing entered"),
        pytest.param([-5, None, -1], 1, False, True, id="a gap ends the run"),
    ],
)
def test_losses(nets, run, raised, kept):
    nets = [None if net is None else Decimal(net) for net in nets]
    assert losing_run(nets) == run
    assert is_losing(nets, stands=False) is raised
    assert is_losing(nets, stands=True) is kept

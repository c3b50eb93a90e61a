"""How well a group that answers questions does: the share answered, else the days on which no word stayed alone."""

from types import SimpleNamespace

import numpy as np
import pytest

from lifecycle.rules.service import answered_level, exchange_of

NONE = float("nan")


@pytest.mark.parametrize(
    ("asked", "answered", "spoken", "together", "share"),
    [
        pytest.param(4, 3, 10, 1, 0.75, id="questions that were counted come first"),
        pytest.param(1, 0, 10, 9, 0.0, id="one question, not answered"),
        pytest.param(2, 5, 0, 0, 1.0, id="no more than all"),
        pytest.param(0, 0, 10, 4, 0.4, id="days of which some had an answer"),
        pytest.param(0, 0, 1, 1, 1.0, id="one day"),
        pytest.param(0, 0, 0, 0, NONE, id="nothing was said"),
    ],
)
def test_the_share_that_was_answered_in_four_weeks(asked, answered, spoken, together, share):
    counts = {"questions": asked, "answered": answered, "spoken": spoken, "together": together}
    weeks = SimpleNamespace(**{name: np.array([0, 0, 0, n, 99]).reshape(5, 1, 1) for name, n in counts.items()})
    assert exchange_of(weeks)[0, 0] == pytest.approx(share, nan_ok=True)


@pytest.mark.parametrize(
    ("share", "target", "level"),
    [(0.4, 0.8, 0.5), (0.9, 0.8, 1.0), (0.4, NONE, 0.4), (0.4, 0.0, 0.4), (0.0, 0.8, 0.0), (NONE, 0.8, NONE)],
)
def test_the_level_is_how_far_the_share_is_towards_the_target(share, target, level):
    assert answered_level(np.array([share]), np.array([target]))[0] == pytest.approx(level, nan_ok=True)

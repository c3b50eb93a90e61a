"""The risk from a score and an age, and responses for each advert, worked out by hand."""

import numpy as np
import pytest

from lifecycle.rules.reach import Sent
from lifecycle.rules.risk import points_of, risk_of


@pytest.mark.parametrize(
    ("score", "age", "risk"),
    [
        pytest.param(8000, 56, 2026, id="young"),  # exp(2.95 - 0.54 x 8) = 0.2541
        pytest.param(8000, 0, 2026, id="no younger than eight weeks"),
        pytest.param(8000, 57, 2011, id="a day older"),
        pytest.param(8000, 730, 618, id="old"),  # 25 points more: exp(2.95 - 0.54 x 10.5) = 0.0659
        pytest.param(8000, 9000, 618, id="no older than two years"),
        pytest.param(0, 56, 9503, id="a score of nothing"),
        pytest.param(-1, 56, -1, id="no score"),
    ],
)
def test_the_risk_of_a_score_at_an_age(score, age, risk):
    assert risk_of(np.array([score]), np.array([age])).tolist() == [risk]


def test_half_of_the_way_counts_half_on_the_scale_of_logarithms():
    """The middle of 56 and 730 days is sqrt(56 x 730) = 202.2."""
    assert points_of(np.array([8000]), np.array([202.188]), 25.0)[0] == pytest.approx(92.5, abs=0.001)


@pytest.mark.parametrize(
    ("sends", "responses", "each"), [(None, 9, None), (0, 9, None), (2, 9, None), (3, 9, 3.0), (4, 1, 0.25)]
)
def test_responses_for_each_advert_from_three_on(sends, responses, each):
    assert Sent(sends, responses).each == each

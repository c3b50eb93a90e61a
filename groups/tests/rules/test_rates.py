"""A share with Wilson's interval, against values of its formula worked by hand."""

import pytest

from groups.rules.rates import Rate


@pytest.mark.parametrize(
    ("hits", "n", "share", "low", "high"),
    [
        (0, 0, None, 0.0, 1.0),
        (0, 10, 0.0, 0.0, 0.2775),
        (10, 10, 1.0, 0.7225, 1.0),
        (5, 10, 0.5, 0.2366, 0.7634),
        (1, 4, 0.25, 0.0456, 0.6994),
    ],
)
def test_a_share_and_where_the_true_one_lies(hits, n, share, low, high):
    rate = Rate(hits, n)
    assert rate.share == share
    assert rate.interval == pytest.approx((low, high), abs=1e-4)
    assert rate.interval[0] >= 0.0 and rate.interval[1] <= 1.0


def test_more_trust_is_a_wider_interval():
    assert Rate(5, 10, 0.8).interval == pytest.approx((0.3122, 0.6878), abs=1e-4)

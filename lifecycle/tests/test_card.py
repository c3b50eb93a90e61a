import numpy as np
import pytest

from lifecycle.rules.card import card_of, people_goal
from lifecycle.rules.policy import DEFAULT_POLICY

NONE = float("nan")
YES = np.array([True])


def card(*shares, cap=10_000):
    return card_of(np.array(shares, dtype=float)[:, None], YES, np.array([cap]), DEFAULT_POLICY)


@pytest.mark.parametrize(
    ("shares", "score", "losses"),
    [
        pytest.param((1, 1, 1, 1, 1), 10_000, [0, 0, 0, 0, 0], id="nothing lost"),
        pytest.param((0, 0, 0, 0, 0), 0, [2000, 1500, 3000, 2000, 1500], id="everything lost"),
        pytest.param((1, 0.5, 0.4, 0.6, 1), 6650, [0, 750, 1800, 800, 0], id="each part loses its weight's share"),
        pytest.param((1, 1, 0.5, 1, NONE), 8235, [0, 0, 1765, 0, -1], id="weights of known parts only"),
    ],
)
def test_parts_lose_their_weight(shares, score, losses):
    found = card(*shares)
    assert found.score[0] == score
    assert found.losses[:, 0].tolist() == losses


def test_score_and_losses_always_sum_to_one_hundred():
    random = np.random.default_rng(3)
    shares = random.random((5, 20_000))
    shares[3:, ::3] = NONE
    cap = random.choice([4000, 6000, 10_000], 20_000)
    found = card_of(shares, np.ones(20_000, dtype=bool), cap, DEFAULT_POLICY)
    assert (found.score + np.maximum(found.losses, 0).sum(axis=0) + found.cap_loss == 10_000).all()
    assert (found.score <= cap).all()
    assert (found.losses[4, ::3] == -1).all()


@pytest.mark.parametrize(
    ("shares", "coverage", "known"),
    [
        pytest.param((1, 1, NONE, 1, 1), 7000, True, id="without breadth"),
        pytest.param((1, 1, NONE, 1, NONE), 5500, False, id="without breadth and core"),
        pytest.param((1, NONE, 1, 1, NONE), 7000, True, id="without level and core"),
        pytest.param((NONE, NONE, 1, 1, 1), 6500, True, id="young: no baseline"),
    ],
)
def test_too_little_known_is_no_score(shares, coverage, known):
    found = card(*shares)
    assert found.coverage[0] == coverage
    assert (found.score[0] >= 0) == known
    assert known or found.losses[:, 0].tolist() == [-1] * 5


@pytest.mark.parametrize(
    ("members", "goal", "share", "expected"),
    [
        pytest.param(-1, 0, NONE, 20, id="members not known"),
        pytest.param(100, 0, NONE, 8, id="five per cent, at least eight"),
        pytest.param(400, 0, NONE, 20, id="five per cent"),
        pytest.param(5000, 0, NONE, 30, id="at most thirty"),
        pytest.param(12, 0, NONE, 6, id="at most half of a small group"),
        pytest.param(1, 0, NONE, 1, id="at least one"),
        pytest.param(12, 9, NONE, 9, id="the plan's goal wins"),
        pytest.param(200, 0, 0.2, 40, id="the plan's share of the members"),
    ],
)
def test_how_many_people_should_take_part(members, goal, share, expected):
    found = people_goal(np.array([members]), np.array([goal]), np.array([share]), DEFAULT_POLICY)
    assert found[0] == expected

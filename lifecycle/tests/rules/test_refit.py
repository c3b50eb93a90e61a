"""What own deaths teach, on made histories: the truth is found, few deaths move little, too few move nothing."""

import numpy as np
import pytest

from lifecycle.rules.policy import DEFAULT_POLICY
from lifecycle.rules.refit import LEAST_DEATHS, History, Refitted, TooFew, refit

DELIVERED = DEFAULT_POLICY.risk_slope / 10 * np.array(DEFAULT_POLICY.weights)


def a_history(groups=4000, weeks=6, theta=DELIVERED, intercept=2.95, lowest=7000, seed=1) -> History:
    """Groups with shares of their own, whose weeks end in death by the odds that are given."""
    random = np.random.default_rng(seed)
    n = groups * weeks
    shares = np.clip(random.beta(4, 1.5, (groups, 5)).repeat(weeks, axis=0) + random.normal(0, 0.05, (n, 5)), 0, 1)
    lasted = random.uniform(0, 1, groups).repeat(weeks)
    odds = intercept - shares @ theta - 1.35 * lasted
    died = random.random(n) < 1 / (1 + np.exp(-odds))
    deaths = int(died.sum())
    return History(
        shares=shares,
        lasted=lasted,
        died=died,
        group=np.arange(groups).repeat(weeks),
        weight=np.ones(n),
        lowest=(lowest + random.integers(-500, 500, deaths)).astype(np.int64),
    )


def test_a_history_like_the_one_behind_the_card_gives_the_card_back():
    found = refit(a_history())
    assert isinstance(found, Refitted)
    assert np.abs(np.array(found.policy.weights) - DEFAULT_POLICY.weights).max() <= 4
    assert sum(found.policy.weights) == 100
    assert found.policy.risk_slope == pytest.approx(0.54, abs=0.06)
    low, high = found.intervals["risk_slope"]
    assert low < 0.54 < high


def test_where_breadth_alone_tells_it_gains_weight_and_the_interval_leaves_the_old_one_out():
    found = refit(a_history(theta=np.array([0.2, 0.2, 4.4, 0.4, 0.2])))
    assert found.policy.weights[2] > 45
    assert found.intervals["weights.2"][0] > DEFAULT_POLICY.weights[2]


def test_few_deaths_move_less_than_many():
    theta = np.array([0.2, 0.2, 4.4, 0.4, 0.2])
    few, many = (refit(a_history(groups=groups, theta=theta)).policy.weights[2] for groups in (600, 4000))
    assert DEFAULT_POLICY.weights[2] < few < many


def test_the_age_term_and_everything_else_stay():
    found = refit(a_history()).policy
    assert found.risk_slope * found.risk_age_points == pytest.approx(0.54 * 25, abs=0.05)
    assert (found.dormant_exposure, found.thriving_score) == (14.0, 8500)


@pytest.mark.parametrize(("lowest", "deaths", "line"), [(7000, 50, 7900), (7000, 5000, 7500), (9400, 50, 9000)])
def test_the_watch_line_is_drawn_towards_the_one_delivered(lowest, deaths, line):
    history = a_history()
    random = np.random.default_rng(3)
    found = refit(History(**vars(history) | {"lowest": (lowest + random.integers(-500, 500, deaths)).astype(np.int64)}))
    assert found.policy.low_score == pytest.approx(line, abs=150)
    assert found.policy.recovered_score == found.policy.low_score + 300
    low, high = found.intervals["low_score"]
    assert low - 50 <= found.policy.low_score <= high + 50


@pytest.mark.parametrize("deaths", [0, LEAST_DEATHS - 1])
def test_too_few_deaths_say_so(deaths):
    history = a_history()
    found = refit(History(**vars(history) | {"lowest": history.lowest[:deaths]}))
    assert (type(found), found.deaths, found.least_deaths) == (TooFew, deaths, LEAST_DEATHS)


def test_a_sampled_survivor_that_stands_for_two_counts_as_two():
    history = a_history(groups=600)
    alive = np.flatnonzero(~history.died)
    twice = np.r_[np.arange(len(history.died)), alive]
    doubled = History(
        history.shares[twice], history.lasted[twice], history.died[twice], history.group[twice],
        np.ones(len(twice)), history.lowest,
    )  # fmt: skip
    weighed = History(**vars(history) | {"weight": np.where(history.died, 1.0, 2.0)})
    assert refit(doubled).policy == refit(weighed).policy

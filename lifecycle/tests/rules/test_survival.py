"""The curve against a textbook: remission of 21 patients on 6-MP (Freireich 1963; Klein and Moeschberger 4.1)."""

import pytest

from lifecycle.rules.survival import Life, curve_of

RELAPSED = (6, 6, 6, 7, 10, 13, 16, 22, 23)
CENSORED = (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)
# weeks, at risk, events, share, Greenwood's error, log-log interval
TABLE = (
    (6, 21, 3, 0.8571, 0.0764, 0.6197, 0.9516),
    (7, 17, 1, 0.8067, 0.0869, 0.5631, 0.9228),
    (10, 15, 1, 0.7529, 0.0963, 0.5032, 0.8894),
    (13, 12, 1, 0.6902, 0.1068, 0.4316, 0.8491),
    (16, 11, 1, 0.6275, 0.1141, 0.3675, 0.8049),
    (22, 7, 1, 0.5378, 0.1282, 0.2678, 0.7468),
    (23, 6, 1, 0.4482, 0.1346, 0.1881, 0.6801),
)


@pytest.fixture
def remission():
    return curve_of([*(Life(days, True) for days in RELAPSED), *(Life(days, False) for days in CENSORED)])


def test_the_curve_is_that_of_the_textbook(remission):
    assert len(remission.steps) == len(TABLE)
    for step, (days, at_risk, deaths, share, error, low, high) in zip(remission.steps, TABLE, strict=True):
        assert (step.days, step.at_risk, step.deaths) == (days, at_risk, deaths)
        assert (step.share, step.error) == pytest.approx((share, error), abs=5.1e-5)
        assert (step.low, step.high) == pytest.approx((low, high), abs=5.1e-5)
    assert (remission.groups, remission.deaths, remission.longest, remission.half_life) == (21, 9, 35, 23)


@pytest.mark.parametrize(
    ("days", "share"),
    [(5, 1.0), (6, 0.8571), (9, 0.8067), (35, 0.4482)],
    ids=["before the first death", "on it", "between two", "at the oldest"],
)
def test_an_age_has_the_share_of_the_last_step(remission, days, share):
    assert remission.at(days).share == pytest.approx(share, abs=5e-5)


def test_nothing_is_said_beyond_the_oldest_group(remission):
    assert remission.at(36) is None


def test_groups_of_one_age_may_come_as_a_number():
    one_by_one = curve_of([Life(5, True), Life(5, True), Life(9, False)])
    assert curve_of([Life(9, False), Life(5, True, 2)]) == one_by_one


def test_where_all_died_nothing_is_left():
    curve = curve_of([Life(3, True), Life(8, True)])
    assert [(step.share, step.low, step.high) for step in curve.steps][-1] == (0.0, 0.0, 0.0)


def test_without_groups_there_is_no_curve():
    assert (curve_of([]).groups, curve_of([]).steps, curve_of([]).half_life) == (0, (), None)


def test_before_the_first_death_all_are_alive_for_certain(remission):
    step = remission.at(0)
    assert (step.days, step.at_risk, step.deaths, step.share, step.error, step.low, step.high) == (0, 21, 0, 1, 0, 1, 1)


def test_at_exactly_a_half_half_have_died():
    assert curve_of([Life(4, True), Life(9, False)]).half_life == 4


def test_an_age_below_zero_is_the_first_day():
    assert [step.days for step in curve_of([Life(-3, True), Life(5, False)]).steps] == [0]
    assert curve_of([Life(-3, False)]).longest == 0

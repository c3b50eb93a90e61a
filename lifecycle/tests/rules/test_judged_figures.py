"""What the pass makes of series worked out by hand: level, the frozen measure, weekly totals, and what is not known."""

from dataclasses import replace

import numpy as np
import pytest

from lifecycle.rules.judging import Judgement
from lifecycle.rules.memory import DECLINING, STABLE, THRIVING
from lifecycle.rules.policy import DEFAULT_POLICY, PARTS
from lifecycle.tests.series_making import judge_all, make_plans, make_seen

DAYS = 160
LEVEL = PARTS.index("level")


def judged(messages, plans=None, policy=DEFAULT_POLICY, **counts) -> Judgement:
    """One group with so many messages a day; NaN = nobody looked."""
    messages = np.asarray(messages, dtype=float)[:, None]
    speakers = np.minimum(messages, 4)
    counts = {name: np.asarray(values, dtype=float)[:, None] for name, values in counts.items()}
    return judge_all(make_seen(len(messages), messages=messages, speakers=speakers, **counts), plans, policy=policy)


def figure(found, name):
    return found.figures[name][-1, 0]


@pytest.mark.parametrize(
    ("messages", "goal", "loss"),
    [
        pytest.param([5] * DAYS, 0, 0, id="as before"),
        pytest.param([5] * DAYS, 280, 441, id="as before, half of the goal"),
        pytest.param([5] * 132 + [10] * 28, 0, 0, id="twice as much"),
        pytest.param([5] * 132 + [10] * 28, 560, 441, id="twice as much, half of the goal"),
        pytest.param([5] * 30, 280, 1154, id="no measure yet, half of the goal"),
    ],
)
def test_the_level_is_held_against_the_own_past_and_the_goal(messages, goal, loss):
    """A quarter of 15 points of the 85 that are known where nobody is named; a half of 15 of 65, without a rhythm."""
    found = judged(messages, make_plans(1, goal_acts=goal))
    assert found.losses[-1, LEVEL, 0] == loss
    assert figure(found, "goal_28") == pytest.approx(goal or np.nan, nan_ok=True)


def test_a_declining_group_is_held_against_what_it_did_before():
    found = judged([10] * 200 + [1] * 60)
    declining = found.state[:, 0] == DECLINING
    rates = found.figures["base_rate"][:, 0]
    began = int(declining.argmax())
    assert declining[began:].sum() > 20 and found.state[began - 1, 0] in (STABLE, THRIVING)
    assert len(set(rates[declining])) == 1


def test_a_stable_group_is_held_against_its_weeks_before_the_window():
    found = judged([10] * 120 + [12] * 160)
    assert figure(found, "base_rate") > found.figures["base_rate"][120, 0]


def test_adverts_are_too_many_up_to_the_very_ratio_from_which_talk_outweighs_them():
    messages, ads = [10] * 132 + [6] * 28, [0] * 146 + [6] * 14
    ratio = float(figure(judged(messages, ads=ads), "ratio"))
    capped = [
        int(judged(messages, ads=ads, policy=replace(DEFAULT_POLICY, ad_valid_ratio=limit)).cap_loss[-1, 0])
        for limit in (ratio, np.nextafter(ratio, 0))
    ]
    assert capped[0] > 0 == capped[1]


def test_weekly_totals_end_on_the_last_day_and_begin_with_the_oldest():
    messages = np.repeat([9.0, 1, 2, np.nan, 4, 5, 0, 7, 8], 7)
    messages[-1] = 20
    assert judged(messages).spark[:, 0].tolist() == [7, 14, -1, 28, 35, 0, 49, 68]


@pytest.mark.parametrize(
    ("last", "acts_7", "acts_28"),
    [
        pytest.param([5] * 28, 35, 140, id="all days"),
        pytest.param([np.nan] * 27 + [5], 5, 5, id="one day"),
        pytest.param([5] + [np.nan] * 27, np.nan, 5, id="one day of the window"),
        pytest.param([np.nan] * 28, np.nan, np.nan, id="no day"),
        pytest.param([0] * 28, 0, 0, id="nobody wrote"),
    ],
)
def test_acts_of_days_that_nobody_saw_are_not_known(last, acts_7, acts_28):
    found = judged([5] * 100 + last)
    assert figure(found, "acts_7") == pytest.approx(acts_7, nan_ok=True)
    assert figure(found, "acts_28") == pytest.approx(acts_28, nan_ok=True)


@pytest.mark.parametrize(("members", "told"), [(np.nan, np.nan), (0, 0), (30, 30)], ids=["never", "none", "thirty"])
def test_members_are_the_last_known(members, told):
    found = judged([5] * 40, members=[np.nan] * 20 + [members] + [np.nan] * 19)
    assert figure(found, "members") == pytest.approx(told, nan_ok=True)


def test_who_returns_is_not_known_where_names_are_not():
    assert np.isnan(figure(judged([5] * DAYS), "returning_28"))


@pytest.mark.parametrize(
    ("weeks", "told"),
    [([5, 3, 2], 21), ([5, 0, 2], 0), ([5, np.nan, 2], np.nan), ([np.nan, 3, 2], 21)],
    ids=["some", "none", "nobody looked", "nor before it"],
)
def test_acts_of_the_week_before_the_last(weeks, told):
    found = judged(np.repeat(np.array(weeks, dtype=float), 7))
    assert figure(found, "acts_week_before") == pytest.approx(told, nan_ok=True)


@pytest.mark.parametrize(("asked", "told"), [(0, np.nan), (1, 1), (4, 4)])
def test_questions_are_known_from_the_first(asked, told):
    found = judged([5] * 30, questions=[0] * 29 + [asked], answered=[0] * 30)
    assert figure(found, "questions_28") == pytest.approx(told, nan_ok=True)

"""More talk than planned, and one member who carries a group: from when to when they stand flagged, and where never."""

import numpy as np
import pytest

from lifecycle.rules.causes import CAUSES
from lifecycle.rules.policy import LEAD_DAYS, WINDOW_DAYS
from lifecycle.rules.windows import Acting, is_look, largest_share, share_at_looks
from lifecycle.tests.series_making import START, judge_all, make_plans, make_seen, make_talk, poisson_speakers


def flagged(found, cause: str) -> np.ndarray:
    return np.flatnonzero(found.severity[:, CAUSES.index(cause), 0])


def make_hero(days: int, begin: int, end: int, times: int = 20):
    """Six people who each say one thing a day; the first of them says `times` as much from `begin` to `end`."""
    days_of, members = np.repeat(np.arange(days), 6), np.tile(np.arange(6), days)
    acts = np.where((members == 0) & (days_of >= begin) & (days_of < end), times, 1)
    messages = np.bincount(days_of, weights=acts).reshape(-1, 1)
    acting = Acting.of(*(x.astype(np.int32) for x in (np.zeros(len(members)), members, days_of + LEAD_DAYS, acts)))
    return make_seen(days, acting, True, messages=messages, speakers=np.full((days, 1), 6.0))


def test_a_member_who_says_most_of_it_is_told_after_two_looks_and_until_two_without():
    days = flagged(judge_all(make_hero(250, 100, 150)), "carried_by_one")
    assert days[0] % 7 == days[-1] % 7 - 6 == 0  # from a Monday to the eve of one; the series begins on a Monday
    assert 105 <= days[0] <= 119
    assert 150 + 7 <= days[-1] <= 150 + 28 + 14
    assert len(days) == days[-1] - days[0] + 1


def test_the_earliest_sign_is_the_first_look():
    found = judge_all(make_hero(250, 100, 150))
    begin = flagged(found, "carried_by_one")[0]
    assert found.sign[begin, CAUSES.index("carried_by_one"), 0] == found.first + begin - 7
    assert found.figures["share_at_look"][begin, 0] > 0.5


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(make_hero(200, 0, 0), id="everybody speaks alike"),
        pytest.param(make_hero(200, 100, 105, times=8), id="a burst of some days"),
        pytest.param(make_hero(28, 0, 28), id="too young"),
        pytest.param(make_talk(poisson_speakers(300)), id="a lively group"),
    ],
)
def test_nobody_is_said_to_carry_a_group(seen):
    assert not flagged(judge_all(seen), "carried_by_one").size


def test_where_people_are_not_known_nobody_carries():
    seen = make_hero(200, 50, 200)
    heads = make_seen(200, messages=seen.messages.values[LEAD_DAYS:], speakers=np.full((200, 1), 1.0))
    assert not flagged(judge_all(heads), "carried_by_one").size


def test_missing_data_leave_the_flag_as_it_was():
    seen = make_hero(250, 100, 250)
    seen.messages.known[LEAD_DAYS + 170 :] = False
    seen.acting_known[LEAD_DAYS + 170 :] = False
    assert flagged(judge_all(seen), "carried_by_one")[-1] == 249


def make_chatter(talk: np.ndarray):
    return make_seen(len(talk), messages=talk, speakers=np.minimum(talk, 12))


@pytest.mark.parametrize(
    ("goal", "from_day", "to_day"),
    [
        pytest.param(28, 110, 159, id="five times the goal"),
        pytest.param(56, None, None, id="two and a half times"),
        pytest.param(0, None, None, id="no goal, no ceiling"),
    ],
)
def test_two_weeks_above_three_times_the_goal_are_an_overload(goal, from_day, to_day):
    talk = np.ones((250, 1))
    talk[100:150] = 5
    days = flagged(judge_all(make_chatter(talk), make_plans(goal_acts=goal)), "overload")
    if from_day is None:
        assert not days.size
        return
    assert (days[0], days[-1], len(days)) == (from_day, to_day, to_day - from_day + 1)


def test_one_loud_day_is_no_overload():
    talk = np.ones((200, 1))
    talk[100] = 500
    assert not flagged(judge_all(make_chatter(talk), make_plans(goal_acts=28)), "overload").size


def test_orders_are_never_too_many():
    orders = np.full((200, 1), 50.0)
    plans = make_plans(goal_acts=28, transaction=True)
    assert not flagged(judge_all(make_seen(200, orders=orders, buyers=orders), plans), "overload").size


def test_neither_takes_anything_off_the_score():
    seen = make_hero(250, 100, 250)
    calm, loud = judge_all(seen, make_plans(goal_acts=5000)), judge_all(seen, make_plans(goal_acts=40))
    assert flagged(loud, "overload").size
    assert (loud.cap_loss == 0).all()
    assert (loud.score[150:] >= calm.score[150:]).all()


@pytest.mark.parametrize("seed", range(5))
def test_every_look_sees_the_share_of_its_own_28_days(seed):
    random = np.random.default_rng(seed)
    height, width, entries = 120, 4, 700
    cells = np.unique(random.integers(0, [width, 9, height], (entries, 3)), axis=0).astype(np.int32)
    acts = random.integers(1, 30, len(cells)).astype(np.int32)
    acting, first = Acting.of(cells[:, 0], cells[:, 1], cells[:, 2], acts), START.toordinal() + seed
    found = share_at_looks(acting, first, (height, width), WINDOW_DAYS)
    looks = is_look(first + np.arange(height))
    assert looks.sum() >= 17
    for row in np.flatnonzero(looks):
        np.testing.assert_array_equal(found[row], largest_share(acting, int(row), WINDOW_DAYS, width))
    assert np.isnan(found[~looks]).all()

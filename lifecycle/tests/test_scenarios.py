"""What real groups go through, as seeded series: who is flagged, when, and above all who is not."""

from datetime import timedelta

import numpy as np
import pytest

from lifecycle.rules.calendar import FESTIVAL, Region
from lifecycle.rules.causes import CAUSES
from lifecycle.rules.memory import (
    AD_OVERRUN,
    DEAD,
    DECLINING,
    DORMANT,
    FORMING,
    MISSION_COMPLETE,
    STABLE,
    THRIVING,
    UNKNOWN,
)
from lifecycle.rules.observations import BOUNDED, FLASH
from lifecycle.rules.policy import LEAD_DAYS
from lifecycle.tests.series_making import (
    START,
    judge_all,
    kinds_of,
    make_plans,
    make_seen,
    make_talk,
    poisson_speakers,
)

HEALTHY = {FORMING, THRIVING, STABLE}
DYING = {DORMANT, DEAD}


def flagged(found, cause: str) -> np.ndarray:
    """The days on which the first group stands flagged with a cause."""
    return np.flatnonzero(found.severity[:, CAUSES.index(cause), 0])


def states(found) -> set[int]:
    return set(found.state[:, 0].tolist())


def make_shop(orders: np.ndarray, **counts):
    """A group that sells: orders and buyers, and whatever else is given."""
    return make_seen(len(orders), orders=orders, buyers=np.maximum(orders - 1, 0), **counts)


def make_orders(days: int, mean=5.0, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).poisson(mean, (days, 1)).astype(float)


def test_a_lively_group_is_healthy():
    assert states(judge_all(make_talk(poisson_speakers(300)))) <= HEALTHY


def test_quiet_weekends_are_no_decline():
    found = judge_all(make_talk(poisson_speakers(300, weekend=0.02)))
    assert states(found) <= HEALTHY
    assert found.figures["rest_factor"][-1, 0] < 0.25


def test_a_group_that_meets_at_weekends_is_healthy():
    speakers = poisson_speakers(300, mean=4, weekend=1.6)
    speakers[:, 0] *= np.resize([0, 0, 0, 0, 0, 1, 1], 300)
    assert states(judge_all(make_talk(speakers))) <= HEALTHY


def test_the_spring_festival_is_no_evidence():
    speakers = poisson_speakers(420, mean=6)
    holiday = kinds_of(make_talk(speakers), Region.CHINA)[LEAD_DAYS:] == FESTIVAL
    speakers[holiday] = 0
    found = judge_all(make_talk(speakers), region=Region.CHINA)
    assert holiday.sum() > 25
    assert states(found) <= HEALTHY


def test_an_outage_is_unknown_and_then_as_before():
    speakers = poisson_speakers(300)
    speakers[150:180] = np.nan
    found = judge_all(make_talk(speakers))
    assert (found.state[154:180, 0] == UNKNOWN).all()
    assert (found.state[190:, 0] != UNKNOWN).all()
    assert states(found) <= HEALTHY | {UNKNOWN}
    assert not found.severity.any()


@pytest.mark.parametrize("days", [5, 10, 24])
def test_gaps_in_the_data_flag_nobody(days):
    speakers = poisson_speakers(400)
    for begin in range(60, 400, 70):
        speakers[begin : begin + days] = np.nan
    assert not judge_all(make_talk(speakers)).severity.any()


def test_coverage_that_ends_is_unknown_for_ever():
    speakers = poisson_speakers(400)
    speakers[150:] = np.nan
    found = judge_all(make_talk(speakers))
    assert (found.state[154:, 0] == UNKNOWN).all()
    assert not found.severity.any()
    assert (found.score[154 + 28 :, 0] == -1).all()


def test_what_was_flagged_when_the_data_stopped_stays_flagged():
    speakers = poisson_speakers(400)
    speakers[150:] = 0
    speakers[220:] = np.nan
    found = judge_all(make_talk(speakers))
    assert found.state[-1, 0] == UNKNOWN
    assert flagged(found, "silence")[-1] == 399
    assert DEAD not in states(found)


def test_a_slow_fade_is_flagged_long_before_the_silence():
    mean = np.concatenate([np.full(150, 5.0), 5 * np.exp(-np.arange(210) / 50), np.zeros(40)])
    found = judge_all(make_talk(poisson_speakers(400, mean=mean)))
    fading, silence = flagged(found, "fading"), flagged(found, "silence")
    assert fading[0] <= silence[0] - 30
    sign = found.sign[fading[0], CAUSES.index("fading"), 0] - found.first
    assert 150 < sign <= fading[0]


def test_a_sudden_stop_is_dormant_then_dead():
    speakers = poisson_speakers(400)
    speakers[200:] = 0
    found = judge_all(make_talk(speakers))
    order = [state for n, state in enumerate(found.state[:, 0]) if n == 0 or state != found.state[n - 1, 0]]
    assert order[-2:] == [DORMANT, DEAD]
    silent_for = int(np.flatnonzero(found.state[:, 0] == DORMANT)[0]) - 199
    assert 14 <= silent_for <= 24
    dead_after = int(np.flatnonzero(found.state[:, 0] == DEAD)[0]) - 199
    assert 90 <= dead_after <= 110


def test_a_dormant_group_wakes_when_several_members_return():
    speakers = poisson_speakers(400)
    speakers[200:260] = 0
    found = judge_all(make_talk(speakers))
    assert found.state[259, 0] == DORMANT
    assert found.state[262, 0] == DECLINING
    assert found.state[399, 0] in HEALTHY


def test_one_person_does_not_wake_a_dormant_group():
    speakers = poisson_speakers(400)
    speakers[200:] = 0
    speakers[260::3] = 1
    found = judge_all(make_talk(speakers, members=1))
    assert found.state[300, 0] != STABLE


def test_a_young_group_is_forming_and_not_judged():
    found = judge_all(make_talk(poisson_speakers(40)))
    assert (found.state[:28, 0] == FORMING).all()
    assert (found.score[:28, 0] == -1).all()
    assert found.state[28, 0] == STABLE


def test_a_tiny_group_is_not_held_against_a_crowd():
    speakers = np.minimum(poisson_speakers(300, mean=3), 6)
    found = judge_all(make_talk(speakers, members=6), make_plans(goal_people=5))
    assert states(found) <= HEALTHY


def test_a_shop_that_sells_in_silence_is_healthy():
    orders = make_orders(300, mean=8)
    found = judge_all(make_shop(orders, messages=orders * 0, speakers=orders * 0), make_plans(transaction=True))
    assert states(found) <= HEALTHY
    assert found.coverage[-1, 0] == 8500


def test_talk_does_not_raise_the_health_of_a_shop():
    orders = make_orders(300, mean=2)
    orders[150:] = make_orders(150, mean=0.3, seed=2)
    talk = poisson_speakers(300, mean=30)
    plans = make_plans(transaction=True)
    quiet = judge_all(make_shop(orders, messages=talk * 0, speakers=talk * 0), plans)
    noisy = judge_all(make_shop(orders, messages=talk * 9, speakers=talk), plans)
    np.testing.assert_array_equal(quiet.score, noisy.score)
    np.testing.assert_array_equal(quiet.state, noisy.state)
    assert flagged(noisy, "fading").size


def test_who_spoke_is_nobody_in_a_shop():
    talk = poisson_speakers(200, mean=10)
    seen = make_talk(talk, orders=make_orders(200))
    found = judge_all(seen, make_plans(transaction=True))
    assert np.isnan(found.figures["returning_28"][-1, 0]) or found.figures["returning_28"][-1, 0] == 0
    assert found.losses[-1, 4, 0] == -1


def test_a_shop_is_judged_by_clicks_until_orders_are_known():
    clicks = make_orders(300, mean=20)
    orders = make_orders(300)
    orders[:200] = np.nan
    found = judge_all(make_seen(300, clicks=clicks, orders=orders), make_plans(transaction=True))
    assert found.figures["acts_28"][199, 0] == clicks[172:200].sum()
    assert found.figures["acts_28"][299, 0] == orders[272:].sum()


def test_adverts_are_no_life():
    speakers = poisson_speakers(300)
    ads = np.zeros((300, 1))
    speakers[200:] = 0
    ads[200:] = 20
    seen = make_talk(speakers, ads=ads)
    seen.messages.values[LEAD_DAYS + 200 :] += 20
    found = judge_all(seen)
    assert AD_OVERRUN in states(found)
    assert flagged(found, "ad_overrun")[0] <= 200 + 28
    scored = found.score[230:, 0]
    assert scored[scored >= 0].max(initial=0) <= 4000


def test_a_wave_of_leavers_is_flagged_and_caps_the_score():
    leaves = np.random.default_rng(1).poisson(0.1, (300, 1)).astype(float)
    leaves[200:205] = 20
    members = np.full((300, 1), 400.0)
    found = judge_all(_left(leaves, members))
    days = flagged(found, "exodus")
    assert days[0] in range(200, 203)
    assert found.score[days, 0].max() <= 6000
    assert (found.cap_loss[days, 0] > 0).any()


def _left(leaves, members):
    seen = make_talk(poisson_speakers(300, mean=9), leaves=leaves)
    seen.members.values[LEAD_DAYS:] = members
    seen.members.known[LEAD_DAYS:] = True
    return seen


@pytest.mark.parametrize("lifespan", [FLASH, BOUNDED])
def test_a_group_with_an_end_does_not_die_before_it(lifespan):
    speakers = poisson_speakers(200)
    speakers[60:] = 0
    ends = START + timedelta(days=150)
    found = judge_all(make_talk(speakers), make_plans(lifespan=lifespan, ends_on=ends))
    assert not states(found) & DYING
    assert (found.state[153:, 0] == MISSION_COMPLETE).all()
    assert (found.state[:153, 0] != MISSION_COMPLETE).all()


def test_a_flash_group_is_never_declining_before_its_end():
    mean = np.linspace(9, 0.2, 60)
    speakers = poisson_speakers(120, mean=np.concatenate([np.full(60, 9.0), mean]))
    found = judge_all(make_talk(speakers), make_plans(lifespan=FLASH, ends_on=START + timedelta(days=130)))
    assert states(found) <= HEALTHY


def test_a_mission_that_ended_in_time_is_a_note_and_no_alarm():
    speakers = poisson_speakers(100)
    speakers[60:] = np.nan
    found = judge_all(make_talk(speakers), make_plans(lifespan=FLASH, ends_on=START + timedelta(days=60)))
    assert found.state[-1, 0] == MISSION_COMPLETE
    assert found.severity[-1, CAUSES.index("mission_complete"), 0] == 1
    assert not flagged(found, "silence").size


@pytest.mark.parametrize(
    ("talks_on", "since"), [pytest.param(True, 63, id="talks on"), pytest.param(False, 74, id="nobody decided")]
)
def test_running_past_the_end_without_a_decision_is_overdue(talks_on, since):
    speakers = poisson_speakers(100)
    if not talks_on:
        speakers[56:] = 0
    found = judge_all(make_talk(speakers), make_plans(lifespan=BOUNDED, ends_on=START + timedelta(days=60)))
    assert flagged(found, "overdue")[0] == since


def test_a_goal_that_was_met_completes_the_mission():
    found = judge_all(make_talk(poisson_speakers(100)), make_plans(goal_met_on=START + timedelta(days=80)))
    assert (found.state[80:, 0] == MISSION_COMPLETE).all()
    assert (found.state[:80, 0] != MISSION_COMPLETE).all()


def test_a_moved_end_takes_completion_back():
    seen = make_talk(poisson_speakers(100))
    short = judge_all(seen, make_plans(lifespan=BOUNDED, ends_on=START + timedelta(days=60)))
    long = judge_all(seen, make_plans(lifespan=BOUNDED, ends_on=START + timedelta(days=300)))
    assert short.state[-1, 0] == MISSION_COMPLETE
    assert long.state[-1, 0] in HEALTHY


def test_people_known_only_by_daily_counts_are_judged_nearly_alike():
    named = make_talk(poisson_speakers(300, mean=5), members=40)
    counted = make_seen(300, messages=named.messages.values[LEAD_DAYS:], speakers=named.speakers.values[LEAD_DAYS:])
    exact, estimated = judge_all(named), judge_all(counted)
    assert estimated.coverage[-1, 0] == 8500
    assert estimated.figures["people_counted"][-1, 0] == 0
    assert estimated.figures["people_28"][-1, 0] <= exact.figures["people_28"][-1, 0]
    judged = exact.score[60:, 0] >= 0
    assert np.abs(exact.score - estimated.score)[60:, 0][judged].mean() < 500


def test_messages_alone_are_not_enough_for_a_score():
    talk = make_talk(poisson_speakers(200))
    found = judge_all(make_seen(200, messages=talk.messages.values[LEAD_DAYS:]))
    assert (found.score == -1).all()
    assert found.state[-1, 0] == STABLE


def test_stable_groups_are_left_in_peace():
    """Forty groups for two years, with weekends, holidays and outages; none of them dies."""
    random = np.random.default_rng(11)
    days, groups = 730, 40
    mean = random.uniform(3, 12, groups)
    speakers = np.concatenate(
        [poisson_speakers(days, mean=m, seed=n, weekend=random.uniform(0.25, 1.4)) for n, m in enumerate(mean)], axis=1
    )
    holiday = kinds_of(make_talk(speakers[:, :1]), Region.CHINA)[LEAD_DAYS:] == FESTIVAL
    speakers[holiday] = np.floor(speakers[holiday] * random.uniform(0.15, 1.3, groups))
    for group in range(0, groups, 4):
        for begin in random.integers(60, days - 30, 2):
            speakers[begin : begin + random.integers(5, 13), group] = np.nan
    seen = make_seen(days, speakers=speakers, messages=speakers * 2)
    found = judge_all(seen, make_plans(groups), region=Region.CHINA)
    raised = (np.diff((found.severity > 0).any(axis=1).astype(int), axis=0) == 1).sum()
    assert raised / (groups * days / 365.25) <= 0.05

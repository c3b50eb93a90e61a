"""The scenarios that the detector has to get right, as one table: seeded series, what may and what may not be said.

`never` and `ever` are states over the whole life; `flags` must be raised at some time, `no_flags` at none. What needs
more than a table is in test_scenarios.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pytest

from lifecycle.rules.calendar import FESTIVAL, WORKDAY, Region, Schedule, day_kinds
from lifecycle.rules.causes import CAUSES
from lifecycle.rules.inputs import inputs_of
from lifecycle.rules.judging import Judgement, judge, judge_inputs
from lifecycle.rules.last_day import last_day_of
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
    Memory,
)
from lifecycle.rules.observations import BOUNDED, FLASH, Observations, Plans
from lifecycle.rules.outages import DEFAULT_LIMITS, zeros_of
from lifecycle.rules.policy import LEAD_DAYS
from lifecycle.tests.series_making import (
    START,
    judge_all,
    kinds_of,
    make_plans,
    make_seen,
    make_talk,
    part_of,
    poisson_speakers,
)

HEALTHY = {FORMING, THRIVING, STABLE}
DYING = {DORMANT, DEAD}
Scene = tuple[Observations, Plans]


@dataclass(frozen=True)
class Scenario:
    name: str
    scene: Callable[[], Scene]
    never: set[int] = field(default_factory=set)
    ever: set[int] = field(default_factory=set)
    flags: tuple[str, ...] = ()
    no_flags: tuple[str, ...] = ()
    region: Region = Region.WEEKDAYS


def talking(mean=6.0, days: int = 400, weekend: float = 0.6, first: date = START, **plan) -> Scene:
    return make_talk(poisson_speakers(days, mean=mean, weekend=weekend), first=first), make_plans(**plan)


def silent_from(day: int, days: int = 400, **plan) -> Scene:
    level = np.where(np.arange(days) < day, 6.0, 0.0)
    return talking(mean=level, days=days, **plan)


def without_data(days: int = 400) -> Scene:
    speakers = poisson_speakers(days)
    speakers[np.random.default_rng(4).random(days) < 0.25] = np.nan
    return make_talk(speakers), make_plans()


def on_holiday(first: date, days: int, factor: float) -> Scene:
    speakers = poisson_speakers(days, mean=7)
    kinds = day_kinds(first, first + timedelta(days=days - 1)).kinds
    speakers[kinds == FESTIVAL] = np.floor(speakers[kinds == FESTIVAL] * factor)
    return make_talk(speakers, first=first), make_plans()


def working_team() -> Scene:
    """Talks on working days only, make-up workdays among them, through two years of Chinese holidays."""
    days = 700
    kinds = day_kinds(START, START + timedelta(days=days - 1)).kinds
    speakers = np.random.default_rng(2).poisson(7, (days, 1)).astype(float)
    speakers[kinds != WORKDAY] = 0
    return make_talk(speakers), make_plans()


def selling(orders: np.ndarray, offers: np.ndarray | None, **counts) -> Scene:
    """A group that sells: orders by day, adverts where they are counted, and whatever else is given."""
    given = {"orders": orders[:, None], "buyers": np.ceil(orders * 0.9)[:, None]} | counts
    if offers is not None:
        given["ads"] = offers[:, None]
    return make_seen(len(orders), **given), make_plans(transaction=True)


def ordered(mean, days: int = 400, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).poisson(np.broadcast_to(mean, days)).astype(float)


def offered(until: int, again: int, days: int = 400) -> np.ndarray:
    """An advert on every other day, but none from day `until` up to day `again`."""
    day = np.arange(days)
    return np.where((day % 2 == 0) & ((day < until) | (day >= again)), 1.0, 0.0)


def no_offers_for(gap: int) -> Scene:
    """Orders follow the offers: none while nothing is offered."""
    day = np.arange(400)
    level = np.where((day < 200) | (day >= 200 + gap), 8.0, 0.0)
    return selling(ordered(level), offered(200, 200 + gap))


def offers_that_nobody_takes() -> Scene:
    level = np.where(np.arange(400) < 200, 8.0, 0.0)
    return selling(ordered(level), offered(400, 400))


def adverts_uncounted() -> Scene:
    level = np.where(np.arange(400) < 200, 8.0, 0.0)
    return selling(ordered(level), None)


def word_chain() -> Scene:
    """Orders run dry while a game makes everybody talk for two weeks."""
    day = np.arange(400)
    talk = np.where((day >= 230) & (day < 244), 300.0, 1.0)[:, None]
    return selling(ordered(np.where(day < 200, 5.0, 0.0)), offered(400, 400), messages=talk, speakers=talk / 10)


def one_hero() -> Scene:
    """One member makes the acts of a group of three, and leaves."""
    days = 400
    speakers = np.where(np.arange(days) < 220, 1.0, 0.0)[:, None]
    return make_talk(speakers, members=1), make_plans()


def red_packets() -> Scene:
    """Long dead, then two days on which money falls from the sky."""
    day = np.arange(420)
    level = np.where(day < 150, 6.0, 0.0)
    speakers = poisson_speakers(420, mean=level)
    speakers[330:332] = 40
    return make_talk(speakers), make_plans()


def season(days: int = 700) -> Scene:
    """A group of two weeks a year, whose plan ends after its second season."""
    day = np.arange(days)
    level = np.where(day % 365 < 14, 9.0, 0.0)
    return talking(mean=level, days=days, lifespan=BOUNDED, ends_on=START + timedelta(days=390))


def advert_flood() -> Scene:
    speakers, ads = poisson_speakers(300), np.zeros((300, 1))
    speakers[200:] = 0
    ads[200:] = 20
    seen = make_talk(speakers, ads=ads)
    seen.messages.values[LEAD_DAYS + 200 :] += 20
    return seen, make_plans()


SPRING_FESTIVALS = date(2024, 3, 4)  # of 2025, with 400 days
NOT_PUBLISHED = date(2027, 3, 1)  # no published schedule of working days
END = START + timedelta(days=60)

SCENARIOS = [
    Scenario("stable with weekends", lambda: talking(weekend=0.1), never={DECLINING, *DYING}),
    Scenario(
        "stable over the Spring Festival",
        lambda: on_holiday(SPRING_FESTIVALS, 400, 0.0),
        never={DECLINING, *DYING},
        region=Region.CHINA,
    ),
    Scenario(
        "noisy over the Spring Festival",
        lambda: on_holiday(SPRING_FESTIVALS, 400, 3.0),
        never={DECLINING, *DYING},
        region=Region.CHINA,
    ),
    Scenario("working days and make-up workdays", working_team, never={DECLINING, *DYING}, region=Region.CHINA),
    Scenario("a quarter of the days unseen", without_data, never={DECLINING, *DYING}),
    Scenario("a new group", lambda: talking(days=27), never=set(range(9)) - {FORMING}),
    Scenario(
        "slow death",
        lambda: talking(mean=np.concatenate([np.full(150, 6.0), 6 * np.exp(-np.arange(300) / 45)]), days=450),
        ever={DECLINING, DORMANT},
        flags=("fading",),
    ),
    Scenario("sudden stop", lambda: silent_from(200), ever={DORMANT, DEAD}, flags=("silence",)),
    Scenario(
        "a flash group on plan",
        lambda: talking(days=64, lifespan=FLASH, ends_on=END),
        never={DECLINING, *DYING},
        ever={MISSION_COMPLETE},
        flags=("mission_complete",),
    ),
    Scenario(
        "a flash group that nobody buys in",
        lambda: silent_from(5, days=70, lifespan=FLASH, ends_on=END),
        never={DECLINING, *DYING},
        ever={MISSION_COMPLETE},
        no_flags=("silence", "fading"),
    ),
    Scenario(
        "a course that met its goal early",
        lambda: silent_from(50, days=200, lifespan=BOUNDED, ends_on=END, goal_met_on=START + timedelta(days=45)),
        never=DYING,
        ever={MISSION_COMPLETE},
    ),
    Scenario("a season of two weeks a year", season, never=DYING, ever={MISSION_COMPLETE}),
    Scenario(
        "no offers for forty days",
        lambda: no_offers_for(40),
        never=DYING | {DECLINING},
        flags=("unserved",),
        no_flags=("silence", "fading"),
    ),
    Scenario("no offers for half a year", lambda: no_offers_for(180), never=DYING | {DECLINING}, flags=("unserved",)),
    Scenario("offers that nobody takes", offers_that_nobody_takes, ever={DORMANT, DEAD}, no_flags=("unserved",)),
    Scenario("adverts that nobody counts", adverts_uncounted, ever={DORMANT, DEAD}, no_flags=("unserved",)),
    Scenario(
        "many orders and not a word",
        lambda: selling(ordered(9.0), None, messages=np.zeros((400, 1)), speakers=np.zeros((400, 1))),
        never={DECLINING, *DYING},
    ),
    Scenario(
        "many orders without an advert in the group",
        lambda: selling(ordered(9.0), np.zeros(400)),
        never={DECLINING, *DYING},
        no_flags=("unserved",),
    ),
    Scenario("a word chain where nobody buys any more", word_chain, ever={DORMANT, DEAD}, flags=("silence",)),
    Scenario("a flood of adverts", advert_flood, ever={AD_OVERRUN}, flags=("ad_overrun",)),
    Scenario("the one who carries it leaves", one_hero, ever={DORMANT}, flags=("carried_by_one", "silence")),
    Scenario("red packets after death", red_packets, ever={DEAD}, flags=("silence",)),
    Scenario(
        "a year whose calendar nobody has published",
        lambda: on_holiday(NOT_PUBLISHED, 450, 0.0),
        never={DECLINING, *DYING},
        region=Region.CHINA,
    ),
]


def judged(scenario: Scenario) -> Judgement:
    seen, plans = scenario.scene()
    return judge_all(seen, plans, scenario.region)


@pytest.mark.parametrize("scenario", [pytest.param(each, id=each.name) for each in SCENARIOS])
def test_scenarios(scenario):
    found = judged(scenario)
    states = set(found.state[:, 0].tolist())
    raised = {CAUSES[cause] for cause in np.flatnonzero(found.severity[:, :, 0].any(axis=0))}
    assert not states & scenario.never
    assert states >= scenario.ever
    assert raised >= set(scenario.flags)
    assert not raised & set(scenario.no_flags)


def test_the_calendar_of_an_unpublished_year_is_reported_and_still_knows_its_festivals():
    found = day_kinds(NOT_PUBLISHED, NOT_PUBLISHED + timedelta(days=449))
    assert set(found.uncovered.values()) == {Schedule.STATUTORY}
    assert (found.kinds == FESTIVAL).sum() > 15


def test_red_packets_wake_nobody_for_long():
    found = judged(next(each for each in SCENARIOS if each.name == "red packets after death"))
    after = found.state[330:, 0]
    assert not set(after.tolist()) & HEALTHY
    assert after[-1] in DYING


def test_while_nothing_is_offered_there_is_no_score_and_afterwards_one_by_the_served_weeks():
    """The flag stands from the fourteenth day on; after the pause the group is what it was."""
    seen, plans = no_offers_for(120)
    found = judge_all(seen, plans)
    unserved = np.flatnonzero(found.severity[:, CAUSES.index("unserved"), 0])
    assert unserved[0] == 200 + 13
    assert unserved[-1] == 319
    assert found.sign[unserved[0], CAUSES.index("unserved"), 0] == found.first + 200
    assert (found.score[207:320, 0] == -1).all()
    assert found.score[-1, 0] >= 9000
    assert found.figures["silent_exposure"][319, 0] < 7
    steady = judge_all(*selling(ordered(8.0), offered(400, 400)))
    assert abs(int(found.score[-1, 0]) - int(steady.score[-1, 0])) < 500


def test_a_dormant_group_stays_dormant_when_the_offers_stop_too():
    """Offering nothing is no way out of a state that offers have shown."""
    level = np.where(np.arange(400) < 150, 8.0, 0.0)
    found = judge_all(*selling(ordered(level), offered(200, 400)))
    asleep = int(np.flatnonzero(found.state[:, 0] == DORMANT)[0])
    assert asleep < 200
    assert set(found.state[asleep:, 0].tolist()) == {DORMANT}


def test_a_source_that_tells_zero_for_all_its_groups_is_not_believed():
    """Thirty groups of one source, all at zero from one day on: doubted, so no group is nearer to silence for it."""
    days, groups = 120, 30
    told = poisson_speakers(days, groups, mean=8, weekend=0.9) + 1
    told[100:] = 0
    kinds = day_kinds(START, START + timedelta(days=days - 1), Region.WEEKDAYS).kinds
    found = zeros_of(told > 0, np.ones_like(told, dtype=bool), kinds, 50, DEFAULT_LIMITS)
    assert found.doubted[100:].all()
    assert not found.doubted[:100].any()
    doubted = np.where(found.doubted, np.nan, told)
    believed = judge_all(make_seen(days, messages=told * 2, speakers=told), make_plans(groups))
    waiting = judge_all(make_seen(days, messages=doubted * 2, speakers=doubted), make_plans(groups))
    assert (believed.state[-1] == DORMANT).any() or believed.severity[-1].any()
    assert (waiting.state[-1] == UNKNOWN).all()
    assert not waiting.severity.any()


def test_a_season_that_is_planned_anew_goes_on():
    """The plan of the first season ends; the next one brings the group back from completed, not from the dead."""
    seen, first = season()
    second = make_plans(lifespan=BOUNDED, ends_on=START + timedelta(days=760))
    memory = Memory.fresh(1)
    head, tail = part_of(seen, 0, 500), part_of(seen, 500, 700)
    ended = judge(head, kinds_of(head), first, memory)
    again = judge(tail, kinds_of(tail), second, memory)
    assert ended.state[-1, 0] == MISSION_COMPLETE
    assert not set(again.state[:, 0].tolist()) & {DEAD, MISSION_COMPLETE}


def test_the_card_of_one_day_is_that_of_the_whole_pass():
    """While no decline has frozen a baseline; the second number of a group that also sells is made this way."""
    seen, plans = selling(ordered(8.0), offered(400, 400))
    whole, memory = judge_all(seen, plans), Memory.fresh(1)
    one = judge_inputs(last_day_of(inputs_of(seen, kinds_of(seen), plans, memory)), plans, memory)
    assert not set(whole.state[:, 0].tolist()) & {DECLINING, *DYING}
    assert (one.score[0, 0], one.first) == (whole.score[-1, 0], whole.first + 399)
    np.testing.assert_array_equal(one.losses[0], whole.losses[-1])
    assert one.figures["silent_exposure"][0, 0] == whole.figures["silent_exposure"][-1, 0]


def test_a_group_that_answers_is_measured_by_answers_and_not_by_talk():
    """Half the pace of before costs a conversation group its level; a group that answers loses what stays alone."""
    level = np.where(np.arange(300) < 265, 8.0, 4.0)
    seen = make_talk(np.maximum(poisson_speakers(300, mean=level), 2))
    talks, answers = judge_all(seen), judge_all(seen, make_plans(service=True))
    assert talks.losses[-1, 1, 0] > 300
    assert answers.losses[-1, 1, 0] == 0
    alone = np.where(np.arange(300)[:, None] % 2 == 0, 1.0, 3.0)
    lonely = judge_all(make_talk(alone), make_plans(service=True, answer_target=0.9))
    assert lonely.figures["exchange_28"][-1, 0] == 0.5
    assert lonely.losses[-1, 1, 0] == pytest.approx(1500 * (1 - 0.5 / 0.9), abs=1)

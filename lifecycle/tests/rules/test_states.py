"""One step of the state machine and what allows it, on both sides of each boundary."""

from types import SimpleNamespace

import numpy as np
import pytest

from lifecycle.rules.arrays import NO_DAY
from lifecycle.rules.memory import (
    AD_OVERRUN,
    BY_SILENCE,
    BY_THIN,
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
from lifecycle.rules.observations import BOUNDED, FLASH, LASTING
from lifecycle.rules.policy import DEFAULT_POLICY
from lifecycle.rules.states import Findings, Outlook, outlook_of, step
from lifecycle.tests.series_making import make_plans

DAY = 739_000
ALLOWED = {"age": 300, "begun": True, "source_silent": False, "unseen": False, "grown": True, "by_plan": False,
           "may_die": True, "may_decline": True}  # fmt: skip
OF_THE_DAY = {"evidence": True, "held": False, "acted": True, "silent_exposure": 0.0, "people_goal": 20.0,
              "people_week_known": True, "acts_7": 30, "active_days_7": 5}  # fmt: skip
OF_PEOPLE = {"counted": True, "known": True, "window": 20, "week": 10}
FOUND = {"score": 8300, "ratio": 1.0, "silence_odds": 0.0}


def table(value):
    return np.array([[value]])


def after(state, *, many=False, few=False, last_observed=DAY, **more):
    """The memory of a lively group after a day that is a check, with `more` otherwise; many, few: adverts."""
    memory = Memory.fresh(1)
    for name, value in {"state": state, "since": DAY - 50, "known_since_check": 6}.items():
        getattr(memory, name)[:] = value
    memory.beneath[:] = state
    for name in [name for name in more if name in vars(memory)]:
        getattr(memory, name)[:] = more.pop(name)
    allowed, day, people, found = (
        {name: more.pop(name, usual) for name, usual in usuals.items()}
        for usuals in (ALLOWED, OF_THE_DAY, OF_PEOPLE, FOUND)
    )
    assert not more
    figures = SimpleNamespace(
        **{name: table(value) for name, value in day.items()},
        people=SimpleNamespace(**{name: table(value) for name, value in people.items()}),
        adverts=SimpleNamespace(low=table(few)),
        carried=SimpleNamespace(last_observed=table(last_observed)),
    )
    outlook = Outlook(**{name: table(value) for name, value in allowed.items()})
    found = {name: np.array([value]) for name, value in found.items()}
    step(memory, Findings(DAY, 0, figures, outlook, ads_high=np.array([many]), **found), DEFAULT_POLICY)
    return memory


SILENT = {"acted": False, "week": 0, "acts_7": 0, "active_days_7": 0}
ASLEEP = {**SILENT, "silent_exposure": 50.0}


@pytest.mark.parametrize(
    ("before", "more", "then"),
    [
        pytest.param(FORMING, {}, STABLE, id="grown"),
        pytest.param(FORMING, {"grown": False}, FORMING, id="not grown"),
        pytest.param(FORMING, {"begun": False}, FORMING, id="not begun"),
        pytest.param(STABLE, {}, STABLE, id="nothing happens"),
        pytest.param(STABLE, {"unseen": True}, UNKNOWN, id="unseen"),
        pytest.param(UNKNOWN, {"beneath": STABLE, "known_since_unknown": 5}, UNKNOWN, id="six known days"),
        pytest.param(UNKNOWN, {"beneath": STABLE, "known_since_unknown": 6}, STABLE, id="seven known days"),
        pytest.param(UNKNOWN, {"beneath": STABLE, "known_since_unknown": 6, "last_observed": DAY - 1}, UNKNOWN,
                     id="a seventh day that is not known"),
        pytest.param(STABLE, {"by_plan": True}, MISSION_COMPLETE, id="the end of the plan"),
        pytest.param(STABLE, {"by_plan": True, "unseen": True}, MISSION_COMPLETE, id="the end, unseen"),
        pytest.param(MISSION_COMPLETE, {}, STABLE, id="the end was moved"),
        pytest.param(STABLE, {"score": 8500, "thriving": 1}, STABLE, id="thriving twice"),
        pytest.param(STABLE, {"score": 8500, "thriving": 2}, THRIVING, id="thriving three times"),
        pytest.param(STABLE, {"score": 8499, "thriving": 2}, STABLE, id="the score is just not thriving"),
        pytest.param(STABLE, {"score": 8500, "ratio": 0.9, "thriving": 2}, THRIVING, id="just the ratio"),
        pytest.param(STABLE, {"score": 8500, "ratio": 0.89, "thriving": 2}, STABLE, id="not the ratio"),
        pytest.param(STABLE, {"score": 8500, "ratio": np.nan, "thriving": 2}, STABLE, id="no ratio"),
        pytest.param(STABLE, {"score": 8500, "thriving": 2, "known_since_check": 5}, STABLE, id="no check"),
        pytest.param(STABLE, {"score": 8500, "thriving": 2, "evidence": False}, STABLE, id="a day without evidence"),
        pytest.param(STABLE, {"score": 8500, "thriving": 2, "held": True}, STABLE, id="a day that is held"),
        pytest.param(THRIVING, {"thriving": 0}, THRIVING, id="thriving goes on"),
        pytest.param(THRIVING, {"score": 8199}, DECLINING, id="low while thriving"),
        pytest.param(THRIVING, {"score": 7999, "thriving_lost": 1, "may_decline": False}, STABLE, id="thriving lost"),
        pytest.param(THRIVING, {"score": 8000, "thriving_lost": 1, "may_decline": False}, THRIVING, id="just not lost"),
        pytest.param(THRIVING, {"score": 7999, "may_decline": False}, THRIVING, id="lost once"),
        pytest.param(STABLE, {"score": 8199}, DECLINING, id="low"),
        pytest.param(STABLE, {"score": 8200}, STABLE, id="just not low"),
        pytest.param(STABLE, {"score": -1}, STABLE, id="no score"),
        pytest.param(STABLE, {"score": 8199, "may_decline": False}, STABLE, id="low as planned"),
        pytest.param(DECLINING, {"may_decline": False}, STABLE, id="declining became the plan"),
        pytest.param(DECLINING, {"score": 8500}, DECLINING, id="recovered once"),
        pytest.param(DECLINING, {"score": 8500, "recovered": 1}, STABLE, id="recovered twice"),
        pytest.param(DECLINING, {"score": 8499, "recovered": 1}, DECLINING, id="just not recovered"),
        pytest.param(STABLE, {"many": True}, STABLE, id="many adverts once"),
        pytest.param(STABLE, {"many": True, "ads_high": 1}, AD_OVERRUN, id="many adverts twice"),
        pytest.param(FORMING, {"many": True, "ads_high": 1, "grown": False}, FORMING, id="many adverts at first"),
        pytest.param(AD_OVERRUN, {"few": True}, AD_OVERRUN, id="few adverts once"),
        pytest.param(AD_OVERRUN, {"few": True, "ads_low": 1}, STABLE, id="few adverts twice"),
        pytest.param(STABLE, SILENT | {"silent_exposure": 14.0, "silence_odds": -3.0}, DORMANT, id="odd silence"),
        pytest.param(STABLE, SILENT | {"silent_exposure": 20.0, "silence_odds": -3.0}, DORMANT, id="longer and odd"),
        pytest.param(STABLE, SILENT | {"silent_exposure": 13.9, "silence_odds": -3.0}, STABLE, id="short odd silence"),
        pytest.param(STABLE, SILENT | {"silent_exposure": 44.9, "silence_odds": -2.9}, STABLE, id="usual silence"),
        pytest.param(STABLE, SILENT | {"silent_exposure": 45.0}, DORMANT, id="a silence that nobody calls usual"),
        pytest.param(STABLE, ASLEEP | {"held": True}, STABLE, id="silent while held"),
        pytest.param(STABLE, ASLEEP | {"may_die": False}, STABLE, id="silent as planned"),
        pytest.param(STABLE, ASLEEP | {"many": True}, STABLE, id="silent but for adverts"),
        pytest.param(FORMING, ASLEEP | {"grown": False}, FORMING, id="silent at first"),
        pytest.param(STABLE, {"window": 2, "ratio": 0.19, "thin": 3, "week": 2}, DORMANT, id="two people four times"),
        pytest.param(STABLE, {"window": 2, "ratio": 0.19, "thin": 2}, STABLE, id="two people three times"),
        pytest.param(STABLE, {"window": 3, "ratio": 0.19, "thin": 3}, STABLE, id="three people"),
        pytest.param(STABLE, {"window": 2, "ratio": 0.2, "thin": 3}, STABLE, id="two people who say enough"),
        pytest.param(STABLE, {"window": 2, "ratio": 0.19, "thin": 3, "counted": False}, STABLE, id="not counted"),
        pytest.param(STABLE, {"window": 2, "ratio": 0.19, "thin": 3, "known": False}, STABLE, id="people not known"),
        pytest.param(DORMANT, ASLEEP, DORMANT, id="asleep"),
        pytest.param(DORMANT, ASLEEP | {"silent_exposure": 89.9}, DORMANT, id="just not dead"),
        pytest.param(DORMANT, ASLEEP | {"silent_exposure": 90.0}, DEAD, id="dead"),
        pytest.param(DORMANT, ASLEEP | {"silent_exposure": 90.0, "held": True}, DORMANT, id="held, so not dead"),
        pytest.param(DORMANT, ASLEEP | {"may_die": False}, STABLE, id="may sleep by its plan"),
        pytest.param(DORMANT, {"week": 3, "active_days_7": 2}, DECLINING, id="three people wake it"),
        pytest.param(DORMANT, {"week": 2, "active_days_7": 2}, DORMANT, id="two people do not"),
        pytest.param(DORMANT, {"week": 2, "active_days_7": 2, "people_goal": 2.0}, DECLINING, id="two of a few"),
        pytest.param(DORMANT, {"week": 3, "active_days_7": 1}, DORMANT, id="one day does not"),
        pytest.param(DORMANT, {"week": 3, "active_days_7": 2, "acted": False}, DORMANT, id="not on a day of silence"),
        pytest.param(DORMANT, {"people_week_known": False, "week": 0, "acts_7": 3}, DECLINING, id="three acts"),
        pytest.param(DORMANT, {"people_week_known": False, "week": 9, "acts_7": 2}, DORMANT, id="two acts"),
        pytest.param(DEAD, {"week": 1}, DORMANT, id="an act of one who is dead"),
        pytest.param(DEAD, {}, DECLINING, id="people return to one that is dead"),
        pytest.param(DEAD, ASLEEP, DEAD, id="dead for good"),
    ],
)  # fmt: skip
def test_the_state_of_the_next_day(before, more, then):
    memory = after(before, **more)
    assert memory.state[0] == then
    assert memory.since[0] == (DAY if then != before else DAY - 50)


@pytest.mark.parametrize(
    ("before", "more", "remembered"),
    [
        pytest.param(STABLE, {"score": 8199}, {"below_since": DAY, "low": 1, "recovered": 0}, id="below the line"),
        pytest.param(STABLE, {"score": 8200}, {"below_since": NO_DAY, "low": 0}, id="on the line"),
        pytest.param(STABLE, {"score": 8199, "below_since": DAY - 9}, {"below_since": DAY - 9}, id="below for days"),
        pytest.param(STABLE, {"score": 8499, "below_since": DAY - 9}, {"below_since": DAY - 9}, id="between the lines"),
        pytest.param(STABLE, {"score": 8500, "below_since": DAY - 9}, {"below_since": NO_DAY}, id="recovered"),
        pytest.param(STABLE, {"score": -1, "low": 5}, {"below_since": NO_DAY, "low": 5}, id="no score"),
        pytest.param(DECLINING, {"score": 0, "low": 99}, {"low": 99}, id="no longer counted"),
        pytest.param(STABLE, {"known_since_check": 5}, {"known_since_check": 6, "recovered": 0}, id="not due"),
        pytest.param(STABLE, {}, {"known_since_check": 0}, id="due"),
        pytest.param(STABLE, {"unseen": True}, {"known_since_check": 6, "beneath": STABLE}, id="unseen"),
        pytest.param(UNKNOWN, {"source_silent": True, "known_since_unknown": 4}, {"known_since_unknown": 0},
                     id="the source is silent again"),
        pytest.param(STABLE, {"known_since_unknown": 4}, {"known_since_unknown": 0}, id="known for long"),
        pytest.param(STABLE, {"few": True, "ads_high": 1}, {"ads_high": 0, "ads_low": 1}, id="few adverts"),
        pytest.param(STABLE, ASLEEP, {"dormant_by": BY_SILENCE}, id="by silence"),
        pytest.param(STABLE, ASLEEP | {"window": 2, "ratio": 0.1, "thin": 3}, {"dormant_by": BY_SILENCE}, id="by both"),
        pytest.param(STABLE, {"window": 2, "ratio": 0.1, "thin": 3, "week": 2}, {"dormant_by": BY_THIN, "thin": 4},
                     id="by a trickle"),
        pytest.param(DORMANT, {"dormant_by": BY_THIN, "week": 2}, {"dormant_by": BY_THIN}, id="still by a trickle"),
        pytest.param(DORMANT, ASLEEP | {"dormant_by": BY_THIN, "silent_exposure": 90.0}, {"dormant_by": BY_SILENCE},
                     id="dead of silence"),
        pytest.param(DORMANT, {"dormant_by": BY_SILENCE, "thin": 5, "window": 2, "ratio": 0.1},
                     {"dormant_by": 0, "thin": 0}, id="woken"),
    ],
)  # fmt: skip
def test_what_is_remembered_of_the_day(before, more, remembered):
    memory = after(before, **more)
    assert {name: getattr(memory, name)[0] for name in remembered} == remembered


def outlook(*, first_observed=DAY - 100, last_observed=DAY, observed_14=14, lived=50.0, **plan):
    figures = SimpleNamespace(
        acted=table(True),
        carried=SimpleNamespace(first_observed=table(first_observed), last_observed=table(last_observed)),
        observed_14=table(observed_14),
        lived_exposure=table(lived),
    )
    found = outlook_of(figures, DAY, make_plans(1, **{"opened_on": DAY - 100} | plan), DEFAULT_POLICY)
    return {name: np.broadcast_to(value, (1, 1))[0, 0] for name, value in vars(found).items()}


NEVER_SEEN = {"first_observed": NO_DAY, "last_observed": NO_DAY, "observed_14": 0}


@pytest.mark.parametrize(
    ("more", "told"),
    [
        pytest.param({}, {"age": 100, "begun": True, "unseen": False, "grown": True, "by_plan": False}, id="as usual"),
        pytest.param({"opened_on": NO_DAY}, {"age": 100, "begun": True}, id="known by its data alone"),
        pytest.param({"first_observed": DAY - 10}, {"age": 100}, id="opened before it was seen"),
        pytest.param({"opened_on": DAY - 10}, {"age": 100}, id="seen before it was opened"),
        pytest.param(NEVER_SEEN, {"age": 100, "begun": True, "unseen": True}, id="never seen"),
        pytest.param(NEVER_SEEN | {"opened_on": DAY}, {"age": 0, "begun": True}, id="opens today"),
        pytest.param(NEVER_SEEN | {"opened_on": DAY + 1}, {"begun": False, "unseen": False}, id="opens tomorrow"),
        pytest.param(NEVER_SEEN | {"opened_on": NO_DAY}, {"age": 0, "begun": False}, id="nothing is known"),
        pytest.param({"observed_14": 7}, {"unseen": False}, id="half of the days"),
        pytest.param({"observed_14": 6}, {"unseen": True}, id="less than half"),
        pytest.param({"opened_on": DAY - 1, "first_observed": DAY - 1, "observed_14": 1}, {"unseen": False},
                     id="one of its two days"),
        pytest.param({"opened_on": DAY - 2, "first_observed": DAY - 2, "observed_14": 1}, {"unseen": True},
                     id="one of its three days"),
        pytest.param({"last_observed": DAY - 3}, {"source_silent": False, "unseen": False}, id="three days silent"),
        pytest.param({"last_observed": DAY - 4}, {"source_silent": True, "unseen": True}, id="four days silent"),
        pytest.param({"opened_on": DAY - 28, "first_observed": DAY - 28}, {"grown": True}, id="28 days old"),
        pytest.param({"opened_on": DAY - 27, "first_observed": DAY - 27}, {"grown": False}, id="27 days old"),
        pytest.param({"lived": 14.0}, {"grown": True}, id="just enough exposure"),
        pytest.param({"lived": 13.9}, {"grown": False}, id="too little exposure"),
        pytest.param({"goal_met_on": DAY}, {"by_plan": True}, id="the goal is met today"),
        pytest.param({"goal_met_on": DAY + 1}, {"by_plan": False}, id="the goal is met tomorrow"),
        pytest.param({"lifespan": BOUNDED, "ends_on": DAY - 3}, {"by_plan": True, "may_die": True}, id="over"),
        pytest.param({"lifespan": BOUNDED, "ends_on": DAY - 2}, {"by_plan": False, "may_die": False,
                     "may_decline": True}, id="just not over"),
        pytest.param({"lifespan": FLASH, "ends_on": DAY - 2}, {"may_die": False, "may_decline": False}, id="a flash"),
        pytest.param({"lifespan": FLASH, "ends_on": DAY - 3}, {"may_die": True, "may_decline": True}, id="flash over"),
        pytest.param({"lifespan": LASTING, "ends_on": DAY - 9}, {"by_plan": False, "may_die": True}, id="it lasts"),
        pytest.param({"lifespan": BOUNDED}, {"by_plan": False, "may_die": True, "may_decline": True}, id="no end"),
    ],
)  # fmt: skip
def test_what_plan_and_observation_allow(more, told):
    found = outlook(**more)
    assert {name: found[name] for name in told} == told

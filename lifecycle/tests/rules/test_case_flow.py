"""The way of a case: what leads where, who may, and that every way ends. No database."""

from datetime import date, timedelta

import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from hypothesis.strategies import sampled_from

from lifecycle.models import Case
from lifecycle.models.cases import Remedy
from lifecycle.rules.case_flow import (
    ENDED,
    SHIPPED,
    TIMERS,
    TRANSITIONS,
    Action,
    Actor,
    Closing,
    ExitRule,
    State,
    actions_from,
    actor_of,
    after,
    due_on,
    lasts,
    may_be_second_person,
    missing_for_next,
    rank_of,
    wakes,
)
from lifecycle.rules.recovery import Bar

DAY = date(2026, 11, 2)


def test_the_states_are_those_of_the_stored_cases():
    assert {state.value for state in State} == set(Case.State.values)
    assert {state.value for state in ENDED} == set(Case.ENDED)


def test_the_remedies_are_those_of_the_stored_cases():
    assert {"revive", "migrate", "dissolve", "farewell", "keep"} == set(Remedy.values)


@pytest.mark.parametrize("action", list(Action))
def test_nothing_leads_out_of_an_ended_case(action):
    assert not ENDED & set(TRANSITIONS[action])


@pytest.mark.parametrize(
    ("state", "action", "remedy", "leads_to"),
    [
        (State.OPEN, Action.REVIVE, "", State.PLANNED),
        (State.RUNNING, Action.REVIVE, "revive", None),
        (State.EVALUATING, Action.REVIVE, "revive", State.PLANNED),
        (State.OPEN, Action.DISSOLVE, "", State.CLOSING),
        (State.OPEN, Action.SOFT_CLOSE, "", None),
        (State.OPEN, Action.PROVE, "", None),
        (State.CLOSING, Action.PROVE, "dissolve", None),
        (State.CLOSING, Action.SOFT_CLOSE, "dissolve", State.SOFT_CLOSED),
        (State.SOFT_CLOSED, Action.PROVE, "dissolve", State.DISSOLVED),
        (State.CLOSING, Action.KEEP, "dissolve", State.KEPT),
        (State.SOFT_CLOSED, Action.STIRRED, "dissolve", State.EVALUATING),
        (State.PLANNED, Action.SNOOZE, "revive", None),
        (State.EVALUATING, Action.END_MIGRATED, "revive", None),
        (State.EVALUATING, Action.END_MIGRATED, "migrate", State.MIGRATED),
        (State.EVALUATING, Action.END_RECOVERED, "migrate", None),
        (State.EVALUATING, Action.FAILED, "migrate", None),
        (State.EVALUATING, Action.FAILED, "revive", State.OPEN),
        (State.OPEN, Action.WORK, "", None),
        (State.PLANNED, Action.WORK, "revive", State.RUNNING),
    ],
)
def test_what_leads_where(state, action, remedy, leads_to):
    assert after(state, action, remedy) == leads_to


@pytest.mark.parametrize(
    ("action", "actor"),
    [
        (Action.REVIVE, Actor.MANAGER),
        (Action.DISSOLVE, Actor.MANAGER),
        (Action.KEEP, Actor.MANAGER),
        (Action.SNOOZE, Actor.MANAGER),
        (Action.PROVE, Actor.MANAGER),
        (Action.PROPOSE, Actor.MEMBER),
        (Action.WORK, Actor.MEMBER),
        (Action.EXPIRE, Actor.NIGHT),
        (Action.RECOVERED, Actor.NIGHT),
    ],
)
def test_whose_action_it_is(action, actor):
    assert actor_of(action) is actor


def test_people_are_never_offered_what_the_night_does():
    offered = {action for state in State for remedy in Remedy.values for action in actions_from(state, remedy)}
    assert Action.EXPIRE not in offered and Action.RECOVERED not in offered and Action.REVIVE in offered


@pytest.mark.parametrize("state", list(State))
def test_a_state_is_due_by_its_stored_day(state):
    assert (due_on(state, DAY) is None) is (state in ENDED)
    assert due_on(State.CLOSING, DAY) == DAY + timedelta(days=TIMERS.countdown)


@pytest.mark.parametrize(
    ("by", "decider", "owner", "owner_active", "leads", "may"),
    [
        pytest.param(1, 2, 1, True, False, True, id="the owner"),
        pytest.param(2, 2, 1, True, True, False, id="the decider"),
        pytest.param(1, 1, 1, True, True, False, id="the owner who decided"),
        pytest.param(3, 2, 1, True, True, False, id="another manager beside an active owner"),
        pytest.param(3, 1, 1, True, True, True, id="another manager, the owner decided"),
        pytest.param(3, 2, 1, False, True, True, id="another manager, the owner has left"),
        pytest.param(3, 2, None, False, True, True, id="another manager, no owner"),
        pytest.param(3, 1, 1, True, False, False, id="another operator"),
    ],
)
def test_four_eyes(by, decider, owner, owner_active, leads, may):
    assert may_be_second_person(by=by, decider=decider, owner=owner, owner_active=owner_active, leads=leads) is may


@pytest.mark.parametrize(
    ("state", "remedy", "rule", "days"),
    [
        (State.PLANNED, "revive", ExitRule(revive_for_days=5), 5),
        (State.PLANNED, "revive", ExitRule(revive_for_days=60), 14),
        (State.RUNNING, "revive", ExitRule(revive_for_days=60), 60),
        (State.RUNNING, "migrate", ExitRule(revive_for_days=60), 24),
        (State.EVALUATING, "revive", ExitRule(revive_for_days=2), 19),
        (State.EVALUATING, "revive", ExitRule(revive_for_days=7), 14),
        (State.EVALUATING, "dissolve", ExitRule(revive_for_days=2), 14),
        (State.CLOSING, "dissolve", ExitRule(dissolve_after_days=3), 7),
        (State.SOFT_CLOSED, "dissolve", ExitRule(dissolve_after_days=3), 3),
        (State.SOFT_CLOSED, "farewell", ExitRule(dissolve_after_days=3), 14),
        (State.SOFT_CLOSED, "dissolve", ExitRule(revive_for_days=3), 14),
        (State.OPEN, "", ExitRule(3, 3), 14),
        (State.DISSOLVED, "dissolve", ExitRule(3, 3), None),
    ],
)
def test_how_long_a_state_lasts_by_the_plan(state, remedy, rule, days):
    assert lasts(state, remedy, rule) == days


def test_the_shipped_days_of_a_revival_are_those_of_its_bar():
    assert (SHIPPED.revival_days, TIMERS.two_checks) == (Bar().over_after, Bar().check_every * 3)


@pytest.mark.parametrize(
    ("closing", "missing"),
    [
        pytest.param(Closing(DAY, DAY, True, ()), (), id="all there on the day"),
        pytest.param(Closing(DAY, DAY - timedelta(days=1), True, ()), ("countdown_runs",), id="a day early"),
        pytest.param(Closing(DAY, DAY, False, ()), ("not_confirmed",), id="one pair of eyes"),
        pytest.param(Closing(DAY, DAY, True, ("notice_last",)), ("steps_open",), id="one notice"),
    ],
)
def test_what_a_dissolution_waits_for(closing, missing):
    assert missing_for_next(closing) == missing


@pytest.mark.parametrize(
    ("until", "worse_than", "rank", "why"),
    [
        pytest.param(DAY, None, 2, "time", id="on the day"),
        pytest.param(DAY + timedelta(days=1), None, 3, None, id="the day before"),
        pytest.param(None, 2, 2, None, id="as bad as it was"),
        pytest.param(None, 2, 3, "worse", id="worse"),
        pytest.param(None, 2, None, None, id="unknown is not worse"),
    ],
)
def test_when_a_snoozed_case_wakes(until, worse_than, rank, why):
    assert wakes(until=until, worse_than=worse_than, rank=rank, on=DAY) == why


@pytest.mark.parametrize(
    ("health", "rank"),
    [("unknown", None), ("stable", 0), ("declining", 1), ("ad_overrun", 2), ("dormant", 2), ("dead", 3)],
)
def test_how_bad_a_state_is(health, rank):
    assert rank_of(health) == rank


class CaseWalk(RuleBasedStateMachine):
    """Any walk along the arrows: decisions come before work, and dissolving passes every gate."""

    def __init__(self):
        super().__init__()
        self.state, self.remedy, self.trail = State.OPEN, "", [State.OPEN]

    @rule(action=sampled_from(list(Action)))
    def act(self, action):
        found = after(self.state, action, self.remedy)
        if found is None:
            assert action not in actions_from(self.state, self.remedy)
            return
        if action in (Action.REVIVE, Action.MIGRATE, Action.DISSOLVE, Action.FAREWELL, Action.KEEP):
            self.remedy = action.value
        self.state = found
        self.trail.append(found)

    @invariant()
    def dissolving_passes_every_gate(self):
        if self.state is State.DISSOLVED:
            assert self.trail[-2] is State.SOFT_CLOSED and State.CLOSING in self.trail
            assert self.remedy in ("dissolve", "farewell")

    @invariant()
    def work_follows_a_decision(self):
        if self.state in (State.RUNNING, State.CLOSING, State.SOFT_CLOSED):
            assert self.remedy


CaseWalk.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestCaseWalk = CaseWalk.TestCase

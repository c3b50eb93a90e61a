"""The way of a case as data: which action leads from which state to which, whose it is, and what it waits for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lifecycle.rules.timers import day_after


class State(StrEnum):
    OPEN = "open"
    PLANNED = "planned"
    RUNNING = "running"
    EVALUATING = "evaluating"
    CLOSING = "closing"
    SOFT_CLOSED = "soft_closed"
    RECOVERED = "recovered"
    MIGRATED = "migrated"
    DISSOLVED = "dissolved"
    KEPT = "kept"
    EXPIRED = "expired"


ENDED = frozenset({State.RECOVERED, State.MIGRATED, State.DISSOLVED, State.KEPT, State.EXPIRED})


class Action(StrEnum):
    """What people do to a case, then what the night does."""

    PROPOSE = "propose"
    REVIVE = "revive"
    MIGRATE = "migrate"
    DISSOLVE = "dissolve"
    FAREWELL = "farewell"
    KEEP = "keep"
    SNOOZE = "snooze"
    ASSIGN = "assign"
    NOTE = "note"
    WORK = "work"
    FINISH = "finish"
    CONFIRM = "confirm"
    SOFT_CLOSE = "soft_close"
    PROVE = "prove"
    END_RECOVERED = "end_recovered"
    END_MIGRATED = "end_migrated"

    TIME_UP = "time_up"
    RECOVERED = "recovered"
    FAILED = "failed"
    STIRRED = "stirred"
    EXPIRE = "expire"


class Actor(StrEnum):
    MEMBER = "member"  # anybody of the team
    MANAGER = "manager"  # of the team, or an administrator
    NIGHT = "night"


_DECIDABLE = (State.OPEN, State.PLANNED, State.RUNNING, State.EVALUATING)
_ONGOING = (*_DECIDABLE, State.CLOSING, State.SOFT_CLOSED)
_STAY = {state: state for state in _ONGOING}

TRANSITIONS: Mapping[Action, Mapping[State, State]] = {
    Action.PROPOSE: {state: state for state in _DECIDABLE},
    Action.REVIVE: {State.OPEN: State.PLANNED, State.EVALUATING: State.PLANNED},
    Action.MIGRATE: dict.fromkeys(_DECIDABLE, State.PLANNED),
    Action.DISSOLVE: dict.fromkeys(_DECIDABLE, State.CLOSING),
    Action.FAREWELL: dict.fromkeys(_DECIDABLE, State.CLOSING),
    Action.KEEP: dict.fromkeys(_ONGOING, State.KEPT),
    Action.SNOOZE: {State.OPEN: State.OPEN},
    Action.ASSIGN: _STAY,
    Action.NOTE: _STAY,
    Action.WORK: {
        State.PLANNED: State.RUNNING,
        State.RUNNING: State.RUNNING,
        State.EVALUATING: State.EVALUATING,
        State.CLOSING: State.CLOSING,
        State.SOFT_CLOSED: State.SOFT_CLOSED,
    },
    Action.FINISH: {State.RUNNING: State.EVALUATING},
    Action.CONFIRM: {State.CLOSING: State.CLOSING},
    Action.SOFT_CLOSE: {State.CLOSING: State.SOFT_CLOSED},
    Action.PROVE: {State.SOFT_CLOSED: State.DISSOLVED},
    Action.END_RECOVERED: {State.RUNNING: State.RECOVERED, State.EVALUATING: State.RECOVERED},
    Action.END_MIGRATED: {State.RUNNING: State.MIGRATED, State.EVALUATING: State.MIGRATED},
    Action.TIME_UP: {State.PLANNED: State.OPEN, State.RUNNING: State.EVALUATING},
    Action.RECOVERED: {State.EVALUATING: State.RECOVERED},
    Action.FAILED: {State.EVALUATING: State.OPEN},
    Action.STIRRED: {State.CLOSING: State.EVALUATING, State.SOFT_CLOSED: State.EVALUATING},
    Action.EXPIRE: dict.fromkeys(_ONGOING, State.EXPIRED),
}

_OF_MEMBERS = frozenset({Action.PROPOSE, Action.NOTE, Action.WORK, Action.FINISH, Action.CONFIRM, Action.SOFT_CLOSE})
_OF_THE_NIGHT = frozenset({Action.TIME_UP, Action.RECOVERED, Action.FAILED, Action.STIRRED, Action.EXPIRE})
# An ending that fits one remedy only; every other action fits all.
_ONLY_AFTER = {Action.END_RECOVERED: "revive", Action.END_MIGRATED: "migrate", Action.FAILED: "revive"}


@dataclass(frozen=True)
class Timers:
    """Days that a state lasts before it is due, and others that count the same way: see `lifecycle.rules.timers`.

    `certified`, `relapse` and `between_notices` are days of the calendar.
    """

    to_decide: int = 14
    attempt: int = 14
    evaluation: int = 14
    migration: int = 24  # to the last step of a migration, which counts who is active after 14 days
    two_checks: int = 21  # known days until an attempt can have had two checks after day 7 (lifecycle.rules.recovery)
    countdown: int = 7
    between_notices: int = 3  # days of the calendar from the first notice of an end to the last one
    soft_close: int = 14
    immunity: int = 28  # after a recovery no case opens
    certified: int = 90  # after a false alarm no case opens for that cause
    relapse: int = 90  # a case this soon after another is a relapse
    new_per_owner: int = 5  # new cases of one owner in one night
    woken: int = 3  # to decide, at least, once a snooze is over


TIMERS = Timers()

_LASTS = {
    State.OPEN: TIMERS.to_decide,
    State.PLANNED: TIMERS.attempt,
    State.RUNNING: TIMERS.attempt,
    State.EVALUATING: TIMERS.evaluation,
    State.CLOSING: TIMERS.countdown,
    State.SOFT_CLOSED: TIMERS.soft_close,
}


def after(state: State, action: Action, remedy: str = "") -> State | None:
    """The state that the action leads to, or None where it is not open in this state (or not after this remedy)."""
    if _ONLY_AFTER.get(action, remedy) != remedy:
        return None
    return TRANSITIONS[action].get(state)


def actor_of(action: Action) -> Actor:
    """Whose action it is. The owner's confirmation has a rule of its own: see `second_person`."""
    if action in _OF_MEMBERS:
        return Actor.MEMBER
    return Actor.NIGHT if action in _OF_THE_NIGHT else Actor.MANAGER


def actions_from(state: State, remedy: str = "") -> tuple[Action, ...]:
    """What people may do in this state, in the order of the list above."""
    return tuple(
        action for action in Action if actor_of(action) is not Actor.NIGHT and after(state, action, remedy) is not None
    )


@dataclass(frozen=True)
class ExitRule:
    """What the plan of a group says for when it goes quiet, in days; None = it is silent, what is shipped holds."""

    revive_for_days: int | None = None
    dissolve_after_days: int | None = None

    @property
    def revival_days(self) -> int:
        """From the first step of an attempt to its judgement: the attempt and its evaluation, two checks at least."""
        attempt = TIMERS.attempt if self.revive_for_days is None else self.revive_for_days
        return max(attempt + TIMERS.evaluation, TIMERS.two_checks)


SHIPPED = ExitRule()


def lasts(state: State, remedy: str = "", rule: ExitRule = SHIPPED) -> int | None:
    """How many counted days the state lasts; None for an ended case.

    The plan bounds an attempt to revive, and says how long a muted group is left without movement before it is
    dissolved. A plan that nobody begins goes back to triage after the shipped days at the latest.
    """
    days = _LASTS.get(state)
    if remedy == "revive" and days is not None and rule.revive_for_days is not None:
        if state is State.RUNNING:
            return rule.revive_for_days
        if state is State.PLANNED:
            return min(rule.revive_for_days, days)
        if state is State.EVALUATING:
            return rule.revival_days - rule.revive_for_days
    if remedy == "migrate" and state is State.RUNNING:
        return TIMERS.migration
    if remedy == "dissolve" and state is State.SOFT_CLOSED and rule.dissolve_after_days is not None:
        return rule.dissolve_after_days
    return days


def due_on(state: State, since: date, remedy: str = "", rule: ExitRule = SHIPPED) -> date | None:
    """The day on which the state should be left if every day is observed; None for an ended case."""
    days = lasts(state, remedy, rule)
    return None if days is None else day_after(since, days)


def may_be_second_person(
    *, by: int, decider: int | None, owner: int | None, owner_active: bool, leads: bool, approver: int | None = None
) -> bool:
    """Four eyes: whom the plan names confirms, and nobody else; where it names nobody who could (None, or the decider),
    the owner of the group does, or another manager where the owner decided, left or is missing.

    The ids are those of users; nobody confirms a decision of their own.
    """
    if by == decider:
        return False
    if approver not in (None, decider):
        return by == approver
    if by == owner:
        return True
    return leads and (owner is None or owner == decider or not owner_active)


@dataclass(frozen=True)
class Closing:
    """How far a dissolution has come."""

    due: date
    on: date
    confirmed: bool
    undone: tuple[str, ...]  # keys of the steps that must be done before the next state


def missing_for_next(closing: Closing) -> tuple[str, ...]:
    """Codes of what a closing case still waits for before it goes on; empty when it may."""
    missing = []
    if closing.undone:
        missing.append("steps_open")
    if not closing.confirmed:
        missing.append("not_confirmed")
    if closing.on < closing.due:
        missing.append("countdown_runs")
    return tuple(missing)


def last_notice_from(first_on: date | None) -> date | None:
    """The day from which the last notice of an end may go out; None while the first one has not."""
    return None if first_on is None else first_on + timedelta(days=TIMERS.between_notices)


# How bad a state of health is for somebody who snoozed the case "until it gets worse". Unknown is no rank at all.
_RANK = {"declining": 1, "ad_overrun": 2, "dormant": 2, "dead": 3}


def rank_of(health: str) -> int | None:
    """0 fine .. 3 dead; None for unknown, which is neither better nor worse."""
    return None if health == "unknown" else _RANK.get(health, 0)


def wakes(*, until: date | None, worse_than: int | None, rank: int | None, on: date) -> str | None:
    """Why a snoozed case comes back on this day: `time`, `worse`, or None while it sleeps."""
    if worse_than is not None and rank is not None and rank > worse_than:
        return "worse"
    if until is not None and on >= until:
        return "time"
    return None

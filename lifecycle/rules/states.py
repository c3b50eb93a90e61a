"""From a day's card to a state, with hysteresis: one step of the state machine for all groups.

A check is one evaluation per seven known days; streaks count checks, so neither a single bad week nor a change of the
score from day to day moves a group. Days without data freeze everything (state beneath, streaks, baseline); so do
days on which a group that sells waits for an offer (rules.serving).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lifecycle.rules.arrays import NO_DAY, Bools, Floats, Ints
from lifecycle.rules.figures import Figures
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
    among,
)
from lifecycle.rules.observations import FLASH, LASTING, Plans
from lifecycle.rules.policy import Policy

SETTLED = among(STABLE, THRIVING)
AWAKE = among(STABLE, THRIVING, DECLINING, AD_OVERRUN)
MAY_OVERRUN = among(STABLE, THRIVING, DECLINING, DORMANT)
ASLEEP = among(DORMANT, DEAD)


@dataclass(frozen=True)
class Outlook:
    """What plans and observation allow on each judged day, before any state is known; days x groups."""

    age: Ints  # days since the group opened or was first observed
    begun: Bools
    source_silent: Bools
    unseen: Bools  # too little observed to be judged
    grown: Bools  # old enough to be judged
    by_plan: Bools  # over, as planned or because the goal was met
    may_die: Bools
    may_decline: Bools


def outlook_of(figures: Figures, first: int, plans: Plans, policy: Policy) -> Outlook:
    """From the figures of the judged days; `first` is the ordinal of the first of them."""
    carried = figures.carried
    days = first + np.arange(len(figures.acted), dtype=np.int64)[:, None]
    opened = plans.opened_on
    begun = (carried.first_observed != NO_DAY) | ((opened != NO_DAY) & (days >= opened))
    age = _age(carried.first_observed, opened, days)
    expected = np.minimum(policy.unknown_span, age + 1)
    source_silent = days - carried.last_observed > policy.unknown_after_silent_source
    goal_met = (plans.goal_met_on != NO_DAY) & (days >= plans.goal_met_on)
    planned_end = (plans.ends_on != NO_DAY) & (plans.lifespan != LASTING)
    by_plan = goal_met | (planned_end & (days >= plans.ends_on + policy.complete_after_end))
    before_end = planned_end & ~by_plan
    return Outlook(
        age=age,
        begun=begun,
        source_silent=source_silent,
        unseen=begun & (source_silent | (figures.observed_14 < policy.unknown_share * expected)),
        grown=(age >= policy.forming_days) & (figures.lived_exposure >= policy.forming_exposure),
        by_plan=by_plan,
        may_die=~before_end,
        may_decline=~(before_end & (plans.lifespan == FLASH)),
    )


def _age(first_observed: Ints, opened_on: Ints, days: Ints) -> Ints:
    """Days since the group opened or was first observed, whichever came first."""
    opened = np.where(opened_on == NO_DAY, first_observed, opened_on)
    began = np.where(first_observed == NO_DAY, opened, np.minimum(opened, first_observed))
    return np.where(began == NO_DAY, 0, days - began)


@dataclass(frozen=True)
class Findings:
    """One day of the figures, number `at`, with what depends on the day before. One entry per group."""

    day: int
    at: int
    figures: Figures
    outlook: Outlook
    score: Ints
    ratio: Floats  # of the own baseline; NaN = no baseline
    silence_odds: Floats  # powers of ten, <= 0
    ads_high: Bools


def step(memory: Memory, seen: Findings, policy: Policy) -> None:
    """Move every group's state on by one day, in place. Sets `memory.since` where the state changes."""
    before, at, outlook = memory.state, seen.at, seen.outlook
    state = memory.observed_state
    begun, by_plan, may_decline = outlook.begun[at], outlook.by_plan[at], outlook.may_decline[at]
    unknown = begun & _unknown(memory, seen, policy)
    alive = begun & ~unknown
    check = _count_checks(memory, seen, alive, policy)

    state = np.where(alive & (state == FORMING) & outlook.grown[at], STABLE, state)
    state = np.where((state == MISSION_COMPLETE) & ~by_plan, STABLE, state)  # the end was moved

    settled = SETTLED[state]
    state = np.where(check & settled & (memory.thriving >= policy.thriving_checks), THRIVING, state)
    state = np.where(check & (state == THRIVING) & (memory.thriving_lost >= policy.thriving_lost_checks), STABLE, state)
    state = np.where(check & settled & may_decline & (memory.low >= policy.low_checks), DECLINING, state)
    state = np.where(check & (state == DECLINING) & (memory.recovered >= policy.recovered_checks), STABLE, state)
    state = np.where((state == DECLINING) & ~may_decline, STABLE, state)

    overrun = MAY_OVERRUN[state] & (memory.ads_high >= policy.ad_checks)
    state = np.where(check & overrun, AD_OVERRUN, state)
    state = np.where(check & (state == AD_OVERRUN) & (memory.ads_low >= policy.ad_checks), STABLE, state)

    state = _silence(memory, seen, state, alive & outlook.may_die[at], check, policy)
    state = np.where(by_plan, MISSION_COMPLETE, state)

    memory.beneath = state
    memory.state = np.where(unknown & (state != MISSION_COMPLETE), UNKNOWN, state)
    memory.since = np.where(memory.state != before, seen.day, memory.since)


def _unknown(memory: Memory, seen: Findings, policy: Policy) -> Bools:
    """Groups too little observed to be judged today: on entering at once, on leaving after enough known days."""
    at, outlook = seen.at, seen.outlook
    was = memory.state == UNKNOWN
    counted = memory.known_since_unknown + (seen.figures.carried.last_observed[at] == seen.day)
    memory.known_since_unknown = np.where(was & ~outlook.source_silent[at], counted, 0)
    unknown: Bools = outlook.unseen[at] | (was & (memory.known_since_unknown < policy.known_days_to_return))
    return unknown


def _count_checks(memory: Memory, seen: Findings, alive: Bools, policy: Policy) -> Bools:
    """Count known days, and on each seventh the streaks. Returns where today is a check."""
    at, people = seen.at, seen.figures.people
    counts = seen.figures.evidence[at] & alive & ~seen.figures.held[at]
    memory.known_since_check += counts
    due: Bools = counts & (memory.known_since_check >= policy.check_every)
    memory.known_since_check[due] = 0
    judged = alive & (seen.score >= 0)
    if due.any():
        scored = due & judged
        ratio = np.nan_to_num(seen.ratio, nan=0.0)
        certain = people.counted[at] & people.known[at]
        few = people.window[at] <= policy.thin_people
        streaks: list[tuple[str, Bools, Bools]] = [
            ("low", scored, seen.score < policy.low_score),
            ("recovered", scored, seen.score >= policy.recovered_score),
            ("thriving", scored, (seen.score >= policy.thriving_score) & (ratio >= policy.thriving_ratio)),
            ("thriving_lost", scored, seen.score < policy.thriving_lost_score),
            ("thin", due & certain & ~np.isnan(seen.ratio), few & (ratio < policy.thin_ratio)),
            ("ads_high", due, seen.ads_high),
            ("ads_low", due, seen.figures.adverts.low[at]),
        ]
        for name, on, holds in streaks:
            counted = getattr(memory, name)
            setattr(memory, name, np.where(on, np.where(holds, np.minimum(counted + 1, 99), 0), counted))
    began = judged & (seen.score < policy.low_score) & (memory.below_since == NO_DAY)
    memory.below_since = np.where(began, seen.day, memory.below_since)
    memory.below_since = np.where(judged & (seen.score >= policy.recovered_score), NO_DAY, memory.below_since)
    return due


def _silence(memory: Memory, seen: Findings, state: Ints, may: Bools, check: Bools, policy: Policy) -> Ints:
    """Into dormancy by silence or by a trickle of one or two people, on to death, and back when members return."""
    at, figures = seen.at, seen.figures
    silence, acted = figures.silent_exposure[at], figures.acted[at]
    odd = (seen.silence_odds <= -policy.dormant_odds) & (silence >= policy.dormant_exposure)
    heard = may & ~figures.held[at]
    silent = heard & ~seen.ads_high & (odd | (silence >= policy.dormant_exposure_always))
    thin = may & check & (memory.thin >= policy.thin_checks)
    awake = AWAKE[state]
    memory.dormant_by = np.where(awake & silent, BY_SILENCE, np.where(awake & thin, BY_THIN, memory.dormant_by))
    state = np.where(awake & (silent | thin), DORMANT, state)
    state = np.where((state == DORMANT) & ~may & figures.evidence[at], STABLE, state)

    enough = np.minimum(policy.awake_people, figures.people_goal[at])
    here = np.where(
        figures.people_week_known[at], figures.people.week[at] >= enough, figures.acts_7[at] >= policy.awake_people
    )
    woken = may & here & (figures.active_days_7[at] >= policy.awake_days) & acted
    state = np.where(ASLEEP[state] & woken, DECLINING, state)
    memory.thin = np.where(woken, 0, memory.thin)
    state = np.where(heard & (state == DORMANT) & (silence >= policy.dead_exposure), DEAD, state)
    state = np.where(may & (state == DEAD) & acted, DORMANT, state)
    memory.dormant_by = np.where(state == DORMANT, memory.dormant_by, np.where(state == DEAD, BY_SILENCE, 0))
    return state

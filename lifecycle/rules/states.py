"""From a day's card to a state, with hysteresis: one step of the state machine for all groups.

A check is one evaluation per seven known days; streaks count checks, so neither a single bad week nor a change of the
score from day to day moves a group. Days without data freeze everything (state beneath, streaks, baseline).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lifecycle.rules.arrays import NO_DAY, Bools, Floats, Ints
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
from lifecycle.rules.observations import FLASH, LASTING, Plans
from lifecycle.rules.policy import Policy


@dataclass(frozen=True)
class Findings:
    """What a day says about each group, before the state machine. One entry per group."""

    day: int
    evidence: Bools  # an observed day that is not a festival
    act: Bools
    score: Ints
    ratio: Floats  # of the own baseline; NaN = no baseline
    silence_odds: Floats  # powers of ten, <= 0
    silent_exposure: Floats
    lived_exposure: Floats
    people: Ints
    people_certain: Bools  # known as more than a lower bound
    people_goal: Floats
    people_week: Ints
    people_week_known: Bools
    acts_week: Ints
    active_days_week: Ints
    observed_lately: Ints  # observed days of the last policy.unknown_span
    ads_high: Bools
    ads_low: Bools


def step(memory: Memory, seen: Findings, plans: Plans, policy: Policy) -> None:
    """Move every group's state on by one day, in place. Sets `memory.since` where the state changes."""
    before = memory.state.copy()
    state = memory.observed_state
    begun = (memory.first_observed != NO_DAY) | ((plans.opened_on != NO_DAY) & (seen.day >= plans.opened_on))
    unknown = begun & _unknown(memory, seen, plans, begun, policy)
    alive = begun & ~unknown
    check = _count_checks(memory, seen, alive, policy)

    ends = plans.ends_on != NO_DAY
    goal_met = (plans.goal_met_on != NO_DAY) & (seen.day >= plans.goal_met_on)
    planned_end = ends & (plans.lifespan != LASTING)
    by_plan = goal_met | (planned_end & (seen.day >= plans.ends_on + policy.complete_after_end))
    before_end = planned_end & ~by_plan
    may_die = ~before_end
    may_decline = ~(before_end & (plans.lifespan == FLASH))

    forming = state == FORMING
    grown = (_age(memory, seen, plans) >= policy.forming_days) & (seen.lived_exposure >= policy.forming_exposure)
    state = np.where(alive & forming & grown, STABLE, state)
    state = np.where((state == MISSION_COMPLETE) & ~by_plan, STABLE, state)  # the end was moved

    settled = np.isin(state, (STABLE, THRIVING))
    state = np.where(check & settled & (memory.thriving >= policy.thriving_checks), THRIVING, state)
    state = np.where(check & (state == THRIVING) & (memory.thriving_lost >= policy.thriving_lost_checks), STABLE, state)
    state = np.where(check & settled & may_decline & (memory.low >= policy.low_checks), DECLINING, state)
    state = np.where(check & (state == DECLINING) & (memory.recovered >= policy.recovered_checks), STABLE, state)
    state = np.where((state == DECLINING) & ~may_decline, STABLE, state)

    overrun = np.isin(state, (STABLE, THRIVING, DECLINING, DORMANT)) & (memory.ads_high >= policy.ad_checks)
    state = np.where(check & overrun, AD_OVERRUN, state)
    state = np.where(check & (state == AD_OVERRUN) & (memory.ads_low >= policy.ad_checks), STABLE, state)

    state = _silence(memory, seen, state, alive & may_die, check, policy)
    state = np.where(by_plan, MISSION_COMPLETE, state)

    memory.beneath = state
    memory.state = np.where(unknown & (state != MISSION_COMPLETE), UNKNOWN, state)
    memory.since = np.where(memory.state != before, seen.day, memory.since)


def _age(memory: Memory, seen: Findings, plans: Plans) -> Ints:
    """Days since the group opened or was first observed, whichever came first."""
    opened = np.where(plans.opened_on == NO_DAY, memory.first_observed, plans.opened_on)
    began = np.where(memory.first_observed == NO_DAY, opened, np.minimum(opened, memory.first_observed))
    return np.where(began == NO_DAY, 0, seen.day - began)


def _unknown(memory: Memory, seen: Findings, plans: Plans, begun: Bools, policy: Policy) -> Bools:
    """Groups too little observed to be judged today: on entering at once, on leaving after enough known days."""
    expected = np.minimum(policy.unknown_span, _age(memory, seen, plans) + 1)
    silent_source = seen.day - memory.last_observed > policy.unknown_after_silent_source
    unseen = begun & (silent_source | (seen.observed_lately < policy.unknown_share * expected))
    was = memory.state == UNKNOWN
    counted = memory.known_since_unknown + (memory.last_observed == seen.day)
    memory.known_since_unknown = np.where(was & ~silent_source, counted, 0)
    unknown: Bools = unseen | (was & (memory.known_since_unknown < policy.known_days_to_return))
    return unknown


def _count_checks(memory: Memory, seen: Findings, alive: Bools, policy: Policy) -> Bools:
    """Count known days, and on each seventh the streaks. Returns where today is a check."""
    counts = seen.evidence & alive
    memory.known_since_check += counts
    due = counts & (memory.known_since_check >= policy.check_every)
    memory.known_since_check[due] = 0
    scored = due & (seen.score >= 0)
    ratio = np.nan_to_num(seen.ratio, nan=0.0)
    streaks: list[tuple[str, Bools, Bools]] = [
        ("low", scored, seen.score < policy.low_score),
        ("recovered", scored, seen.score >= policy.recovered_score),
        ("thriving", scored, (seen.score >= policy.thriving_score) & (ratio >= policy.thriving_ratio)),
        ("thriving_lost", scored, seen.score < policy.thriving_lost_score),
        (
            "thin",
            due & seen.people_certain & ~np.isnan(seen.ratio),
            (seen.people <= policy.thin_people) & (ratio < policy.thin_ratio),
        ),
        ("ads_high", due, seen.ads_high),
        ("ads_low", due, seen.ads_low),
    ]
    for name, on, holds in streaks:
        counted = getattr(memory, name)
        setattr(memory, name, np.where(on, np.where(holds, np.minimum(counted + 1, 99), 0), counted))
    judged = alive & (seen.score >= 0)
    began = judged & (seen.score < policy.low_score) & (memory.below_since == NO_DAY)
    memory.below_since = np.where(began, seen.day, memory.below_since)
    memory.below_since = np.where(judged & (seen.score >= policy.recovered_score), NO_DAY, memory.below_since)
    return due


def _silence(memory: Memory, seen: Findings, state: Ints, may: Bools, check: Bools, policy: Policy) -> Ints:
    """Into dormancy by silence or by a trickle of one or two people, on to death, and back when members return."""
    odd = (seen.silence_odds <= -policy.dormant_odds) & (seen.silent_exposure >= policy.dormant_exposure)
    silent = may & ~seen.ads_high & (odd | (seen.silent_exposure >= policy.dormant_exposure_always))
    thin = may & check & (memory.thin >= policy.thin_checks)
    awake = np.isin(state, (STABLE, THRIVING, DECLINING, AD_OVERRUN))
    memory.dormant_by = np.where(awake & silent, BY_SILENCE, np.where(awake & thin, BY_THIN, memory.dormant_by))
    state = np.where(awake & (silent | thin), DORMANT, state)
    state = np.where((state == DORMANT) & ~may & seen.evidence, STABLE, state)

    enough = np.minimum(policy.awake_people, seen.people_goal)
    here = np.where(seen.people_week_known, seen.people_week >= enough, seen.acts_week >= policy.awake_people)
    woken = may & here & (seen.active_days_week >= policy.awake_days) & seen.act
    state = np.where(np.isin(state, (DORMANT, DEAD)) & woken, DECLINING, state)
    memory.thin = np.where(woken, 0, memory.thin)
    state = np.where(may & (state == DORMANT) & (seen.silent_exposure >= policy.dead_exposure), DEAD, state)
    state = np.where(may & (state == DEAD) & seen.act, DORMANT, state)
    memory.dormant_by = np.where(state == DORMANT, memory.dormant_by, np.where(state == DEAD, BY_SILENCE, 0))
    return state

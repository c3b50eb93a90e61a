"""A group's own measure: what it does in the trailing windows, and what it used to do before them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lifecycle.rules.arrays import Bools, Floats, Ints
from lifecycle.rules.card import share_of_goal
from lifecycle.rules.exposure import Exposure
from lifecycle.rules.policy import BASELINE_DAYS, BASELINE_WEEKS, REGULARITY_WEEKS, RETURN_DAYS, WINDOW_DAYS, Policy
from lifecycle.rules.windows import trailing_sum

EPSILON_ACTS = 1 / WINDOW_DAYS  # one act per window: keeps the ratio of tiny groups finite


@dataclass(frozen=True)
class Windows:
    """Trailing sums over whole days, days x groups. Only days with exposure count."""

    acts_week: Ints
    acts_window: Ints
    work_week: Ints
    rest_week: Ints
    work_window: Ints
    rest_window: Ints
    active_before: Ints  # days with an act in the baseline span, as of its last day
    work_before: Ints
    rest_before: Ints
    seen_week: Ints
    seen_window: Ints
    seen_return: Ints


def windows_of(acts: Ints, exposure: Exposure) -> Windows:
    """All sums that the card needs; the spans before the window are read at their own last day."""
    on_known = np.where(exposure.known, acts, 0)
    return Windows(
        acts_week=trailing_sum(on_known, 7),
        acts_window=trailing_sum(on_known, WINDOW_DAYS),
        work_week=trailing_sum(exposure.work, 7),
        rest_week=trailing_sum(exposure.rest, 7),
        work_window=trailing_sum(exposure.work, WINDOW_DAYS),
        rest_window=trailing_sum(exposure.rest, WINDOW_DAYS),
        active_before=trailing_sum(on_known > 0, BASELINE_DAYS),
        work_before=trailing_sum(exposure.work, BASELINE_DAYS),
        rest_before=trailing_sum(exposure.rest, BASELINE_DAYS),
        seen_week=trailing_sum(exposure.known, 7),
        seen_window=trailing_sum(exposure.known, WINDOW_DAYS),
        seen_return=trailing_sum(exposure.known, RETURN_DAYS),
    )


@dataclass(frozen=True)
class Baseline:
    """One entry per group; NaN where too little was observed before the window."""

    rate: Floats  # acts per exposure day
    active: Floats  # share of exposure days with an act


def baseline_of(sums: Windows, row: int, rest_factor: Floats, policy: Policy) -> Baseline:
    """The median of the known weekly rates before the window, and how often there was an act at all."""
    before = row - WINDOW_DAYS
    weeks = before - 7 * np.arange(BASELINE_WEEKS)
    exposed = sums.work_week[weeks] + rest_factor * sums.rest_week[weeks]
    known = sums.seen_week[weeks] >= policy.days_of_a_known_week
    rates = np.divide(sums.acts_week[weeks], exposed, out=np.full(exposed.shape, np.nan), where=known)
    rates.sort(axis=0)  # NaN goes last
    n = known.sum(axis=0)
    columns = np.arange(rates.shape[1])
    middle = (rates[np.maximum(n - 1, 0) // 2, columns] + rates[np.minimum(n // 2, BASELINE_WEEKS - 1), columns]) / 2
    exposure = sums.work_before[before] + rest_factor * sums.rest_before[before]
    enough = (n > 0) & (exposure >= policy.least_exposure)
    return Baseline(
        rate=np.where(enough, middle, np.nan),
        active=np.where(enough, (sums.active_before[before] + 0.5) / (exposure + 1.0), np.nan),
    )


@dataclass(frozen=True)
class Parts:
    """What the five parts are made of on one day; one entry per group, shares 0..1, NaN = not known."""

    shares: Floats  # parts x groups, in the order of policy.PARTS
    judged: Bools
    exposure: Floats
    rate: Floats
    ratio: Floats
    silence_odds: Floats
    weeks_active: Ints
    weeks_known: Ints
    people_goal: Floats
    core_goal: Floats


def parts_of(
    sums: Windows,
    row: int,
    rest_factor: Floats,
    baseline: Baseline,
    silent_exposure: Floats,
    people: Floats,
    people_known: Bools,
    returning: Ints,
    returning_known: Bools,
    goal: Floats,
    goal_acts: Ints,
    policy: Policy,
) -> Parts:
    """The parts of health-model 3.1. A partly observed window is held against a smaller goal, in proportion."""
    exposure = sums.work_window[row] + rest_factor * sums.rest_window[row]
    some = exposure > 0
    rate = np.divide(sums.acts_window[row], exposure, out=np.zeros_like(exposure), where=some)
    ratio = (rate + EPSILON_ACTS) / (baseline.rate + EPSILON_ACTS)
    odds = silent_exposure * np.log10(1.0 - np.minimum(baseline.active, policy.most_certain_day))
    rhythm = np.clip(1.0 + odds / policy.odds_of_zero_rhythm, 0.0, 1.0)

    usual = 20.0 + 8.0 * rest_factor  # exposure of four full weeks
    towards = np.clip(rate * usual / np.maximum(goal_acts, 1), 0.0, 1.0)
    against = np.clip(ratio, 0.0, 1.0)
    level = np.where(goal_acts > 0, np.where(np.isnan(against), towards, (against + towards) / 2), against)

    weeks = row - 7 * np.arange(REGULARITY_WEEKS)
    known = sums.seen_week[weeks] >= policy.days_of_a_known_week
    active = known & (sums.acts_week[weeks] > 0)
    n_known, n_active = known.sum(axis=0), active.sum(axis=0)
    regularity = np.divide(n_active, n_known, out=np.full(exposure.shape, np.nan), where=n_known > 0)

    seen = sums.seen_window[row] / WINDOW_DAYS
    breadth = np.where(people_known, share_of_goal(people, goal * _reach(seen, policy)), np.nan)
    seen_before = sums.seen_return[row - WINDOW_DAYS] / RETURN_DAYS
    core_goal = np.maximum(goal / 2, 1.0)
    core = share_of_goal(returning.astype(np.float64), core_goal * _reach(seen, policy) * _reach(seen_before, policy))
    core_known = returning_known & (sums.seen_return[row - WINDOW_DAYS] >= policy.least_exposure)
    return Parts(
        shares=np.stack([rhythm, level, breadth, regularity, np.where(core_known, core, np.nan)]),
        judged=(exposure >= policy.least_exposure) & (n_known >= policy.least_weeks),
        exposure=exposure,
        rate=rate,
        ratio=ratio,
        silence_odds=np.nan_to_num(odds, nan=0.0),
        weeks_active=n_active,
        weeks_known=n_known,
        people_goal=goal,
        core_goal=core_goal,
    )


def _reach(seen: Floats, policy: Policy) -> Floats:
    """How much of a window's different people are met when only a share of its days was seen."""
    reach: Floats = np.power(np.minimum(seen, 1.0), policy.reach_exponent)
    return reach

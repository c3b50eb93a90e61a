"""The pass: from observations and memory to cards, states and causes of every day, for all groups at once.

What a day says is worked out for all days together (figures); only what depends on the day before goes day by day. One
pass over many days gives bit for bit what many passes over one day give, since nothing enters a day but the last
LEAD_DAYS days and the memory. Truncating the future changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifecycle.rules.arrays import Bools, Floats, Ints
from lifecycle.rules.card import FULL, breadth_of, card_of
from lifecycle.rules.carried import remember
from lifecycle.rules.causes import CAUSES, causes_of
from lifecycle.rules.figures import EPSILON_ACTS, Figures, figures_of
from lifecycle.rules.inputs import Inputs, inputs_of
from lifecycle.rules.memory import DEAD, DECLINING, DORMANT, UNKNOWN, Memory, among
from lifecycle.rules.observations import Observations, Plans
from lifecycle.rules.own_people import people_to_keep, remember_people
from lifecycle.rules.policy import DEFAULT_POLICY, PARTS, Policy
from lifecycle.rules.service import answered_level
from lifecycle.rules.states import Findings, outlook_of, step
from lifecycle.rules.strains import look_after

# The figures behind each day's card, kept for evidence: name -> days x groups.
FIGURES = (
    "acts_28",
    "acts_7",
    "acts_week_before",
    "rate",
    "base_rate",
    "ratio",
    "active_days_share",
    "silence_odds",
    "silent_exposure",
    "exposure_28",
    "observed_28",
    "observed_14",
    "rest_factor",
    "people_28",
    "people_judged",
    "people_counted",
    "people_goal",
    "people_to_keep",
    "returning_28",
    "core_goal",
    "weeks_active",
    "weeks_known",
    "leaves_28",
    "leaves_usual",
    "ads_14",
    "ad_share_14",
    "last_act",
    "last_observed",
    "members",
    "goal_28",
    "share_at_look",
    "low_streak",
    "recovered_streak",
    "unserved_for",
    "exchange_28",
    "questions_28",
)
# Those that the day-by-day part finds.
FOUND_BY_DAY = (
    "base_rate",
    "ratio",
    "active_days_share",
    "silence_odds",
    "low_streak",
    "recovered_streak",
    "people_to_keep",
)
FROZEN_IN = among(DECLINING, DORMANT, DEAD, UNKNOWN)


@dataclass(frozen=True)
class Judgement:
    """What the pass found. Arrays are judged days x groups unless said otherwise; scores and losses in hundredths."""

    first: int  # ordinal of the first judged day
    state: NDArray[np.int16]
    score: NDArray[np.int16]  # -1 = not known
    coverage: NDArray[np.int16]
    losses: NDArray[np.int16]  # days x parts x groups, in the order of policy.PARTS; -1 = part not known
    cap_loss: NDArray[np.int16]
    severity: NDArray[np.int8]  # days x causes x groups, in the order of causes.CAUSES; 0 = not flagged
    sign: NDArray[np.int32]  # ordinal of the earliest sign
    figures: dict[str, NDArray[Any]]  # FIGURES -> days x groups; NaN = not known
    since: Ints  # per group: ordinal of the day on which the last state began
    age: Ints  # per group: days on the last judged day
    carried_by_one: Floats  # per group: share of the last 28 days' acts made by one member; NaN = not known
    spark: Ints  # eight weekly totals x groups, oldest first; -1 = not observed


def judge(
    seen: Observations,
    kinds: NDArray[np.int8],
    plans: Plans,
    memory: Memory,
    policy: Policy = DEFAULT_POLICY,
) -> Judgement:
    """Judge every day after the lead-in, changing `memory` in place to where the last day leaves it.

    `kinds`: calendar.day_kinds of the same rows. Raises ValueError when there is no day after the lead-in.
    """
    return judge_inputs(inputs_of(seen, kinds, plans, memory), plans, memory, policy)


def judge_inputs(inputs: Inputs, plans: Plans, memory: Memory, policy: Policy = DEFAULT_POLICY) -> Judgement:
    """The same from what has been worked out of the rows, by whichever of the two forms."""
    weeks = inputs.weeks
    figures = figures_of(inputs, plans, policy)
    out = _blank(inputs.first, figures, plans)
    _judge_days(out, figures, plans, memory, policy)
    out.carried_by_one[:] = np.where(figures.people.counted[-1], inputs.share_of_one, np.nan)
    out.spark[:] = np.where(weeks.observed[::-1, -1] > 0, weeks.acts[::-1, -1], -1)
    return out


def _judge_days(out: Judgement, figures: Figures, plans: Plans, memory: Memory, policy: Policy) -> None:
    """Card, state and causes day by day, from the state of the day before."""
    outlook = outlook_of(figures, out.first, plans, policy)
    high, exodus = figures.adverts.high, figures.leavers.exodus
    cap_by_exodus = np.where(exodus, policy.cap_exodus, FULL)
    has_goal = plans.goal_acts > 0
    for at in range(len(out.state)):
        day = out.first + at
        _fix_baseline(memory, figures, at)
        ratio = (figures.rate[at] + EPSILON_ACTS) / (memory.base_rate + EPSILON_ACTS)
        certainty = np.minimum(memory.base_active, policy.most_certain_day)
        odds = figures.silent_exposure[at] * np.log10(1.0 - certainty)
        rhythm = np.clip(1.0 + odds / policy.odds_of_zero_rhythm, 0.0, 1.0)
        against, towards = np.clip(ratio, 0.0, 1.0), figures.towards_goal[at]
        level = np.where(has_goal, np.where(np.isnan(against), towards, (against + towards) / 2), against)
        level = np.where(plans.service, answered_level(figures.exchange[at], plans.answer_target), level)
        remember_people(memory, day, figures, at, policy)
        to_keep = people_to_keep(memory, policy)
        shares = np.stack([rhythm, level, _breadth(figures, at, to_keep), figures.regularity[at], figures.core[at]])
        ads_high = high[at] & ~(ratio > policy.ad_valid_ratio)
        cap = np.where(ads_high, policy.cap_ad_overrun, cap_by_exodus[at])
        card = card_of(shares, figures.judged[at], cap, policy)
        odds = np.nan_to_num(odds, nan=0.0)
        step(memory, Findings(day, at, figures, outlook, card.score, ratio, odds, ads_high), policy)
        look_after(memory, day, at, figures, outlook, policy)
        causes = causes_of(memory, day, figures, at, plans, policy)
        out.state[at], out.score[at], out.coverage[at] = memory.state, card.score, card.coverage
        out.losses[at], out.cap_loss[at] = card.losses, card.cap_loss
        out.severity[at], out.sign[at] = causes.severity, causes.sign
        found = (memory.base_rate, ratio, memory.base_active, odds, memory.low, memory.recovered, to_keep)
        for name, values in zip(FOUND_BY_DAY, found, strict=True):
            out.figures[name][at] = values
    remember(memory, figures.carried)
    out.since[:], out.age[:] = memory.since, outlook.age[-1]


def _breadth(figures: Figures, at: int, to_keep: Floats) -> Floats:
    """What the people of the window are worth on one day; a partly seen window is held against less of both goals."""
    people, reach = figures.people, figures.reach[at]
    worth = breadth_of(people.judged[at], figures.people_goal[at] * reach, to_keep * reach)
    return np.where(people.known[at], worth, np.nan)


def _fix_baseline(memory: Memory, figures: Figures, at: int) -> None:
    """The baseline of today, or the one before the decline: a falling group is held against its past."""
    frozen = (FROZEN_IN[memory.state] | figures.held[at]) & ~np.isnan(memory.base_rate)
    memory.base_rate = np.where(frozen, memory.base_rate, figures.baseline.rate[at])
    memory.base_active = np.where(frozen, memory.base_active, figures.baseline.active[at])


def _blank(first: int, figures: Figures, plans: Plans) -> Judgement:
    days, groups = shape = figures.acts_28.shape
    by_day = {name: np.zeros(shape) for name in FOUND_BY_DAY}
    known = _known_figures(figures, plans) | by_day
    return Judgement(
        first=first,
        state=np.zeros(shape, dtype=np.int16),
        score=np.zeros(shape, dtype=np.int16),
        coverage=np.zeros(shape, dtype=np.int16),
        losses=np.zeros((days, len(PARTS), groups), dtype=np.int16),
        cap_loss=np.zeros(shape, dtype=np.int16),
        severity=np.zeros((days, len(CAUSES), groups), dtype=np.int8),
        sign=np.zeros((days, len(CAUSES), groups), dtype=np.int32),
        figures={name: known[name] for name in FIGURES},
        since=np.zeros(groups, dtype=np.int64),
        age=np.zeros(groups, dtype=np.int64),
        carried_by_one=np.zeros(groups),
        spark=np.zeros((8, groups), dtype=np.int64),
    )


def _known_figures(figures: Figures, plans: Plans) -> dict[str, NDArray[Any]]:
    """The figures of all days that the state has no part in, under the names of FIGURES."""
    people, carried = figures.people, figures.carried
    watched: Bools = figures.observed_28 > 0  # nobody is not nobody seen
    known = people.known & watched
    return {
        "acts_28": np.where(watched, figures.acts_28, np.nan),
        "acts_7": np.where(figures.observed_7 > 0, figures.acts_7, np.nan),
        "acts_week_before": figures.acts_week_before,
        "rate": figures.rate,
        "silent_exposure": figures.silent_exposure,
        "exposure_28": figures.exposure_28,
        "observed_28": figures.observed_28,
        "observed_14": figures.observed_14,
        "rest_factor": figures.rest_factor,
        "people_28": np.where(known, people.window, np.nan),
        "people_judged": np.where(known, people.judged, np.nan),
        "people_counted": people.counted,
        "people_goal": figures.people_goal,
        "returning_28": np.where(people.returning_known & watched, people.returning, np.nan),
        "core_goal": figures.core_goal,
        "weeks_active": figures.weeks_active,
        "weeks_known": figures.weeks_known,
        "leaves_28": figures.leavers.left,
        "leaves_usual": figures.leavers.usual,
        "ads_14": figures.adverts.ads,
        "ad_share_14": figures.adverts.share,
        "last_act": carried.last_act,
        "last_observed": carried.last_observed,
        "members": np.where(carried.members >= 0, carried.members, np.nan),
        "goal_28": np.broadcast_to(np.where(plans.goal_acts > 0, plans.goal_acts, np.nan), figures.acts_28.shape),
        "share_at_look": figures.share_at_look,
        "unserved_for": carried.unserved_for,
        "exchange_28": figures.exchange,
        "questions_28": figures.questions,
    }

"""The pass: from observations and memory to cards, states and causes of every day, for all groups at once.

One pass over many days gives bit for bit what many passes over one day give, since nothing enters a day but the last
LEAD_DAYS days and the memory. Truncating the future changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifecycle.rules.arrays import NO_DAY, Bools, Floats, Ints
from lifecycle.rules.baseline import Baseline, baseline_of, parts_of, windows_of
from lifecycle.rules.card import FULL, card_of, people_goal
from lifecycle.rules.causes import CAUSES, causes_of
from lifecycle.rules.exposure import Exposure, exposure_of
from lifecycle.rules.memory import DEAD, DECLINING, DORMANT, UNKNOWN, Memory
from lifecycle.rules.observations import Count, Observations, Plans, Signal, first_orders, signal_of
from lifecycle.rules.people import people_of
from lifecycle.rules.policy import BASELINE_DAYS, DEFAULT_POLICY, LEAD_DAYS, PARTS, WINDOW_DAYS, Policy
from lifecycle.rules.states import Findings, step
from lifecycle.rules.windows import largest_share, shifted, trailing_sum

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
    "low_streak",
    "recovered_streak",
)


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
    figures: dict[str, Floats]  # FIGURES -> days x groups; NaN = not known
    since: Ints  # per group: ordinal of the day on which the last state began
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
    height, width = seen.shape
    if height <= LEAD_DAYS:
        raise ValueError("the rows must reach beyond the lead-in")
    memory.orders_since = first_orders(seen, plans, memory.orders_since)
    signal = signal_of(seen, plans, memory.orders_since)
    exposure = exposure_of(signal.acts, signal.observed, kinds, policy)
    sums = windows_of(signal.acts, exposure)
    people = people_of(signal)
    members = _carried_forward(seen.members, memory.members)
    leaving = _leaving(seen.leaves)
    ads = _adverts(signal, policy)
    observed_14 = trailing_sum(signal.observed, policy.unknown_span)
    observed_28 = trailing_sum(signal.observed, WINDOW_DAYS)
    active_week = trailing_sum(signal.acts > 0, 7)
    acts_week = trailing_sum(signal.acts, 7)
    acts_28 = trailing_sum(signal.acts, WINDOW_DAYS)
    week_counted = (
        trailing_sum(signal.observed & (signal.acts > 0) & ~signal.people.known & ~signal.acting_known, 7) == 0
    )

    n = height - LEAD_DAYS
    out = _blank(n, width, seen.first + LEAD_DAYS)
    for row in range(LEAD_DAYS, height):
        day, at = seen.first + row, row - LEAD_DAYS
        _remember(memory, signal, exposure, members[row], row, day)
        factor = exposure.rest_factor[row]
        silent = memory.silent_work + factor * memory.silent_rest
        baseline = _frozen(memory, baseline_of(sums, row, factor, policy))
        goal = people_goal(memory.members, plans.goal_people, plans.target_share, policy)
        parts = parts_of(
            sums,
            row,
            factor,
            baseline,
            silent,
            people.judged[row],
            people.known[row],
            people.returning[row],
            people.returning_known[row],
            goal,
            plans.goal_acts,
            policy,
        )
        ad_high = ads.high[row] & ~(parts.ratio > policy.ad_valid_ratio)
        exodus = leaving.spike(row, memory.members, policy)
        cap = np.where(ad_high, policy.cap_ad_overrun, np.where(exodus, policy.cap_exodus, FULL))
        card = card_of(parts.shares, parts.judged, cap, policy)
        findings = Findings(
            day=day,
            evidence=exposure.known[row],
            act=signal.acts[row] > 0,
            score=card.score,
            ratio=parts.ratio,
            silence_odds=parts.silence_odds,
            silent_exposure=silent,
            lived_exposure=memory.lived_work + factor * memory.lived_rest,
            people=people.window[row],
            people_certain=people.counted[row] & (people.known[row]),
            people_goal=goal,
            people_week=people.week[row],
            people_week_known=week_counted[row],
            acts_week=acts_week[row],
            active_days_week=active_week[row],
            observed_lately=observed_14[row],
            ads_high=ad_high,
            ads_low=ads.low[row],
        )
        step(memory, findings, plans, policy)
        causes = causes_of(memory, day, exodus, acts_week[row], plans, policy)
        out.state[at], out.score[at], out.coverage[at] = memory.state, card.score, card.coverage
        out.losses[at], out.cap_loss[at] = card.losses, card.cap_loss
        out.severity[at], out.sign[at] = causes.severity, causes.sign
        _keep(
            out.figures,
            at,
            acts_28=acts_28[row],
            acts_7=acts_week[row],
            acts_week_before=acts_week[row - 7],
            observed_28=observed_28[row],
            observed_14=observed_14[row],
            rest_factor=factor,
            people_28=np.where(people.known[row], people.window[row], np.nan),
            people_judged=np.where(people.known[row], people.judged[row], np.nan),
            people_counted=people.counted[row],
            returning_28=np.where(people.returning_known[row], people.returning[row], np.nan),
            base_rate=baseline.rate,
            active_days_share=baseline.active,
            silent_exposure=silent,
            rate=parts.rate,
            ratio=parts.ratio,
            silence_odds=parts.silence_odds,
            exposure_28=parts.exposure,
            people_goal=parts.people_goal,
            core_goal=parts.core_goal,
            weeks_active=parts.weeks_active,
            weeks_known=parts.weeks_known,
            leaves_28=np.where(leaving.known[row] > 0, leaving.window[row], np.nan),
            leaves_usual=leaving.usual(row),
            ads_14=np.where(ads.known[row] > 0, ads.ads[row], np.nan),
            ad_share_14=np.where(ads.known[row] > 0, ads.share[row], np.nan),
            last_act=memory.last_act,
            last_observed=memory.last_observed,
            members=np.where(memory.members >= 0, memory.members, np.nan),
            low_streak=memory.low,
            recovered_streak=memory.recovered,
        )
    out.since[:] = memory.since
    last = height - 1
    counted = people.counted[last]
    out.carried_by_one[:] = np.where(counted, largest_share(signal.acting, last, WINDOW_DAYS, width), np.nan)
    weeks = last - 7 * np.arange(7, -1, -1)
    out.spark[:] = np.where(trailing_sum(signal.observed, 7)[weeks] > 0, acts_week[weeks], -1)
    return out


def _blank(days: int, groups: int, first: int) -> Judgement:
    shape = (days, groups)
    return Judgement(
        first=first,
        state=np.zeros(shape, dtype=np.int16),
        score=np.zeros(shape, dtype=np.int16),
        coverage=np.zeros(shape, dtype=np.int16),
        losses=np.zeros((days, len(PARTS), groups), dtype=np.int16),
        cap_loss=np.zeros(shape, dtype=np.int16),
        severity=np.zeros((days, len(CAUSES), groups), dtype=np.int8),
        sign=np.zeros((days, len(CAUSES), groups), dtype=np.int32),
        figures={name: np.zeros(shape) for name in FIGURES},
        since=np.zeros(groups, dtype=np.int64),
        carried_by_one=np.zeros(groups),
        spark=np.zeros((8, groups), dtype=np.int64),
    )


def _keep(figures: dict[str, Floats], at: int, **values: Floats | Ints | Bools) -> None:
    for name, column in values.items():
        figures[name][at] = column


def _remember(memory: Memory, signal: Signal, exposure: Exposure, members: Ints, row: int, day: int) -> None:
    """Count the day into the silence since the last act, the days lived and the days last seen."""
    observed, act = signal.observed[row], signal.acts[row] > 0
    work, rest = exposure.work[row], exposure.rest[row]
    memory.lived_work += work
    memory.lived_rest += rest
    memory.silent_work = np.where(act, 0, memory.silent_work + work)
    memory.silent_rest = np.where(act, 0, memory.silent_rest + rest)
    memory.last_act = np.where(act, day, memory.last_act)
    memory.last_observed = np.where(observed, day, memory.last_observed)
    memory.first_observed = np.where(observed & (memory.first_observed == NO_DAY), day, memory.first_observed)
    memory.members = members


def _frozen(memory: Memory, fresh: Baseline) -> Baseline:
    """The baseline of today, or the one before the decline: a falling group is held against its past."""
    frozen = np.isin(memory.state, (DECLINING, DORMANT, DEAD, UNKNOWN)) & ~np.isnan(memory.base_rate)
    memory.base_rate = np.where(frozen, memory.base_rate, fresh.rate)
    memory.base_active = np.where(frozen, memory.base_active, fresh.active)
    return Baseline(memory.base_rate, memory.base_active)


def _carried_forward(members: Count, before: Ints) -> Ints:
    """The last known membership of each day; what the memory holds counts before the first judged day."""
    values = members.values.copy()
    values[LEAD_DAYS - 1] = np.where(members.known[LEAD_DAYS - 1], values[LEAD_DAYS - 1], before)
    known = members.known.copy()
    known[LEAD_DAYS - 1] = True
    rows = np.where(known, np.arange(values.shape[0])[:, None], 0)
    return np.take_along_axis(values, np.maximum.accumulate(rows, axis=0), axis=0)


@dataclass(frozen=True)
class _Leaving:
    """Leaves of the trailing window, and of the baseline span before it; days x groups."""

    window: Ints
    known: Ints
    before: Ints
    known_before: Ints

    def usual(self, row: int) -> Floats:
        """Leaves per 28 known days before the window; NaN where fewer than 28 are known."""
        known = self.known_before[row]
        usual = np.full(known.shape, np.nan)
        np.divide(self.before[row] * WINDOW_DAYS, known, out=usual, where=known >= WINDOW_DAYS)
        return usual

    def spike(self, row: int, members: Ints, policy: Policy) -> Bools:
        """More left than three times the usual and than five per cent of the members."""
        high = np.maximum(policy.exodus_ratio * self.usual(row), policy.exodus_share * members)
        left = self.window[row]
        result: Bools = (members > 0) & (self.known[row] > 0) & (left > np.nan_to_num(high, nan=np.inf)) & (left >= 3)
        return result


def _leaving(leaves: Count) -> _Leaving:
    window, known = trailing_sum(leaves.values, WINDOW_DAYS), trailing_sum(leaves.known, WINDOW_DAYS)
    before = shifted(trailing_sum(leaves.values, BASELINE_DAYS), WINDOW_DAYS)
    known_before = shifted(trailing_sum(leaves.known, BASELINE_DAYS), WINDOW_DAYS)
    return _Leaving(window, known, before, known_before)


@dataclass(frozen=True)
class _Adverts:
    """Adverts of the trailing policy.ad_span days; days x groups."""

    ads: Ints
    known: Ints
    share: Floats
    high: Bools
    low: Bools


def _adverts(signal: Signal, policy: Policy) -> _Adverts:
    ads, known = trailing_sum(signal.ads.values, policy.ad_span), trailing_sum(signal.ads.known, policy.ad_span)
    said = trailing_sum(np.where(signal.ads.known, signal.messages, 0), policy.ad_span)
    share = np.zeros(ads.shape)
    np.divide(ads, said, out=share, where=said > 0)
    high = (share >= policy.ad_share) & (ads >= policy.ad_least)
    return _Adverts(ads, known, share, high, (known > 0) & (share < policy.ad_share_left))

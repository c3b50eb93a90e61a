"""Weights, risk and watch line learned from an installation's own deaths, held to the card as delivered.

A decision is a weekly reading of which all five parts are known; it is followed by a death within 30 days or not. The
logarithm of the odds is a - sum of t_k s_k - age, with the shares s_k of the card; as delivered t_k = slope / 10 * w_k.
The fit is the mode of a logistic regression under a normal prior at what was delivered (ridge regression, Hoerl and
Kennard 1970, by Newton's steps), so few deaths move little. The spread behind the intervals counts all decisions of a
group as one observation (sandwich estimate by groups, Liang and Zeger 1986). The age term stays as delivered.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lifecycle.rules.arrays import Bools, Floats, Ints
from lifecycle.rules.policy import DEFAULT_POLICY, PARTS, Policy

LEAST_DEATHS = 50
LEAST_SURVIVORS = 50  # groups
PRIOR_SHARE = 0.25  # standard deviation of the prior of a weight or the slope, as a share of what was delivered
PRIOR_INTERCEPT = 0.5
CAUGHT = 0.89  # share of deaths that the watch saw coming when its line was measured (docs/decisions/risk-by-age.md)
PRIOR_DEATHS = 50  # so many deaths weigh as much for the watch line as the measurement it was delivered with
Z_90 = 1.645
# Of a policy, what a fit may change.
LEARNED = ("weights", "risk_intercept", "risk_slope", "risk_age_points", "low_score", "recovered_score")
STEPS = 30

Interval = tuple[float, float]


@dataclass(frozen=True)
class History:
    """Decisions, one entry each. `weight`: how many decisions it stands for where survivors were sampled."""

    shares: Floats  # decisions x PARTS, 0..1
    lasted: Floats  # 0..1, see risk.points_of
    died: Bools  # within 30 days
    group: Ints
    weight: Floats
    lowest: Ints  # of each death, the lowest score (hundredths) of the weekly readings in the 90 days before it

    @property
    def deaths(self) -> int:
        return len(self.lowest)

    @property
    def survivors(self) -> int:
        """Groups none of whose decisions was followed by a death."""
        return len(np.setdiff1d(self.group, self.group[self.died]))


@dataclass(frozen=True)
class TooFew:
    """Nothing is fitted: what there is, and what it takes."""

    deaths: int
    survivors: int
    least_deaths: int = LEAST_DEATHS
    least_survivors: int = LEAST_SURVIVORS


@dataclass(frozen=True)
class Refitted:
    """`intervals` of 90 per cent by the names of policies.changed_thresholds."""

    policy: Policy
    intervals: dict[str, Interval]
    deaths: int
    survivors: int


def refit(history: History, base: Policy = DEFAULT_POLICY) -> Refitted | TooFew:
    """Other weights, risk and watch line for `base`; everything else of it stays."""
    if history.deaths < LEAST_DEATHS or history.survivors < LEAST_SURVIVORS or not history.died.any():
        return TooFew(history.deaths, history.survivors)
    weights, told = _weights_and_risk(history)
    line, span = _watch_line(history.lowest)
    gap = DEFAULT_POLICY.recovered_score - DEFAULT_POLICY.low_score
    age = DEFAULT_POLICY.risk_slope * DEFAULT_POLICY.risk_age_points
    slope = told["risk_slope"][0]
    policy = replace(
        base,
        weights=weights,
        risk_intercept=round(told["risk_intercept"][0], 3),
        risk_slope=round(slope, 3),
        risk_age_points=round(age / slope, 1),
        low_score=line,
        recovered_score=min(line + gap, 10_000),
    )
    intervals = {name: (low, high) for name, (_value, low, high) in told.items()}
    return Refitted(policy, intervals | {"low_score": span}, history.deaths, history.survivors)


def _weights_and_risk(history: History) -> tuple[tuple[int, int, int, int, int], dict[str, tuple[float, float, float]]]:
    delivered = DEFAULT_POLICY.risk_slope / 10 * np.array(DEFAULT_POLICY.weights, dtype=np.float64)
    prior = np.r_[DEFAULT_POLICY.risk_intercept, delivered]
    precision = 1 / np.r_[PRIOR_INTERCEPT, PRIOR_SHARE * delivered] ** 2
    design = np.c_[np.ones(len(history.died)), -history.shares]
    age = -DEFAULT_POLICY.risk_slope / 10 * DEFAULT_POLICY.risk_age_points * history.lasted
    mode, spread = _mode(design, age, history, prior, precision)
    parts = np.maximum(mode[1:], delivered / 20)  # no part is lost
    slope = parts.sum() / 10
    percent = 100 * parts / parts.sum()
    weights = _whole(percent)
    error = np.sqrt(np.diag(spread))
    told = {"risk_intercept": _around(mode[0], error[0])}
    told["risk_slope"] = _around(slope, np.sqrt(spread[1:, 1:].sum()) / 10)
    for n in range(len(PARTS)):
        # how the share of one part moves with all of them
        gradient = (np.eye(len(PARTS))[n] - parts[n] / parts.sum()) * 100 / parts.sum()
        told[f"weights.{n}"] = _around(percent[n], np.sqrt(gradient @ spread[1:, 1:] @ gradient))
    return weights, told


def _around(value: float, error: float) -> tuple[float, float, float]:
    return float(value), float(value - Z_90 * error), float(value + Z_90 * error)


def _mode(
    design: Floats, offset: Floats, history: History, prior: Floats, precision: Floats
) -> tuple[Floats, NDArray[np.float64]]:
    """The mode of the posterior and the covariance of its estimate with decisions of a group taken together."""
    at, died = prior.copy(), history.died.astype(np.float64)
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(design @ at + offset, -30, 30)))
        score = design.T @ (history.weight * (died - chance)) - precision * (at - prior)
        bend = (design.T * (history.weight * chance * (1 - chance))) @ design + np.diag(precision)
        step = np.linalg.solve(bend, score)
        at = at + step
        if np.abs(step).max() < 1e-9:
            break
    _, place = np.unique(history.group, return_inverse=True)
    by_group = np.zeros((place.max() + 1, design.shape[1]))
    np.add.at(by_group, place, design * (history.weight * (died - chance))[:, None])
    inverse = np.linalg.inv(bend)
    return at, inverse @ (by_group.T @ by_group + np.diag(precision)) @ inverse


def _watch_line(lowest: Ints) -> tuple[int, Interval]:
    """The score below which CAUGHT of the deaths fell beforehand, drawn to the line as delivered; whole points."""
    ordered, n = np.sort(lowest), len(lowest)
    spread = Z_90 * np.sqrt(n * CAUGHT * (1 - CAUGHT))
    places = np.clip(np.array([CAUGHT * n - spread, CAUGHT * n, CAUGHT * n + spread]), 0, n - 1).astype(int)
    own = ordered[places] + 100.0  # a score below the line, not at it
    drawn = (n * own + PRIOR_DEATHS * DEFAULT_POLICY.low_score) / (n + PRIOR_DEATHS)
    low, line, high = (np.clip(drawn / 100, 1, 97)).tolist()
    return 100 * round(line), (100 * low, 100 * high)


def _whole(percent: Floats) -> tuple[int, int, int, int, int]:
    """Whole numbers that add up to 100, the largest remainders rounded up; none below 1."""
    whole = np.maximum(np.floor(percent), 1).astype(int)
    for n in np.argsort(whole - percent)[: 100 - int(whole.sum())]:
        whole[n] += 1
    one, two, three, four, five = whole.tolist()
    return one, two, three, four, five

"""From a score and an age to the risk that a group falls to a trickle within 30 days.

The score says how a group does; it does not hold its youth against it. But young groups die more often than old ones
that do as well, so the risk counts up to `risk_age_points` for having lasted. Both were fitted on chat archives
(docs/decisions/risk-by-age.md).
"""

from __future__ import annotations

import numpy as np

from lifecycle.rules.arrays import Floats, Ints
from lifecycle.rules.policy import DEFAULT_POLICY, Policy

YOUNG_DAYS, OLD_DAYS = 56, 730  # between these the logarithm of the age counts


def risk_of(score: Ints, age: Ints, policy: Policy = DEFAULT_POLICY) -> Ints:
    """p30 in hundredths of a per cent (0..10000) for scores in hundredths and ages in days; -1 without a score."""
    points = points_of(score, age, policy.risk_age_points)
    odds: Floats = np.exp(policy.risk_intercept - policy.risk_slope * points / 10)
    return np.where(score >= 0, np.rint(10_000 * odds / (1 + odds)), -1).astype(np.int64)


def points_of(score: Ints, age: Ints, age_points: float) -> Floats:
    """The score (hundredths) in points, with what an age in days adds to it."""
    within = np.clip(age, YOUNG_DAYS, OLD_DAYS).astype(np.float64)
    lasted = np.log(within / YOUNG_DAYS) / np.log(OLD_DAYS / YOUNG_DAYS)
    points: Floats = score.astype(np.float64) / 100 + age_points * lasted
    return points

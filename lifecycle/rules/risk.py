"""From a score and an age to the risk that a group falls to a trickle within 30 days.

The score says how a group does; it does not hold its youth against it. But young groups die more often than old ones
that do as well, so the risk counts up to AGE_POINTS for having lasted. Both were fitted on chat archives
(docs/decisions/risk-by-age.md).
"""

from __future__ import annotations

import numpy as np

from lifecycle.rules.arrays import Floats, Ints

INTERCEPT, SLOPE_PER_TEN_POINTS = 2.95, 0.54
AGE_POINTS = 25.0
YOUNG_DAYS, OLD_DAYS = 56, 730  # between these the logarithm of the age counts


def risk_of(score: Ints, age: Ints) -> Ints:
    """p30 in hundredths of a per cent (0..10000) for scores in hundredths and ages in days; -1 without a score."""
    within = np.clip(age, YOUNG_DAYS, OLD_DAYS).astype(np.float64)
    lasted = np.log(within / YOUNG_DAYS) / np.log(OLD_DAYS / YOUNG_DAYS)
    points = score.astype(np.float64) / 100 + AGE_POINTS * lasted
    odds: Floats = np.exp(INTERCEPT - SLOPE_PER_TEN_POINTS * points / 10)
    return np.where(score >= 0, np.rint(10_000 * odds / (1 + odds)), -1).astype(np.int64)

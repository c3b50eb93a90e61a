"""From a score to the risk that a group falls silent within 30 days."""

from __future__ import annotations

import numpy as np

from lifecycle.rules.arrays import Floats, Ints

INTERCEPT, SLOPE_PER_TEN_POINTS = 2.34, 0.569  # Platt fit on chat archives: docs/decisions


def risk_of(score: Ints) -> Ints:
    """p30 in hundredths of a per cent (0..10000) for scores in hundredths; -1 where there is no score."""
    points = score.astype(np.float64) / 100
    odds: Floats = np.exp(INTERCEPT - SLOPE_PER_TEN_POINTS * points / 10)
    return np.where(score >= 0, np.rint(10_000 * odds / (1 + odds)), -1).astype(np.int64)

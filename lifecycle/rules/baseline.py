"""A group's own measure: what it did before the window that is judged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lifecycle.rules.arrays import Floats
from lifecycle.rules.policy import BASELINE_WEEKS, WINDOW_DAYS, Policy
from lifecycle.rules.weeks import Weeks, over

WINDOW_WEEKS = WINDOW_DAYS // 7


@dataclass(frozen=True)
class Baseline:
    """NaN where too little was observed before the window."""

    rate: Floats  # acts per exposure day
    active: Floats  # share of exposure days with an act


def baseline_of(weeks: Weeks, rest_factor: Floats, policy: Policy) -> Baseline:
    """The median of the known weekly rates before the window, and how often there was an act at all."""
    before = slice(WINDOW_WEEKS, WINDOW_WEEKS + BASELINE_WEEKS)
    exposed = weeks.work[before] + rest_factor * weeks.rest[before]
    known = weeks.seen[before] >= policy.days_of_a_known_week
    rates = np.divide(weeks.acts_known[before], exposed, out=np.full(exposed.shape, np.nan), where=known)
    exposure = over(weeks.work, BASELINE_WEEKS, WINDOW_WEEKS) + rest_factor * over(
        weeks.rest, BASELINE_WEEKS, WINDOW_WEEKS
    )
    active = over(weeks.active_known, BASELINE_WEEKS, WINDOW_WEEKS)
    n = known.sum(axis=0)
    enough = (n > 0) & (exposure >= policy.least_exposure)
    return Baseline(
        rate=np.where(enough, _median(rates, n), np.nan),
        active=np.where(enough, (active + 0.5) / (exposure + 1.0), np.nan),
    )


def _median(rates: Floats, known: np.ndarray) -> Floats:
    """The median along the first axis of the values that are not NaN, `known` of them."""
    ordered = np.sort(rates, axis=0)  # NaN goes last
    lower = np.take_along_axis(ordered, (np.maximum(known - 1, 0) // 2)[None], axis=0)[0]
    upper = np.take_along_axis(ordered, (known // 2)[None], axis=0)[0]
    middle: Floats = (lower + upper) / 2
    return middle

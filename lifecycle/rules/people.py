"""How many different people took part in 28 days: counted where the members are known, bounded below where not.

Daily head counts do not say who came twice. The largest of them is certain: at least so many took part. The score uses
an estimate (docs/decisions/people-from-daily-counts.md), the page says "at least".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lifecycle.rules.arrays import Bools, Floats, Ints
from lifecycle.rules.observations import Signal
from lifecycle.rules.policy import RETURN_DAYS, WINDOW_DAYS
from lifecycle.rules.windows import distinct_members, returning_members, trailing_max, trailing_sum


@dataclass(frozen=True)
class People:
    """Days x groups. `window` is exact where `counted`, else the lower bound; `judged` is what the card uses."""

    window: Ints
    judged: Floats
    week: Ints
    known: Bools
    counted: Bools
    returning: Ints
    returning_known: Bools


def people_of(signal: Signal) -> People:
    """Different people of the trailing 28 and 7 days, and those who came back."""
    shape = signal.acts.shape
    head = np.where(signal.people.known, signal.people.values, 0)
    sets = np.where(signal.acting_known, 0, signal.observed & (signal.acts > 0))
    counted = trailing_sum(sets, WINDOW_DAYS) == 0
    heads_missing = trailing_sum(
        signal.observed & (signal.acts > 0) & ~signal.people.known & ~signal.acting_known, WINDOW_DAYS
    )
    exact = distinct_members(signal.acting, WINDOW_DAYS, (shape[0], shape[1]))
    largest = trailing_max(head, WINDOW_DAYS)
    window = np.where(counted, exact, np.maximum(exact, largest))
    week = np.maximum(distinct_members(signal.acting, 7, (shape[0], shape[1])), trailing_max(head, 7))
    estimate = estimated_people(largest, trailing_sum(head, WINDOW_DAYS))
    return People(
        window=window,
        judged=np.where(counted, window, np.maximum(estimate, window)),
        week=week,
        known=counted | (heads_missing == 0),
        counted=counted,
        returning=returning_members(signal.acting, WINDOW_DAYS, RETURN_DAYS, (shape[0], shape[1])),
        returning_known=trailing_sum(sets, WINDOW_DAYS + RETURN_DAYS) == 0,
    )


def estimated_people(largest: Ints, heads: Ints) -> Floats:
    """Different people of a window from daily head counts: the geometric mean of the largest day and of all days' sum.

    The truth lies between the two: at least the largest day's, at most the sum.
    """
    estimate: Floats = np.sqrt(largest.astype(np.float64) * heads)
    return estimate

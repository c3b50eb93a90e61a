"""Which days of an archived group were deaths: silence, or a fall to a trickle. Looks ahead, so only for scoring."""

from __future__ import annotations

import numpy as np

from lifecycle.rules.arrays import Bools, Ints
from lifecycle.rules.windows import trailing_sum

BEFORE_DAYS, AFTER_DAYS = 180, 90
LEAST_BEFORE = 30
LEAST_AGE = 60
TRICKLE = 0.10
MONTH_DAYS = 30


def functional_deaths(messages: Ints) -> Bools:
    """Days s with >= 30 messages in [s-180, s) and less than a tenth of that pace in [s, s+90).

    The pace of a younger group is over the days that it lived; none dies so in its first 60. Days whose 90 days ahead
    are not all observed are False.
    """
    before, after = _around(messages)
    age = np.arange(len(messages))
    pace = before / np.clip(age, 1, BEFORE_DAYS)
    old_enough = (age >= LEAST_AGE) & (before >= LEAST_BEFORE)
    dead: Bools = old_enough & (after >= 0) & (after / AFTER_DAYS < TRICKLE * pace)
    return dead


def strict_deaths(messages: Ints) -> Bools:
    """Days s without any message in [s, s+90)."""
    dead: Bools = _around(messages)[1] == 0
    return dead


def onsets(dying: Bools) -> Bools:
    """The first days of deaths: dying days with none in the month before."""
    lately = trailing_sum(dying[:, None], MONTH_DAYS + 1)[:, 0]
    first: Bools = dying & (lately == 1)
    return first


def _around(messages: Ints) -> tuple[Ints, Ints]:
    """Messages of the 180 days before each day, and of the 90 days from it on; -1 where those were not all observed."""
    total = np.concatenate([[0], np.cumsum(messages)])
    n = len(messages)
    day = np.arange(n)
    before = total[day] - total[np.maximum(day - BEFORE_DAYS, 0)]
    after = np.where(day + AFTER_DAYS <= n, total[np.minimum(day + AFTER_DAYS, n)] - total[day], -1)
    return before, after


def first_within(days: Bools, at: Ints, span: int) -> Ints:
    """For each day of `at` the first True day in (at, at + span]; -1 = none."""
    n = len(days)
    following = np.full(n + 1, n)
    marks = np.where(days, np.arange(n), n)
    following[:n] = np.minimum.accumulate(marks[::-1])[::-1]
    found = following[np.minimum(at + 1, n)]
    return np.where(found <= at + span, np.where(found < n, found, -1), -1)

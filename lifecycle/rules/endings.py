"""When a group that has ended really ended: real groups fade to a trickle long before somebody says so.

Functional death of a group that is over: the first week from which on, up to its end, it kept less than a tenth of the
pace of the 26 weeks before. The tenth and the 30 acts are those of lifecycle.evaluation.labels; there the 90 days ahead
are looked at, here all weeks up to the end, since the end is known.
"""

from __future__ import annotations

import numpy as np

from lifecycle.rules.arrays import Ints

WEEKS_SEEN = 104
WEEKS_BEFORE = 26
LEAST_WEEKS_BEFORE = 8
LEAST_ACTS_BEFORE = 30
TRICKLE = 0.10


def faded_weeks_ago(weekly: Ints) -> Ints:
    """How many weeks before the end each group had faded to a trickle; 0 = it had not.

    weekly: groups x weeks, the last one ends on the last day of the group; acts that its plan counts, -1 = not known.
    """
    n, weeks = weekly.shape
    known = weekly >= 0
    acts = np.concatenate([np.zeros((n, 1), np.int64), np.cumsum(np.where(known, weekly, 0), axis=1)], axis=1)
    seen = np.concatenate([np.zeros((n, 1), np.int64), np.cumsum(known, axis=1)], axis=1)
    start = np.arange(weeks)
    first = np.maximum(start - WEEKS_BEFORE, 0)
    acts_before, seen_before = acts[:, start] - acts[:, first], seen[:, start] - seen[:, first]
    acts_after, seen_after = acts[:, [weeks]] - acts[:, start], seen[:, [weeks]] - seen[:, start]
    enough = (seen_before >= LEAST_WEEKS_BEFORE) & (acts_before >= LEAST_ACTS_BEFORE)
    # acts_after / seen_after < TRICKLE * acts_before / seen_before without dividing; and it begins with a thin week.
    faded = enough & (acts_after * seen_before < TRICKLE * acts_before * seen_after)
    faded &= known & (weekly * seen_before <= TRICKLE * acts_before)
    ago: Ints = np.where(faded.any(axis=1), weeks - faded.argmax(axis=1), 0)
    return ago

"""Whether a group that sells was offered anything: without an offer, quiet says nothing about its members.

An offer is an advert in the group. A day is without one when its adverts were counted, there were none, and nothing was
ordered or clicked; where adverts are not counted nothing is said, and the day counts as served. So silence, checks,
weeks and baseline of a group that sells run on days with a chance to act, and an owner who offers nothing is told so
instead. Talk has no part in it: neither a word nor its absence is an offer. Why: docs/decisions/what-an-offer-is.md.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lifecycle.rules.arrays import Bools, Ints
from lifecycle.rules.observations import Observations, Plans, Signal
from lifecycle.rules.weeks import Weeks

HOLD_AFTER = 7  # days of evidence without an offer; from then on quiet is evidence of nothing


def unserved_days(seen: Observations, signal: Signal, plans: Plans) -> Bools:
    """Observed days of groups that sell on which nothing was offered and nothing was ordered; rows x groups."""
    no_offer = seen.ads.known & (seen.ads.values == 0)
    unserved: Bools = plans.transaction & signal.observed & (signal.acts == 0) & no_offer
    return unserved


def is_held(unserved_for: Ints) -> Bools:
    """Whether the judge waits: nothing was offered for so long that neither a score nor silence means anything."""
    held: Bools = unserved_for >= HOLD_AFTER
    return held


def served_weeks(weeks: Weeks) -> Weeks:
    """The same weeks, where one that was unserved on every day of evidence gives no exposure."""
    seen = weeks.seen
    idle = (weeks.unserved == seen) & (seen > 0)
    if not idle.any():
        return weeks
    return replace(weeks, work=np.where(idle, 0, weeks.work), rest=np.where(idle, 0, weeks.rest))

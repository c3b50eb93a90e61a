"""How much chance a group had to act: observed days, rest days counted by what the group does on them.

A working day is one unit of exposure, a rest day the group's own factor, a festival none: neither acts nor silence on
it are evidence. Days that nobody observed give no exposure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifecycle.rules.arrays import Bools, Floats, Ints
from lifecycle.rules.calendar import REST_DAY, WORKDAY
from lifecycle.rules.policy import Policy


@dataclass(frozen=True)
class Exposure:
    """Days x groups. Exposure of any span = its working days + rest_factor of the judged day x its rest days."""

    work: Bools  # observed working day
    rest: Bools  # observed rest day

    @property
    def known(self) -> Bools:
        """Days that are evidence."""
        return self.work | self.rest


def exposure_of(observed: Bools, kinds: NDArray[np.int8]) -> Exposure:
    """Which observed days are evidence, and of which kind (calendar.day_kinds of the same rows)."""
    return Exposure(observed & (kinds == WORKDAY)[:, None], observed & (kinds == REST_DAY)[:, None])


def rest_factor_of(work_days: Ints, work_acts: Ints, rest_days: Ints, rest_acts: Ints, policy: Policy) -> Floats:
    """What a rest day of a group is worth, learned from the trailing LEAD_DAYS and drawn to the prior while little was
    seen."""
    low, high = policy.rest_day_bounds
    prior, prior_days = policy.rest_day_prior, policy.rest_day_prior_days
    ratio = np.full(work_days.shape, prior)
    np.divide(rest_acts * work_days, rest_days * work_acts, out=ratio, where=(rest_days > 0) & (work_acts > 0))
    factor = (rest_days * np.minimum(ratio, 2 * high) + prior_days * prior) / (rest_days + prior_days)
    bounded: Floats = np.clip(factor, low, high)
    return bounded

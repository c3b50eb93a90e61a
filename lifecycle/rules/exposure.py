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
from lifecycle.rules.policy import LEAD_DAYS, Policy
from lifecycle.rules.windows import trailing_sum


@dataclass(frozen=True)
class Exposure:
    """Days x groups. Exposure of any span = its working days + rest_factor of the judged day x its rest days."""

    work: Bools  # observed working day
    rest: Bools  # observed rest day
    rest_factor: Floats

    @property
    def known(self) -> Bools:
        """Days that are evidence."""
        return self.work | self.rest


def exposure_of(acts: Ints, observed: Bools, kinds: NDArray[np.int8], policy: Policy) -> Exposure:
    """Learn each group's rest-day factor over the trailing LEAD_DAYS, drawn to the prior while little was seen."""
    work = observed & (kinds == WORKDAY)[:, None]
    rest = observed & (kinds == REST_DAY)[:, None]
    work_days, rest_days = trailing_sum(work, LEAD_DAYS), trailing_sum(rest, LEAD_DAYS)
    work_acts = trailing_sum(np.where(work, acts, 0), LEAD_DAYS)
    rest_acts = trailing_sum(np.where(rest, acts, 0), LEAD_DAYS)
    low, high = policy.rest_day_bounds
    prior, prior_days = policy.rest_day_prior, policy.rest_day_prior_days
    ratio = np.full(acts.shape, prior)
    np.divide(rest_acts * work_days, rest_days * work_acts, out=ratio, where=(rest_days > 0) & (work_acts > 0))
    factor = (rest_days * np.minimum(ratio, 2 * high) + prior_days * prior) / (rest_days + prior_days)
    return Exposure(work, rest, np.clip(factor, low, high))

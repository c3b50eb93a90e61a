"""The ceiling of activity: weeks in which more is said than the plan ever wanted its members to follow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lifecycle.rules.arrays import Bools
from lifecycle.rules.observations import Plans
from lifecycle.rules.policy import Policy
from lifecycle.rules.weeks import Weeks, WeekSums


@dataclass(frozen=True)
class Load:
    """Judged days x groups. Neither holds where a week was too little observed."""

    over: Bools  # each of the last two weeks was above the ceiling
    within: Bools  # neither was, or the plan has no ceiling


def load_of(weeks: Weeks, rest_factor: np.ndarray, plans: Plans, policy: Policy) -> Load:
    """From the acts of two weeks for the days that were seen of them.

    The ceiling is a multiple of the planned acts. A plan without a goal has none, nor has a group that sells: orders
    are never too many.
    """
    capped = (plans.goal_acts > 0) & ~plans.transaction
    ceiling = policy.overload_ratio * plans.goal_acts / 4
    above, known = zip(*(_above(weeks, rest_factor, ceiling, back, policy) for back in (0, 1)), strict=True)
    seen = known[0] & known[1]
    return Load(over=capped & seen & above[0] & above[1], within=~capped | (seen & ~above[0] & ~above[1]))


def _above(
    weeks: Weeks, rest_factor: np.ndarray, ceiling: np.ndarray, back: int, policy: Policy
) -> tuple[Bools, Bools]:
    """Whether the week so many weeks back was above the ceiling, and whether enough of it was seen."""
    acts: WeekSums = weeks.acts_known[back]
    exposure = weeks.work[back] + rest_factor * weeks.rest[back]
    usual = 5.0 + 2.0 * rest_factor
    return acts * usual > ceiling * exposure, weeks.seen[back] >= policy.days_of_a_known_week

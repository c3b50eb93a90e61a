"""What strains a group that lives: more talk than its plan wants, or one member who carries it.

Each has its own hysteresis: two weeks running, or two weekly looks in a row, begin it and end it.
"""

from __future__ import annotations

import numpy as np

from lifecycle.rules.arrays import NO_DAY
from lifecycle.rules.figures import Figures
from lifecycle.rules.memory import UNKNOWN, Memory
from lifecycle.rules.policy import Policy
from lifecycle.rules.states import Outlook


def look_after(memory: Memory, day: int, at: int, figures: Figures, outlook: Outlook, policy: Policy) -> None:
    """Move both on by one day, in place; what is not known today leaves them as they were."""
    judged = outlook.grown[at] & (memory.state != UNKNOWN)
    load = figures.load
    memory.overloaded = np.where(judged & load.over[at], 1, np.where(judged & load.within[at], 0, memory.overloaded))

    share = figures.share_at_look[at]
    looked = judged & ~np.isnan(share)
    most = (share > policy.carried_by_one_share) & (figures.acts_28[at] >= policy.carried_least_acts)
    began = looked & most & (memory.carried_high == 0) & (memory.carried == 0)
    memory.carried_since = np.where(began, day, memory.carried_since)
    memory.carried_high = np.where(
        looked, np.where(most, np.minimum(memory.carried_high + 1, 99), 0), memory.carried_high
    )
    memory.carried_low = np.where(looked, np.where(most, 0, np.minimum(memory.carried_low + 1, 99)), memory.carried_low)
    raised, lowered = memory.carried_high >= policy.carried_looks, memory.carried_low >= policy.carried_looks
    memory.carried = np.where(raised, 1, np.where(lowered, 0, memory.carried))
    memory.carried_since = np.where((memory.carried == 0) & (memory.carried_high == 0), NO_DAY, memory.carried_since)

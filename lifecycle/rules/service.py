"""How well a group that answers questions does: on how many of the days with a word somebody else spoke too.

No source tells which message is a question and which its answer, so the share of questions answered within 24 hours is
not known. Daily counts do tell whether a word stayed alone: where one person spoke, nobody answered on that day; where
two or more spoke, somebody may have. The share of such days stands for the level in the card of a group whose plan
promises answers, and pages say what it is. How much is said does not matter there.
"""

from __future__ import annotations

import numpy as np

from lifecycle.rules.arrays import Floats
from lifecycle.rules.weeks import Weeks, over

WINDOW_WEEKS = 4


def exchange_of(weeks: Weeks) -> Floats:
    """Days with two people or more / days with one or more, over 28 days; NaN without such a day."""
    spoken, together = over(weeks.spoken, WINDOW_WEEKS), over(weeks.together, WINDOW_WEEKS)
    share: Floats = np.full(spoken.shape, np.nan)
    np.divide(together, spoken, out=share, where=spoken > 0)
    return share


def answered_level(exchange: Floats, target: Floats) -> Floats:
    """How far the share is towards the plan's target (1 where it names none), 0..1; NaN = not known."""
    level: Floats = np.clip(exchange / np.where(target > 0, target, 1.0), 0.0, 1.0)
    return level

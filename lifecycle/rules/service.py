"""How well a group that answers questions does: how many were answered, or else how often a word stayed alone.

Where a source counts questions and those that were answered within 24 hours, their share is the level in the card of a
group whose plan promises answers. Other sources do not tell which message is a question. Their daily counts do tell
whether a word stayed alone: where one person spoke, nobody answered on that day; where two or more spoke, somebody may
have. There the share of such days stands for the level, and pages say what it is. How much is said does not matter.
"""

from __future__ import annotations

import numpy as np

from lifecycle.rules.arrays import Floats, Ints
from lifecycle.rules.weeks import Weeks, over

WINDOW_WEEKS = 4


def questions_of(weeks: Weeks) -> Ints:
    """Questions of 28 days of which it is known how many were answered."""
    return over(weeks.questions, WINDOW_WEEKS)


def exchange_of(weeks: Weeks) -> Floats:
    """Answered questions / questions over 28 days; where none is known, days with two people or more / days with one
    or more; NaN without such a day."""
    asked, answered = questions_of(weeks), over(weeks.answered, WINDOW_WEEKS)
    spoken, together = over(weeks.spoken, WINDOW_WEEKS), over(weeks.together, WINDOW_WEEKS)
    share: Floats = np.full(spoken.shape, np.nan)
    np.divide(together, spoken, out=share, where=spoken > 0)
    np.divide(np.minimum(answered, asked), asked, out=share, where=asked > 0)
    return share


def answered_level(exchange: Floats, target: Floats) -> Floats:
    """How far the share is towards the plan's target (1 where it names none), 0..1; NaN = not known."""
    level: Floats = np.clip(exchange / np.where(target > 0, target, 1.0), 0.0, 1.0)
    return level

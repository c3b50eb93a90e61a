"""How many different people took part in 28 days: counted where the members are known, bounded below where not.

Daily head counts do not say who came twice. The largest of them is certain: at least so many took part. The score uses
an estimate (docs/decisions/people-from-daily-counts.md), the page says "at least".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lifecycle.rules.arrays import Bools, Floats, Ints
from lifecycle.rules.policy import LEAD_DAYS, RETURN_DAYS, WINDOW_DAYS
from lifecycle.rules.weeks import Weeks, WeekSums, over
from lifecycle.rules.windows import Acting, distinct_members

BEFORE_WEEKS = WINDOW_DAYS // 7 + 1


@dataclass(frozen=True)
class Named:
    """How many different members, known one by one, acted in windows of judged days x groups."""

    week: Ints
    window: Ints
    either: Ints  # in the window or in the RETURN_DAYS ahead of it
    before: WeekSums  # [k] in the RETURN_DAYS that end 7 k days before the judged day; BEFORE_WEEKS of them

    @property
    def returning(self) -> Ints:
        """Members who acted in the window and also in the RETURN_DAYS ahead of it."""
        came_back: Ints = self.window + self.before[-1] - self.either
        return came_back


@dataclass(frozen=True)
class People:
    """Judged days x groups. `window` is exact where `counted`, else the lower bound; `judged` is what the card uses."""

    window: Ints
    judged: Floats
    week: Ints
    known: Bools
    counted: Bools
    returning: Ints
    returning_known: Bools


def named_of(acting: Acting, shape: tuple[int, int]) -> Named:
    """Counted from who acted when; `shape` is that of all rows, the lead-in included."""
    windows = (7, WINDOW_DAYS, WINDOW_DAYS + RETURN_DAYS, RETURN_DAYS)
    week, window, either, before = distinct_members(acting, windows, shape)
    days = shape[0] - LEAD_DAYS
    starts = [LEAD_DAYS - 7 * week for week in range(BEFORE_WEEKS)]
    return Named(
        week=week[LEAD_DAYS:],
        window=window[LEAD_DAYS:],
        either=either[LEAD_DAYS:],
        before=np.stack([before[at : at + days] for at in starts]).astype(np.int32),
    )


def people_of(weeks: Weeks, named: Named) -> People:
    """Different people of the trailing 28 and 7 days, and those who came back."""
    counted = over(weeks.unlisted, 4) == 0
    largest = weeks.most_heads.max(axis=0).astype(np.int64)
    window = np.where(counted, named.window, np.maximum(named.window, largest))
    estimate = estimated_people(largest, over(weeks.heads, 4))
    return People(
        window=window,
        judged=np.where(counted, window, np.maximum(estimate, window)),
        week=np.maximum(named.week, weeks.most_heads[0]),
        known=counted | (over(weeks.unnamed, 4) == 0),
        counted=counted,
        returning=named.returning,
        returning_known=over(weeks.unlisted, 12) == 0,
    )


def estimated_people(largest: Ints, heads: Ints) -> Floats:
    """Different people of a window from daily head counts: the geometric mean of the largest day and of all days' sum.

    The truth lies between the two: at least the largest day's, at most the sum.
    """
    estimate: Floats = np.sqrt(largest.astype(np.float64) * heads)
    return estimate

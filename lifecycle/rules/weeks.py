"""From daily rows to sums of seven days: for each judged day the week that ends on it, and the weeks before that.

Every window of the card is whole weeks long (7, 14, 28, 56, 84, 112 days), so these are all the sums that it needs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifecycle.rules.arrays import Ints
from lifecycle.rules.exposure import Exposure
from lifecycle.rules.observations import Observations, Signal
from lifecycle.rules.policy import LEAD_DAYS
from lifecycle.rules.windows import trailing_max

LEAD_WEEKS = LEAD_DAYS // 7
WeekSums = NDArray[np.int32]  # weeks x judged days x groups; [k] is the week that ends 7 k days before the judged day


@dataclass(frozen=True)
class Weeks:
    """Each field is as long as the longest window that it serves. A day without a known count adds nothing."""

    acts: WeekSums
    acts_known: WeekSums  # on days that are evidence
    active_known: WeekSums  # days of evidence with an act
    active: WeekSums  # days with an act
    work_acts: WeekSums  # acts on observed working days
    work: WeekSums
    rest: WeekSums
    observed: WeekSums
    leaves: WeekSums
    leaves_known: WeekSums
    ads: WeekSums
    ads_known: WeekSums
    said: WeekSums  # messages of days whose adverts are known
    unnamed: WeekSums  # days with acts of which nobody knows how many people they came from
    unlisted: WeekSums  # days with acts of which nobody knows who
    heads: WeekSums  # people a day, added up
    most_heads: WeekSums  # people of the fullest day of the week

    @property
    def seen(self) -> WeekSums:
        """Days that are evidence."""
        return self.work + self.rest


def weeks_of(seen: Observations, signal: Signal, exposure: Exposure) -> Weeks:
    """Weekly sums of everything that the figures are made of."""
    known, acted = exposure.known, signal.acts > 0
    with_acts = signal.observed & acted
    heads = np.where(signal.people.known, signal.people.values, 0)
    return Weeks(
        acts=weekly(signal.acts, 4),
        acts_known=weekly(np.where(known, signal.acts, 0), LEAD_WEEKS),
        active_known=weekly(known & acted, LEAD_WEEKS),
        active=weekly(acted, 1),
        work_acts=weekly(np.where(exposure.work, signal.acts, 0), LEAD_WEEKS),
        work=weekly(exposure.work, LEAD_WEEKS),
        rest=weekly(exposure.rest, LEAD_WEEKS),
        observed=weekly(signal.observed, 4),
        leaves=weekly(seen.leaves.values, LEAD_WEEKS),
        leaves_known=weekly(seen.leaves.known, LEAD_WEEKS),
        ads=weekly(signal.ads.values, 2),
        ads_known=weekly(signal.ads.known, 2),
        said=weekly(np.where(signal.ads.known, signal.messages, 0), 2),
        unnamed=weekly(with_acts & ~signal.people.known & ~signal.acting_known, 4),
        unlisted=weekly(with_acts & ~signal.acting_known, 12),
        heads=weekly(heads, 4),
        most_heads=weekly_largest(heads, 4),
    )


def weekly(values: NDArray[np.generic], weeks: int) -> WeekSums:
    """Sums of seven days for each row after the lead-in, and for so many weeks back."""
    height, width = values.shape
    total = np.zeros((height + 1, width), dtype=np.int64)
    np.cumsum(values, axis=0, out=total[1:])
    sums = np.empty((weeks, height - LEAD_DAYS, width), dtype=np.int32)
    for week in range(weeks):
        end = LEAD_DAYS + 1 - 7 * week
        np.subtract(
            total[end : end + height - LEAD_DAYS],
            total[end - 7 : end - 7 + height - LEAD_DAYS],
            out=sums[week],
            casting="unsafe",
        )
    return sums


def weekly_largest(values: Ints, weeks: int) -> WeekSums:
    """The largest of seven days for each row after the lead-in, and for so many weeks back."""
    begin = LEAD_DAYS - 7 * weeks + 1
    largest = trailing_max(values[begin:], 7)
    days = len(values) - LEAD_DAYS
    starts = [LEAD_DAYS - 7 * week - begin for week in range(weeks)]
    return np.stack([largest[at : at + days] for at in starts]).astype(np.int32)


def over(sums: WeekSums, weeks: int, after: int = 0) -> Ints:
    """The sum over `weeks` weeks, the last of which ends `after` weeks before the judged day."""
    total: Ints = sums[after : after + weeks].sum(axis=0, dtype=np.int64)
    return total

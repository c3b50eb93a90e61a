"""From daily rows to sums of seven days: for each judged day the week that ends on it, and the weeks before that.

Every window of the card is whole weeks long (7, 14, 28, 56, 84, 112 days), so these are all the sums that it needs.
`unserved` are rules.serving.unserved_days of the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifecycle.rules.arrays import Bools, Ints
from lifecycle.rules.exposure import Exposure
from lifecycle.rules.observations import Observations, Signal
from lifecycle.rules.policy import LEAD_DAYS
from lifecycle.rules.windows import trailing_max

LEAD_WEEKS = LEAD_DAYS // 7
WeekSums = NDArray[np.int32]  # weeks x judged days x groups; [k] is the week that ends 7 k days before the judged day


@dataclass(frozen=True)
class Weeks:
    """Each field is as long as DEPTHS says. A day without a known count adds nothing."""

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
    unserved: WeekSums  # days of evidence on which a group that sells was offered nothing
    spoken: WeekSums  # days on which it is known how many people acted, and somebody did
    together: WeekSums  # those of them with two people or more
    questions: WeekSums  # of days on which it is known how many were answered
    answered: WeekSums  # within 24 hours, by somebody else

    @property
    def seen(self) -> WeekSums:
        """Days that are evidence."""
        return self.work + self.rest


# How many weeks back each field reaches; the longest window of the card that it serves.
DEPTHS = {
    "acts": 8,
    "acts_known": LEAD_WEEKS,
    "active_known": LEAD_WEEKS,
    "active": 1,
    "work_acts": LEAD_WEEKS,
    "work": LEAD_WEEKS,
    "rest": LEAD_WEEKS,
    "observed": 8,
    "leaves": LEAD_WEEKS,
    "leaves_known": LEAD_WEEKS,
    "ads": 2,
    "ads_known": 2,
    "said": 2,
    "unnamed": 4,
    "unlisted": 12,
    "heads": 4,
    "most_heads": 4,
    "unserved": LEAD_WEEKS,
    "spoken": 4,
    "together": 4,
    "questions": 4,
    "answered": 4,
}


def days_of_weeks(seen: Observations, signal: Signal, exposure: Exposure, unserved: Bools) -> dict[str, NDArray[Any]]:
    """What each day adds to the fields of Weeks, for all rows; `heads` also stands for `most_heads`."""
    known, acted = exposure.known, signal.acts > 0
    both = seen.questions.known & seen.answered.known
    with_acts = signal.observed & acted
    heads = np.where(signal.people.known, signal.people.values, 0)
    return {
        "acts": signal.acts,
        "acts_known": np.where(known, signal.acts, 0),
        "active_known": known & acted,
        "active": acted,
        "work_acts": np.where(exposure.work, signal.acts, 0),
        "work": exposure.work,
        "rest": exposure.rest,
        "observed": signal.observed,
        "leaves": seen.leaves.values,
        "leaves_known": seen.leaves.known,
        "ads": signal.ads.values,
        "ads_known": signal.ads.known,
        "said": np.where(signal.ads.known, signal.messages, 0),
        "unnamed": with_acts & ~signal.people.known & ~signal.acting_known,
        "unlisted": with_acts & ~signal.acting_known,
        "heads": heads,
        "unserved": unserved & known,
        "spoken": heads > 0,
        "together": heads > 1,
        "questions": np.where(both, seen.questions.values, 0),
        "answered": np.where(both, seen.answered.values, 0),
    }


def weeks_of(seen: Observations, signal: Signal, exposure: Exposure, unserved: Bools) -> Weeks:
    """Weekly sums of everything that the figures are made of, from the rows of all days."""
    days = days_of_weeks(seen, signal, exposure, unserved)
    sums = {name: weekly(values, DEPTHS[name]) for name, values in days.items()}
    return Weeks(**sums, most_heads=weekly_largest(days["heads"], DEPTHS["most_heads"]))


def weeks_of_one_day(seen: Observations, signal: Signal, exposure: Exposure, unserved: Bools) -> Weeks:
    """The same where only the last row is judged."""
    days = days_of_weeks(seen, signal, exposure, unserved)

    def by_week(name: str, depth: int) -> NDArray[Any]:
        values = days[name]
        return values[len(values) - 7 * depth :].reshape(depth, 7, -1)

    sums = {name: by_week(name, DEPTHS[name]).sum(axis=1, dtype=np.int32)[::-1, None] for name in days}
    largest = by_week("heads", DEPTHS["most_heads"]).max(axis=1).astype(np.int32)[::-1, None]
    return Weeks(**sums, most_heads=largest)


def weeks_after(before: Weeks, seen: Observations, signal: Signal, exposure: Exposure, unserved: Bools) -> Weeks:
    """The same for one judged day, from its last seven rows and the weeks of the day seven days before."""
    days = days_of_weeks(seen, signal, exposure, unserved)
    newest = {name: values.sum(axis=0, dtype=np.int32) for name, values in days.items()}
    newest["most_heads"] = days["heads"].max(axis=0).astype(np.int32)
    return Weeks(
        **{
            name: np.concatenate([newest[name][None, None], getattr(before, name)[: depth - 1]])
            for name, depth in DEPTHS.items()
        }
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

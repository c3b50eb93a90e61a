"""What is kept of a group at the end of a judged day, so that the next nights need not read the days behind it.

Fixed-width rows: the last seven days as they were counted, the sums of the weeks that end on that day of the week, and
who acted lately. The layout is stored: a change of any row here, or of memory.MEMORY_ROW, is a new LAYOUT.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifecycle.rules.arrays import NO_DAY, Ints
from lifecycle.rules.counts import KNOWN
from lifecycle.rules.inputs import Inputs
from lifecycle.rules.observations import COUNTED, Count, Observations, Plans
from lifecycle.rules.people import BEFORE_WEEKS
from lifecycle.rules.policy import RETURN_DAYS, WINDOW_DAYS
from lifecycle.rules.weeks import DEPTHS, Weeks
from lifecycle.rules.windows import Acting

LAYOUT = 5
REMEMBERED_DAYS = WINDOW_DAYS + RETURN_DAYS

# Counted in days, at most seven of them; all others may be large.
OF_DAYS = frozenset({"active_known", "active", "work", "rest", "observed", "leaves_known", "ads_known"}) | {
    "unnamed",
    "unlisted",
    "unserved",
    "spoken",
    "together",
}
SIGNATURE = [("transaction", "?"), ("clicks", "?"), ("orders_since", "<i4"), ("kinds", "<u4")]
WEEKS_ROW = np.dtype(
    [(name, "i1" if name in OF_DAYS else "<i4", (depth,)) for name, depth in DEPTHS.items()]
    + [("before", "<i4", (BEFORE_WEEKS,)), ("score", "<i2"), *SIGNATURE]
)
DAYS_ROW = np.dtype([(name, "<i4", (7,)) for name in COUNTED] + [("known", "<i2", (7,)), ("named", "?", (7,))])
ACTED_ROW = np.dtype([("member", "<i4"), ("last", "<i4"), ("acts", "<i4")])


@dataclass(frozen=True)
class Acted:
    """Who acted in the last REMEMBERED_DAYS: one entry per group and member, sorted in that order."""

    group: Ints
    member: Ints
    last: Ints  # ordinal of the last day with an act
    acts: Ints  # in the last WINDOW_DAYS

    @property
    def keys(self) -> Ints:
        """Group and member as one number, ascending."""
        return self.group << 32 | self.member

    def ends(self, groups: int) -> Ints:
        """How many entries there are up to and with each group."""
        return np.cumsum(np.bincount(self.group, minlength=groups))

    def rows(self) -> NDArray[np.void]:
        """The entries of ACTED_ROW, group after group."""
        rows = np.empty(len(self.group), dtype=ACTED_ROW)
        for name in ("member", "last", "acts"):
            rows[name] = getattr(self, name)
        return rows


def acted_of(acting: Acting, first: int, last: int) -> Acted:
    """From every entry of the pass: `first` is the ordinal of its row 0, `last` the day that ends the pass."""
    day = acting.day.astype(np.int64) + first
    inside = (day > last - REMEMBERED_DAYS) & (day <= last)
    group, member = acting.group[inside].astype(np.int64), acting.member[inside].astype(np.int64)
    day, acts = day[inside], acting.acts[inside].astype(np.int64)
    if not len(day):
        return Acted(group, member, day, acts)
    new = (group[1:] != group[:-1]) | (member[1:] != member[:-1])
    begins, ends = np.flatnonzero(np.r_[True, new]), np.flatnonzero(np.r_[new, True])
    lately = np.add.reduceat(np.where(day > last - WINDOW_DAYS, acts, 0), begins)
    return Acted(group[ends], member[ends], day[ends], lately)


def days_rows(seen: Observations) -> NDArray[np.void]:
    """The last seven rows of days as they were counted, whatever a plan makes of them."""
    rows = np.zeros(seen.shape[1], dtype=DAYS_ROW)
    for name in COUNTED:
        count: Count = getattr(seen, name)
        rows[name] = count.values[-7:].T
        rows["known"] |= np.where(count.known[-7:].T, KNOWN[name], 0).astype(np.int16)
    rows["named"] = seen.acting_known[-7:].T
    return rows


def weeks_rows(
    inputs: Inputs, at: int, score: NDArray[np.int16], plans: Plans, orders_since: Ints, kinds: NDArray[np.int8]
) -> NDArray[np.void]:
    """The sums behind the judged day number `at` and its score, with the signature of what they were made by.

    `kinds` are those of the LEAD_DAYS that end on that day.
    """
    rows = signature_of(inputs.first + at, plans, orders_since, kinds)
    for name in DEPTHS:
        rows[name] = getattr(inputs.weeks, name)[:, at].T
    rows["score"] = score
    rows["before"] = inputs.named.before[:, at].T
    return rows


def signature_of(day: int, plans: Plans, orders_since: Ints, kinds: NDArray[np.int8]) -> NDArray[np.void]:
    """Rows of WEEKS_ROW of which only the signature is filled: what chose the acts, and the calendar."""
    rows = np.zeros(len(plans.transaction), dtype=WEEKS_ROW)
    rows["transaction"], rows["clicks"] = plans.transaction, plans.clicks
    rows["orders_since"] = np.where(orders_since <= day, orders_since, NO_DAY)
    rows["kinds"] = zlib.crc32(kinds.astype(np.int8).tobytes())
    return rows


def same_signature(one: NDArray[np.void], other: NDArray[np.void]) -> NDArray[np.bool_]:
    """Per group, whether both rows were made by the same plan and calendar."""
    same = np.ones(len(one), dtype=np.bool_)
    for name, _ in SIGNATURE:
        same &= one[name] == other[name]
    return same


def weeks_of_rows(rows: NDArray[np.void]) -> Weeks:
    """The sums as arrays of weeks x one day x groups."""
    return Weeks(**{name: rows[name].T.astype(np.int32)[:, None] for name in DEPTHS})

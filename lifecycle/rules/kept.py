"""What is kept of a group at the end of a judged day, so that the next nights need not read the days behind it.

Rows of fixed width, column by column (packing): the last seven days as they were counted, the sums of the weeks that
end on that day of the week, and who acted lately. The layout is stored: a change of any row here, or of
memory.MEMORY_ROW, is a new LAYOUT.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifecycle.rules.arrays import NO_DAY, Ints
from lifecycle.rules.counts import KNOWN
from lifecycle.rules.inputs import Inputs
from lifecycle.rules.observations import COUNTED, Count, Observations, Plans
from lifecycle.rules.packing import Columns
from lifecycle.rules.people import BEFORE_WEEKS
from lifecycle.rules.policy import RETURN_DAYS, WINDOW_DAYS
from lifecycle.rules.weeks import DEPTHS, Weeks
from lifecycle.rules.windows import Acting

LAYOUT = 6
Narrow = NDArray[np.int32]
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
    """Who acted in the last REMEMBERED_DAYS: one entry per group and member, sorted in that order.

    There are fifty of them for each group, so they are as narrow as they may be: whole numbers of four bytes.
    """

    group: Narrow
    member: Narrow
    last: Narrow  # ordinal of the last day with an act
    acts: Narrow  # in the last WINDOW_DAYS

    @property
    def keys(self) -> Ints:
        """Group and member as one number, ascending."""
        return self.group.astype(np.int64) << 32 | self.member


@dataclass(frozen=True)
class LastDays:
    """What was kept of a day about its last seven days, and who acted lately."""

    days: Columns  # DAYS_ROW
    acted: Acted


def acted_of(acting: Acting, first: int, last: int) -> Acted:
    """From every entry of the pass: `first` is the ordinal of its row 0, `last` the day that ends the pass."""
    day = acting.day + np.int32(first)
    inside = (day > last - REMEMBERED_DAYS) & (day <= last)
    group, member, day, acts = acting.group[inside], acting.member[inside], day[inside], acting.acts[inside]
    if not len(day):
        return Acted(group, member, day, acts)
    new = (group[1:] != group[:-1]) | (member[1:] != member[:-1])
    begins, ends = np.flatnonzero(np.r_[True, new]), np.flatnonzero(np.r_[new, True])
    lately = np.add.reduceat(np.where(day > last - WINDOW_DAYS, acts, 0), begins)
    return Acted(group[ends], member[ends], day[ends], lately)


def days_rows(seen: Observations) -> Columns:
    """DAYS_ROW: the last seven rows of days as they were counted, whatever a plan makes of them."""
    counts: dict[str, Count] = {name: getattr(seen, name) for name in COUNTED}
    known = np.zeros((7, seen.shape[1]), dtype=np.int16)
    for name, count in counts.items():
        known += count.known[-7:] * np.int16(KNOWN[name])
    days = {name: count.values[-7:].T for name, count in counts.items()}
    return days | {"known": known.T, "named": seen.acting_known[-7:].T}


def weeks_rows(
    inputs: Inputs, at: int, score: NDArray[np.int16], plans: Plans, orders_since: Ints, kinds: NDArray[np.int8]
) -> Columns:
    """WEEKS_ROW: the sums behind the judged day number `at` and its score, with the signature of what made them.

    `kinds` are those of the LEAD_DAYS that end on that day.
    """
    weeks = {name: getattr(inputs.weeks, name)[:, at].T for name in DEPTHS}
    weeks |= {"before": inputs.named.before[:, at].T, "score": score}
    return weeks | signature_of(inputs.first + at, plans, orders_since, kinds)


def signature_of(day: int, plans: Plans, orders_since: Ints, kinds: NDArray[np.int8]) -> dict[str, NDArray[Any]]:
    """The columns of SIGNATURE: what chose the acts, and the calendar."""
    return {
        "transaction": plans.transaction,
        "clicks": plans.clicks,
        "orders_since": np.where(orders_since <= day, orders_since, NO_DAY),
        "kinds": np.full(len(orders_since), zlib.crc32(kinds.astype(np.int8).tobytes()), dtype=np.int64),
    }


def same_signature(one: Columns, other: Columns) -> NDArray[np.bool_]:
    """Per group, whether both rows were made by the same plan and calendar."""
    same = np.ones(len(one["kinds"]), dtype=np.bool_)
    for name, _ in SIGNATURE:
        same &= one[name] == other[name]
    return same


def weeks_of_rows(stored: Columns) -> Weeks:
    """The sums as arrays of weeks x one day x groups."""
    return Weeks(**{name: stored[name].T.astype(np.int32)[:, None] for name in DEPTHS})

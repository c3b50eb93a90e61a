"""Seven days of many groups as bytes: what was counted on them, and who acted; what a pass reads instead of rows.

Counts lie by group, seven days each, and only those of which any is not zero (`told`, bits of counts.KNOWN). Who acted
lies by group and day, one entry per member. The layout is stored: a change of any row here, of the counts that the
rules look at (COUNTED), or of what is taken off them (lifecycle.valid_acts), is a new LAYOUT.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifecycle.rules.arrays import Ints
from lifecycle.rules.counts import KNOWN
from lifecycle.rules.observations import COUNTED
from lifecycle.rules.packing import Columns, packed, unpacked

LAYOUT = 1
DAYS = 7
PACK_GROUPS = 2000  # ids that lie together; another number is another LAYOUT

GROUPS_ROW = np.dtype(
    [("after", "<i4"), ("acted", "<i4")]
)  # the id's distance from the first one; entries of who acted
ACTED_ROW = np.dtype([("day", "<i4"), ("member", "<i4"), ("acts", "<i4")])  # day: 0 to 6


@dataclass(frozen=True)
class Week:
    """Seven days of groups in ascending order; a group that is not named has no row on any of them."""

    groups: Ints  # distances from the first id of the range
    known: NDArray[Any]  # groups x DAYS, bits of counts.KNOWN; 0 = nobody looked
    counts: dict[str, NDArray[Any]]  # groups x DAYS; a count that is not named is zero throughout
    acted: Columns  # the columns of ACTED_ROW, group after group
    sizes: Ints  # how many of them each group has

    @property
    def told(self) -> int:
        """The counts that are named, as bits."""
        return sum(KNOWN[name] for name in self.counts)


def week_of(groups: Ints, rows: NDArray[Any], acts: dict[str, NDArray[Any]]) -> Week:
    """From rows of `group`, `day`, `known` and COUNTED, and entries of `group`, `day`, `member`, `acts`, in any order.

    `groups`: all that have either, ascending. Days are 0 to 6.
    """
    at = np.searchsorted(groups, rows["group"]), rows["day"]
    shape = len(groups), DAYS
    known = np.zeros(shape, dtype=np.int16)
    known[at] = rows["known"]
    counts = {}
    for name in COUNTED:
        if rows[name].any():
            counts[name] = np.zeros(shape, dtype=np.int32)
            counts[name][at] = rows[name]
    order = np.lexsort((acts["member"], acts["day"], acts["group"]))
    place = np.searchsorted(groups, acts["group"])
    return Week(
        groups=groups,
        known=known,
        counts=counts,
        acted={name: acts[name][order] for name in ACTED_ROW.names or ()},
        sizes=np.bincount(place, minlength=len(groups)),
    )


def bytes_of_week(week: Week) -> dict[str, bytes]:
    """The columns `groups`, `counts` and `acted` of a stored week; see `week_of_bytes`."""
    return {
        "groups": packed({"after": week.groups, "acted": week.sizes}),
        "counts": packed({"known": week.known, **week.counts}),
        "acted": packed(week.acted),
    }


def week_of_bytes(told: int, groups: memoryview, counts: memoryview, acted: memoryview) -> Week | None:
    """The same again, as narrow as stored and not to be written to; None where the bytes are not such a week."""
    names = [name for name in COUNTED if told & KNOWN[name]]
    layout = np.dtype([("known", "<i2", (DAYS,)), *((name, "<i4", (DAYS,)) for name in names)])
    there, days, who = (
        unpacked(content, kind) for content, kind in ((groups, GROUPS_ROW), (counts, layout), (acted, ACTED_ROW))
    )
    if there is None or days is None or who is None or len(days["known"]) != len(there["after"]):
        return None
    sizes = there["acted"].astype(np.int64)
    if len(who["day"]) != sizes.sum():
        return None
    return Week(there["after"].astype(np.int64), days["known"], {name: days[name] for name in names}, who, sizes)

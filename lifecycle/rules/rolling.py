"""What the judge is given of one day, from what was kept of the days before and the day itself: the rolling form.

Two forms, one rule: every window is whole weeks long, so the weeks of a day are its own last seven days and the weeks
of the day seven days before, moved on by one. The figures, and all that follows from them, are worked out by the same
functions as in the full form (inputs), and the inputs are the same to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifecycle.rules.acted import acted_after
from lifecycle.rules.arrays import Bools, Floats, Ints
from lifecycle.rules.carried import carried_of
from lifecycle.rules.counts import KNOWN
from lifecycle.rules.exposure import exposure_of
from lifecycle.rules.inputs import Inputs
from lifecycle.rules.kept import REMEMBERED_DAYS, Acted, same_signature, signature_of, weeks_of_rows
from lifecycle.rules.memory import Memory
from lifecycle.rules.observations import COUNTED, Count, Observations, Plans, first_orders, signal_of
from lifecycle.rules.packing import Columns, length, only
from lifecycle.rules.people import Named
from lifecycle.rules.policy import RETURN_DAYS, WINDOW_DAYS
from lifecycle.rules.serving import unserved_days
from lifecycle.rules.weeks import WeekSums, weeks_after
from lifecycle.rules.windows import Acting, is_look


@dataclass(frozen=True)
class Kept:
    """What there is to go on from; one entry per group, `acted` several."""

    days: Columns  # kept.DAYS_ROW of the day before
    weeks: Columns  # kept.WEEKS_ROW of seven days before
    acted: Acted  # of the day before

    def only(self, groups: Ints) -> Kept:
        """The same for some of the groups (ascending places)."""
        place = np.full(length(self.days), -1, dtype=np.int32)
        place[groups] = np.arange(len(groups))
        inside = place[self.acted.group] >= 0
        acted = Acted(
            place[self.acted.group[inside]],
            self.acted.member[inside],
            self.acted.last[inside],
            self.acted.acts[inside],
        )
        return Kept(only(self.days, groups), only(self.weeks, groups), acted)


@dataclass(frozen=True)
class Today:
    """The new day. Columns in the order of the groups; `acts` and `past` sorted by group and member."""

    ordinal: int
    known: NDArray[np.int16]  # counts.KNOWN bits; 0 = nobody looked
    counts: dict[str, Ints]  # of COUNTED
    acts: Acting  # who acted today
    past: Acting  # who acted on the day that leaves the window today


def week_until(days: Columns, today: Today) -> Observations:
    """The last seven days with today as the last row; `days` are those of the day before. Without who acted."""
    groups = length(days)
    named = np.zeros(groups, dtype=np.bool_)
    named[today.acts.group] = True
    known = np.concatenate([days["known"][:, 1:].T, today.known[None]])
    counts = {
        name: Count(
            np.concatenate([days[name][:, 1:].T, today.counts[name][None]]).astype(np.int64),
            known & KNOWN[name] != 0,
        )
        for name in COUNTED
    }
    quiet = counts["messages"].known[-1] & (today.counts["messages"] == 0)
    acting_known = np.concatenate([days["named"][:, 1:].T, (named | quiet)[None]])
    return Observations(first=today.ordinal - 6, acting=Acting.none(), acting_known=acting_known, **counts)


def fits(weeks: Columns, day: int, plans: Plans, orders_since: Ints, kinds: NDArray[np.int8]) -> Bools:
    """Per group, whether the kept weeks are as they would be made today, `day`: by this plan, orders and calendar.

    `orders_since`: as it stood the day before; orders first known since then lie behind no kept week. `kinds`: of the
    LEAD_DAYS that end seven days before.
    """
    return same_signature(weeks, signature_of(day - 7, plans, orders_since, kinds))


def roll(
    kept: Kept, seen: Observations, today: Today, kinds: NDArray[np.int8], plans: Plans, memory: Memory
) -> tuple[Inputs, Acted]:
    """The inputs of today, and who acted lately as of today; sets the memory's first orders.

    `seen`: week_until today. `kinds`: of its seven days. Only for groups whose weeks carry the signature of today.
    """
    memory.orders_since = first_orders(seen, plans, memory.orders_since)
    signal = signal_of(seen, plans, memory.orders_since)
    exposure = exposure_of(signal.observed, kinds)
    unserved = unserved_days(seen, signal, plans)
    acted = acted_after(kept.acted, today.acts, today.past, today.ordinal)
    share = share_of_one(acted, plans)
    looked = is_look(np.array([[today.ordinal]]))
    inputs = Inputs(
        first=today.ordinal,
        weeks=weeks_after(weeks_of_rows(kept.weeks), seen, signal, exposure, unserved),
        named=named_by_last_day(acted, kept.weeks["before"].T[:-1, None], plans, today.ordinal),
        carried=carried_of(signal, exposure, unserved, seen.members, today.ordinal, memory, lead=6),
        evidence=exposure.known[-1:],
        acted=signal.acts[-1:] > 0,
        share_at_look=np.where(looked, share, np.nan),
        share_of_one=share,
    )
    return inputs, acted


def named_by_last_day(acted: Acted, earlier: WeekSums, plans: Plans, day: int) -> Named:
    """Members counted by their last day; `earlier`: people.Named.before of seven days before, without its oldest.

    In a transaction group talk never counts.
    """
    groups, spans = len(plans.transaction), (7, WINDOW_DAYS, RETURN_DAYS, REMEMBERED_DAYS)
    # The first of the spans that an entry lies in, told for all days at once; it lies in all that follow.
    first = np.searchsorted(spans, np.arange(1, REMEMBERED_DAYS + 1)).astype(np.int32)
    cells = first[day - acted.last] + acted.group * np.int32(len(spans))
    counted = np.bincount(cells, minlength=groups * len(spans)).reshape(groups, len(spans)).cumsum(axis=1)
    week, window, newest, either = np.where(plans.transaction, 0, counted.T)[:, None]
    return Named(
        week=week,
        window=window,
        either=either,
        before=np.concatenate([newest.astype(np.int32)[None], earlier]),
    )


def share_of_one(acted: Acted, plans: Plans) -> Floats:
    """Per group, what inputs.Inputs calls so."""
    groups = len(plans.transaction)
    most, total = np.zeros(groups, dtype=np.int64), np.zeros(groups)
    begins = np.flatnonzero(np.diff(acted.group, prepend=-1))
    if begins.size:
        most[acted.group[begins]] = np.maximum.reduceat(acted.acts, begins)
        total[acted.group[begins]] = np.add.reduceat(acted.acts, begins, dtype=np.int64)
    share = np.full(groups, np.nan)
    np.divide(most, total, out=share, where=(total > 0) & ~plans.transaction)
    return share

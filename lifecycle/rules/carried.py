"""What has no window: the last act, the silence since, the days lived, the last known membership; day by day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lifecycle.rules.arrays import NO_DAY, Bools, Ints
from lifecycle.rules.exposure import Exposure
from lifecycle.rules.memory import Memory
from lifecycle.rules.observations import Count, Signal
from lifecycle.rules.policy import LEAD_DAYS
from lifecycle.rules.serving import is_held


@dataclass(frozen=True)
class Carried:
    """Judged days x groups, as each day leaves them. Days as ordinals."""

    silent_work: Ints  # observed days without an act since the last one, unless the judge waits for an offer
    silent_rest: Ints
    lived_work: Ints  # all observed days
    lived_rest: Ints
    first_observed: Ints
    last_observed: Ints
    last_act: Ints
    members: Ints  # last known; -1 = never
    unserved_for: Ints  # days of evidence without an offer since the last other one


NAMES = tuple(Carried.__dataclass_fields__)


def carried_of(
    signal: Signal,
    exposure: Exposure,
    unserved: Bools,
    members: Count,
    first: int,
    memory: Memory,
    lead: int = LEAD_DAYS,
) -> Carried:
    """Go on from the memory through the judged days, which follow `lead` rows; `first` is the ordinal of the first."""
    acted, observed = signal.acts[lead:] > 0, signal.observed[lead:]
    work, rest = exposure.work[lead:], exposure.rest[lead:]
    unserved_for = _since_the_last(observed & ~unserved[lead:], unserved[lead:] & (work | rest), memory.unserved_for)
    heard = ~is_held(unserved_for)
    days = first + np.arange(len(acted), dtype=np.int64)[:, None]
    begun = np.where(observed.any(axis=0), first + observed.argmax(axis=0), NO_DAY)
    begun = np.where(memory.first_observed == NO_DAY, begun, memory.first_observed)
    return Carried(
        silent_work=_since_the_last(acted, work & heard, memory.silent_work),
        silent_rest=_since_the_last(acted, rest & heard, memory.silent_rest),
        lived_work=memory.lived_work + np.cumsum(work, axis=0, dtype=np.int64),
        lived_rest=memory.lived_rest + np.cumsum(rest, axis=0, dtype=np.int64),
        first_observed=np.where(days >= begun, begun, NO_DAY),
        last_observed=_latest(observed, days, memory.last_observed),
        last_act=_latest(acted, days, memory.last_act),
        members=_last_known(members.values[lead - 1 :], members.known[lead - 1 :], memory.members),
        unserved_for=unserved_for,
    )


def remember(memory: Memory, carried: Carried) -> None:
    """Leave in the memory what the last day left."""
    for name in NAMES:
        setattr(memory, name, getattr(carried, name)[-1].copy())


def _since_the_last(acted: Bools, counted: Bools, before: Ints) -> Ints:
    """Counted days after the last act, each day; those since an act before the first row are `before`."""
    total = np.cumsum(counted, axis=0, dtype=np.int64) + before
    at_act = np.maximum.accumulate(np.where(acted, total, -1), axis=0)
    return np.where(at_act < 0, total, total - at_act)


def _latest(happened: Bools, days: Ints, before: Ints) -> Ints:
    return np.maximum(np.maximum.accumulate(np.where(happened, days, NO_DAY), axis=0), before)


def _last_known(values: Ints, known: Bools, before: Ints) -> Ints:
    """The last known membership of each day after the first row; what the memory holds counts before."""
    values, known = values.copy(), known.copy()
    values[0] = np.where(known[0], values[0], before)
    known[0] = True
    rows = np.where(known, np.arange(len(values))[:, None], 0)
    return np.take_along_axis(values, np.maximum.accumulate(rows, axis=0), axis=0)[1:]

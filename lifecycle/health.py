"""From activity to health: judges groups day by day and writes readings, changes of state, standings and flags.

A group goes on from what was kept when it was judged last (lifecycle.kept), one night from a few rows (the rolling
form), several days from their rows and those of the weeks before (the full form). Otherwise its whole past is replayed,
so that a change in the past, however old, has the effect that it would have had at the time. The same again writes the
same. All in the caller's transaction; the number of statements grows with the cells read, never with the groups.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection

from lifecycle.bulk import ascending
from lifecycle.flags import settle_flags
from lifecycle.kept import WEEK, Eve, Keeping, all_last_days, eve_of, forget, write_kept
from lifecycle.policies import rulings
from lifecycle.readings import (
    Judged,
    clear_days,
    scores_of,
    write_readings,
    write_standings,
    write_state_changes,
)
from lifecycle.rolling import Night, night_of
from lifecycle.rules.calendar import day_kinds
from lifecycle.rules.inputs import inputs_of
from lifecycle.rules.judging_by_days import judge_by_days
from lifecycle.rules.kept import acted_of
from lifecycle.rules.memory import Memory
from lifecycle.rules.packing import only
from lifecycle.rules.policy import LEAD_DAYS
from lifecycle.rules.rulings import Rulings
from lifecycle.rules.whole_day import inputs_of_day
from lifecycle.series import Registered, first_days, load_day, load_registered, load_series

# Days x groups that are in memory at once: about 200 MB. A single day needs less for each.
CELLS_AT_ONCE, CELLS_OF_ONE_DAY = 300_000, 500_000


@dataclass(frozen=True)
class Batch:
    """Groups that are judged in one pass, from the day after their memories end or from their beginning."""

    registered: Registered
    memory: Memory
    start: date
    rewound: np.ndarray  # days from the first wanted one on were judged before
    entries: np.ndarray  # places in kept.Eve; -1 for those judged from the beginning
    behind: np.ndarray  # kept.Eve.behind; zeros for those


def judge_groups(group_ids: Sequence[int], first_day: date, last_day: date, *, now: datetime) -> int:
    """Judge these groups for the days first_day..last_day (both included); returns how many readings were written.

    Readings stand for the days on which a group was open or observed. The partitions of the days must exist
    (lifecycle.partitions). `now` is not used by any rule: a day is judged by what is known of it.
    """
    registered = load_registered(ascending(group_ids))
    with connection.cursor() as cursor:
        holding = rulings(cursor)
        eve = eve_of(cursor, registered.ids)
        night = night_of(cursor, registered, eve, first_day) if first_day == last_day else None
        written = _judge_night(cursor, night, first_day, holding) if night else 0
        left = np.ones(len(registered.ids), dtype=np.bool_)
        if night:
            left[night.columns] = False
        for batch in _batches(registered, eve, left, first_day, last_day):
            written += _judge_batch(cursor, batch, eve, first_day, last_day, holding)
        forget(cursor, eve, registered.ids, first_day, last_day)
    return written


def _judge_night(cursor: Any, night: Night, day: date, holding: Rulings) -> int:
    """The rolling form."""
    found = judge_by_days(night.inputs, night.registered.plans, night.memory, holding)
    judged = Judged.of(night.registered, found, night.memory, night.before, day, day, holding)
    nobody = np.zeros(len(night.columns), dtype=np.bool_)
    return _write(cursor, judged, night.keeping(found), night.week_ago, nobody)


def _judge_batch(cursor: Any, batch: Batch, eve: Eve, first_day: date, last_day: date, holding: Rulings) -> int:
    """The full form."""
    plans, memory, before = batch.registered.plans, batch.memory, batch.memory.state.copy()
    ids = batch.registered.ids.tolist()
    kinds = day_kinds(batch.start - timedelta(days=LEAD_DAYS), last_day).kinds
    if batch.start == last_day:
        kept = all_last_days(cursor, eve, batch.entries) if (batch.entries >= 0).all() else None
        seen, lately = load_day(ids, last_day, kept)
        inputs, acted = inputs_of_day(seen, lately, kinds, plans, memory), lately.acted
    else:
        seen = load_series(ids, batch.start, last_day)
        inputs = inputs_of(seen, kinds, plans, memory)
        acted = acted_of(seen.acting, seen.first, last_day.toordinal())
    found = judge_by_days(inputs, plans, memory, holding)
    judged = Judged.of(batch.registered, found, memory, before, first_day, last_day, holding)
    keeping = Keeping.of(seen, inputs, found, plans, memory.orders_since, kinds, batch.behind, acted)
    return _write(cursor, judged, keeping, None, batch.rewound)


def _write(cursor: Any, judged: Judged, keeping: Keeping, week_ago: np.ndarray | None, rewound: np.ndarray) -> int:
    clear_days(cursor, judged)
    written = write_readings(cursor, judged)
    write_state_changes(cursor, judged)
    if week_ago is None:
        week_ago = scores_of(cursor, judged.registered.ids, judged.last - timedelta(days=7))
    write_standings(cursor, judged, week_ago)
    write_kept(cursor, judged, keeping)
    settle_flags(cursor, judged, judged.registered.ids[rewound])
    return written


def _batches(registered: Registered, eve: Eve, left: np.ndarray, first_day: date, last_day: date) -> Iterator[Batch]:
    """As many groups together as fit into memory: those that go on from the same day, and those replayed whole."""
    ids = registered.ids.tolist()
    stood = eve.stood
    rewound = stood >= first_day.toordinal()
    entry = np.full(len(ids), -1, dtype=np.int64)
    entry[eve.columns] = np.arange(len(eve.columns))
    goes_on = (entry >= 0) & ~rewound
    observed = first_days([ids[column] for column in np.flatnonzero(left & ~goes_on)])
    starts: dict[int, list[int]] = {}
    for column in np.flatnonzero(left & goes_on).tolist():
        starts.setdefault(int(stood[column]) + 1, []).append(column)
    anew = [
        (
            min(
                observed.get(ids[column], first_day), date.fromordinal(int(registered.opened_on[column])), first_day
            ).toordinal(),
            column,
        )
        for column in np.flatnonzero(left & ~goes_on).tolist()
    ]
    for start, columns in [*starts.items(), *_by_size(sorted(anew), last_day)]:
        for some in _pieces(columns, start, last_day):
            memory, here = Memory.fresh(len(some)), np.array(some)
            behind = np.zeros((len(some), WEEK), dtype=np.int64)
            entries = np.where(goes_on[here], entry[here], -1)
            stored = np.flatnonzero(entries >= 0)
            if stored.size:
                memory.put(stored, only(eve.memory, entries[stored]))
                behind[stored] = eve.behind[entries[stored]]
            yield Batch(
                registered=registered.only(here),
                memory=memory,
                start=date.fromordinal(start),
                rewound=rewound[here],
                entries=entries,
                behind=behind,
            )


def _by_size(begun: list[tuple[int, int]], last_day: date) -> Iterator[tuple[int, list[int]]]:
    """Groups replayed whole, longest first: a pass begins with the oldest of its groups."""
    while begun:
        start = begun[0][0]
        room = _room(start, last_day)
        yield start, sorted(column for _, column in begun[:room])
        begun = begun[room:]


def _pieces(columns: list[int], start: int, last_day: date) -> Iterator[list[int]]:
    room = _room(start, last_day)
    for at in range(0, len(columns), room):
        yield columns[at : at + room]


def _room(start: int, last_day: date) -> int:
    days = last_day.toordinal() - start + 1
    return max(1, (CELLS_AT_ONCE if days > 1 else CELLS_OF_ONE_DAY) // (days + LEAD_DAYS))

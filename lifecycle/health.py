"""From activity to health: judges groups day by day and writes readings, changes of state, standings and flags.

A group goes on from the memory in its standing when that ends the day before; otherwise its whole past is replayed, so
that a change in the past, however old, has the effect that it would have had at the time. The same again writes the
same. All in the caller's transaction; the number of statements grows with the cells read, never with the groups.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from django.db import connection

from lifecycle.flags import settle_flags
from lifecycle.readings import Judged, write_readings, write_standings, write_state_changes
from lifecycle.rules.calendar import day_kinds
from lifecycle.rules.judging import judge
from lifecycle.rules.memory import ROW_LENGTH, Memory
from lifecycle.rules.policy import LEAD_DAYS, RULE_VERSION
from lifecycle.series import Registered, first_days, load_registered, load_series

# Days x groups that are in memory at once: about 200 MB.
CELLS_AT_ONCE = 300_000
MEMORIES = """
    SELECT group_id, day, CASE WHEN rule_version = %s THEN (memory->'row')::text END FROM lifecycle_standing
    WHERE group_id = ANY(%s)
"""


@dataclass(frozen=True)
class Batch:
    """Groups that are judged in one pass, from the day after their memories end or from their beginning."""

    registered: Registered
    memory: Memory
    start: date
    rewound: np.ndarray  # days from the first wanted one on were judged before


def judge_groups(group_ids: Sequence[int], first_day: date, last_day: date, *, now: datetime) -> int:
    """Judge these groups for the days first_day..last_day (both included); returns how many readings were written.

    Readings stand for the days on which a group was open or observed. The partitions of the days must exist
    (lifecycle.partitions). `now` is not used by any rule: a day is judged by what is known of it.
    """
    written = 0
    for batch in _batches(group_ids, first_day, last_day):
        seen = load_series(batch.registered.ids.tolist(), batch.start, last_day)
        kinds = day_kinds(date.fromordinal(seen.first), last_day).kinds
        before = batch.memory.state.copy()
        found = judge(seen, kinds, batch.registered.plans, batch.memory)
        judged = Judged.of(batch.registered, found, batch.memory, before, first_day, last_day)
        with connection.cursor() as cursor:
            written += write_readings(cursor, judged)
            write_state_changes(cursor, judged)
            write_standings(cursor, judged)
            settle_flags(cursor, judged, batch.registered.ids[batch.rewound])
    return written


def _batches(group_ids: Sequence[int], first_day: date, last_day: date) -> Iterator[Batch]:
    """As many groups together as fit into memory: those that go on from the same day, and those replayed whole."""
    registered = load_registered(sorted(set(group_ids)))
    ids = registered.ids.tolist()
    with connection.cursor() as cursor:
        cursor.execute(MEMORIES, [RULE_VERSION, ids])
        kept = {group: (day, json.loads(row or "null")) for group, day, row in cursor.fetchall()}
    rewound = {group for group, (day, _) in kept.items() if day >= first_day}
    goes_on = {
        group: (day.toordinal() + 1, row)
        for group, (day, row) in kept.items()
        if group not in rewound and row and len(row) == ROW_LENGTH
    }
    observed = first_days([group for group in ids if group not in goes_on])
    starts: dict[int, list[int]] = {}
    for column, group in enumerate(ids):
        if group in goes_on:
            starts.setdefault(goes_on[group][0], []).append(column)
    anew = [
        (min(observed.get(group, first_day), date.fromordinal(opened), first_day).toordinal(), column)
        for column, (group, opened) in enumerate(zip(ids, registered.opened_on.tolist(), strict=True))
        if group not in goes_on
    ]
    for start, columns in [*starts.items(), *_by_size(sorted(anew), last_day)]:
        for some in _pieces(columns, start, last_day):
            memory = Memory.fresh(len(some))
            stored = [n for n, column in enumerate(some) if ids[column] in goes_on]
            if stored:
                memory.put(np.array(stored), [goes_on[ids[some[n]]][1] for n in stored])
            yield Batch(
                registered=registered.only(np.array(some)),
                memory=memory,
                start=date.fromordinal(start),
                rewound=np.array([ids[column] in rewound for column in some], dtype=np.bool_),
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
    return max(1, CELLS_AT_ONCE // (last_day.toordinal() - start + 1 + LEAD_DAYS))

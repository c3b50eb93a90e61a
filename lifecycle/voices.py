"""Where several sources speak of one group and day: what each said, and which of it holds.

As long as one source speaks of a day, the daily table is all there is. From the second on, each one's absolute values
are kept here, by group, day and source, and the daily table holds what follows from them. The rule, for each count by
itself: the preferred source of the group, if it knows the count; else whoever said it last.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from lifecycle.bulk import EPOCH, copy_in, copy_out, days_of, id_list
from lifecycle.rules.counts import COUNTS, KNOWN

SHAPE = {"group_id": "i4", "day": "i4", "source_id": "i8", "known": "i2", "batch_id": "i4", "turn": "i8"} | {
    name: "i8" if name == "revenue_cents" else "i4" for name in COUNTS
}
TOLD = np.dtype(list(SHAPE.items()))
FIRST_OF_ALL = np.iinfo("i8").max
STAGED = """
    DROP TABLE IF EXISTS words_told;
    CREATE TEMP TABLE words_told ON COMMIT DROP AS SELECT {columns} FROM lifecycle_sourceday WITH NO DATA;
"""
KEEP = """
    INSERT INTO lifecycle_sourceday ({columns}) SELECT {columns} FROM words_told
    ON CONFLICT (group_id, day, source_id) DO UPDATE SET {values}
"""
FORGET = """
    DELETE FROM lifecycle_sourceday s USING words_told t
    WHERE s.group_id = t.group_id AND s.day = t.day AND s.source_id = t.source_id
"""


@dataclass(frozen=True)
class Voice:
    """Who speaks, and when: of two sources the one with the later turn spoke last (milliseconds)."""

    source_id: int
    turn: int


@dataclass(frozen=True)
class Settled:
    """Places of the rows of which several speak, what holds there, what is to be kept, and what this source had said
    before (nothing known where it had said nothing)."""

    places: np.ndarray
    holds: np.ndarray
    told: np.ndarray
    own_before: np.ndarray


def settle(cursor: Any, was: np.ndarray, said: np.ndarray, voice: Voice, batch_id: int, merged: Any) -> Settled | None:
    """What holds where `said` meets stored rows `was` of other sources; None where one source speaks alone.

    `merged` joins two statements of one source.
    """
    if not len(was):
        return None
    keys, by = keys_of(was), _sources_of(cursor, was["batch_id"])
    told = words_of(cursor, was)
    strangers = (by != 0) & (by != voice.source_id)
    # A weak zero states only what nobody knew.
    states = np.where(said["weak"], said["known"] & ~was["known"], said["known"])
    places = np.flatnonzero((states != 0) & (strangers | np.isin(keys, keys_of(told))))
    if not len(places):
        return None
    wanted, base, said = keys[places], was[places], said[places].copy()
    said["known"], said["weak"] = states[places], False
    told = told[np.isin(keys_of(told), wanted)]
    fresh = ~np.isin(wanted, keys_of(told)) & strangers[places]
    first = np.zeros(int(fresh.sum()), dtype=TOLD)
    for name in ("group_id", "day", "known", "batch_id", *COUNTS):
        first[name] = base[name][fresh]
    first["source_id"] = by[places][fresh]
    own = _aligned(told[told["source_id"] == voice.source_id], base)
    own["source_id"] = voice.source_id
    now = merged(own, said)
    # Later than whatever was said before, also when a clock is late.
    now["batch_id"], now["turn"] = batch_id, max(voice.turn, int(told["turn"].max(initial=0)) + 1)
    others = told[told["source_id"] != voice.source_id]
    holds = what_holds(np.concatenate([first, others, now]), base, preferred_of(cursor, base))
    return Settled(places, holds, np.concatenate([first, now]), own)


def what_holds(told: np.ndarray, base: np.ndarray, preferred: np.ndarray) -> np.ndarray:
    """The rows of `base` (ordered) as the statements have them; a count that nobody states stays as it is there."""
    holds = base.copy()
    holds["known"] = 0
    for name in COUNTS:
        holds[name] = 0
    place = np.searchsorted(keys_of(base), keys_of(told))
    rank = np.where(told["source_id"] == preferred[place], FIRST_OF_ALL, told["turn"])
    order = np.lexsort((-rank, place))
    told, place = told[order], place[order]
    starts = np.searchsorted(place, place)
    nth = np.arange(len(place)) - starts
    for level in range(int(nth.max(initial=-1)) + 1):
        _fill(holds, place[nth == level], told[nth == level])
    _fill(holds, np.arange(len(base)), base)
    return holds


def words_of(cursor: Any, rows: np.ndarray) -> np.ndarray:
    """All statements about the groups and the span of days of `rows`, as TOLD."""
    if not len(rows):
        return np.zeros(0, dtype=TOLD)
    first, last = (date.fromordinal(int(day)) for day in (rows["day"].min(), rows["day"].max()))
    told = copy_out(
        cursor,
        f"SELECT {', '.join(SHAPE)} FROM lifecycle_sourceday"  # noqa: S608 - integers and dates of our own making
        f" WHERE group_id = ANY({id_list(np.unique(rows['group_id']))}) AND day BETWEEN '{first}' AND '{last}'",
        SHAPE,
    )
    told["day"] += EPOCH
    return told


def keep(cursor: Any, told: np.ndarray) -> None:
    """Write statements; one of the same group, day and source is replaced."""
    if _staged(cursor, told):
        values = ", ".join(f"{name} = EXCLUDED.{name}" for name in ("known", "batch_id", "turn", *COUNTS))
        cursor.execute(KEEP.format(columns=", ".join(SHAPE), values=values))


def forget(cursor: Any, told: np.ndarray) -> None:
    """Delete the statements of these groups, days and sources."""
    if _staged(cursor, told):
        cursor.execute(FORGET)


def keys_of(rows: np.ndarray) -> np.ndarray:
    """Group and day of each row as one number, in their order."""
    return rows["group_id"].astype("i8") << 32 | rows["day"]


def preferred_of(cursor: Any, rows: np.ndarray) -> np.ndarray:
    """The preferred source of the group of each row, 0 where there is none."""
    groups = np.unique(rows["group_id"])
    cursor.execute(
        f"SELECT group_id, source_id FROM lifecycle_preferredsource WHERE group_id = ANY({id_list(groups)})"  # noqa: S608
    )
    chosen = dict(cursor.fetchall())
    return np.array([chosen.get(group, 0) for group in groups.tolist()])[np.searchsorted(groups, rows["group_id"])]


def _sources_of(cursor: Any, batches: np.ndarray) -> np.ndarray:
    """Who wrote: the source of an import; below zero the source itself, typed by a person; 0 is nobody."""
    known, place = np.unique(batches, return_inverse=True)
    cursor.execute(
        f"SELECT id, source_id FROM lifecycle_import WHERE id = ANY({id_list(known)}) AND source_id IS NOT NULL"  # noqa: S608
    )
    imports = dict(cursor.fetchall())
    return np.array([-batch if batch < 0 else imports.get(batch, 0) for batch in known.tolist()], dtype="i8")[place]


def _aligned(told: np.ndarray, base: np.ndarray) -> np.ndarray:
    """The statement about each row of `base`, with nothing known where there is none."""
    aligned = np.zeros(len(base), dtype=TOLD)
    aligned["group_id"], aligned["day"] = base["group_id"], base["day"]
    aligned[np.searchsorted(keys_of(base), keys_of(told))] = told
    return aligned


def _fill(holds: np.ndarray, place: np.ndarray, told: np.ndarray) -> None:
    """Take the counts that nobody before has stated."""
    for name in COUNTS:
        new = (told["known"] & KNOWN[name] != 0) & (holds["known"][place] & KNOWN[name] == 0)
        holds[name][place[new]] = told[name][new]
    holds["known"][place] |= told["known"]


def _staged(cursor: Any, told: np.ndarray) -> bool:
    if not len(told):
        return False
    cursor.execute(STAGED.format(columns=", ".join(SHAPE)))
    columns = {name: told[name].astype(kind) for name, kind in SHAPE.items()}
    copy_in(cursor, "words_told", columns | {"day": days_of(told["day"])})
    return True

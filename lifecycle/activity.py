"""Writes what happened by group and day: counts, and who acted. Absolute values; the same again writes nothing.

The rule where two files speak of one day: a count that the new file knows replaces the old one, a count that it does
not know keeps it. A day inside a coverage without a row is a *weak* zero: it fills counts that nobody knew, and never
replaces what a row said.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from django.db import connection

from lifecycle.bulk import EPOCH, among, copy_in, copy_out, days_of
from lifecycle.partitions import ensure_months
from lifecycle.rules.counts import COUNTS, KNOWN, LEVELS

CHUNK_ROWS = 250_000
SHAPE = {"group_id": "i4", "day": "i4", "known": "i2"} | {
    name: "i8" if name == "revenue_cents" else "i4" for name in COUNTS
}
KEY = np.dtype([("group_id", "i4"), ("day", "i4")])
STORED = SHAPE | {"batch_id": "i4"}
STAGED = """
    DROP TABLE IF EXISTS daily_changed;
    CREATE TEMP TABLE daily_changed (LIKE lifecycle_daily) ON COMMIT DROP;
"""
SETTLE = """
    WITH silent AS (
        SELECT s.group_id, d.day::date AS day, bit_or(s.known & ~%(levels)s) AS known
        FROM lifecycle_coveragespan s,
             generate_series(GREATEST(s.observed_from, %(first)s), LEAST(s.observed_until, %(last)s), '1 day') AS d(day)
        WHERE {groups} AND s.observed_until >= %(first)s AND s.observed_from <= %(last)s
        GROUP BY s.group_id, d.day
    )
    INSERT INTO lifecycle_daily (group_id, day, known)
    SELECT group_id, day, known FROM silent WHERE known <> 0
    ON CONFLICT (group_id, day) DO NOTHING
"""


@dataclass
class Written:
    """How many of the given rows were new, changed or as before; `since` is the first day that changed, by group id."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    zero_days: int = 0
    since: dict[int, int] = field(default_factory=dict)
    made: list[np.ndarray] = field(default_factory=list)  # the new rows: group and day
    replaced: list[np.ndarray] = field(default_factory=list)  # the changed rows as they were, with STORED


@dataclass(frozen=True)
class Compared:
    """Rows that are not stored yet, and those that are, as they stand and as they will: one mask for what differs."""

    fresh: np.ndarray
    was: np.ndarray
    now: np.ndarray
    differs: np.ndarray
    strong: np.ndarray

    def count_into(self, written: Written) -> None:
        strong_fresh = ~self.fresh["weak"]
        written.new += int(strong_fresh.sum())
        written.changed += int((self.differs & self.strong).sum())
        written.unchanged += int((~self.differs & self.strong).sum())
        written.zero_days += int((~strong_fresh).sum() + (self.differs & ~self.strong).sum())


def settle_activity(group_ids: Sequence[int], first_day: date, last_day: date) -> int:
    """Give each day inside a coverage that has no row its row of observed zeros; returns how many. Repeatable."""
    ensure_months(first_day, last_day)
    with connection.cursor() as cursor:
        groups = among("s.group_id", np.unique(np.array(group_ids, dtype=np.int64)))
        cursor.execute(SETTLE.format(groups=groups), {"levels": LEVELS, "first": first_day, "last": last_day})
        return cursor.rowcount


def write_counts(cursor: Any, rows: np.ndarray, *, batch_id: int) -> Written:
    """Bring the daily table to what `rows` say: an array with the fields of SHAPE (day as ordinal) and `weak`.

    Rows are ordered by group and day, each pair once. What is stored for the same groups and days is read, compared
    here, and only new and changed rows are sent back. Correct under the import lock of the team.
    """
    written = Written()
    for chunk in _by_groups(rows):
        _write_chunk(cursor, chunk, batch_id, written)
    return written


def forecast(cursor: Any, rows: np.ndarray) -> Written:
    """What `write_counts` would do with the same rows; writes nothing. Groups that do not exist have ids below zero."""
    written = Written()
    for chunk in _by_groups(rows):
        _compared(cursor, chunk).count_into(written)
    return written


def _by_groups(rows: np.ndarray) -> list[np.ndarray]:
    """Pieces of at most CHUNK_ROWS rows that do not split a group (unless one group alone is larger)."""
    pieces, start = [], 0
    while start < len(rows):
        end = min(start + CHUNK_ROWS, len(rows))
        if end < len(rows):
            begin_of_group = int(np.searchsorted(rows["group_id"], rows["group_id"][end]))
            end = begin_of_group if begin_of_group > start else end
        pieces.append(rows[start:end])
        start = end
    return pieces


def _write_chunk(cursor: Any, rows: np.ndarray, batch_id: int, written: Written) -> None:
    met = _compared(cursor, rows)
    met.count_into(written)
    changed = met.now[met.differs]
    copy_in(cursor, "lifecycle_daily", _columns(met.fresh, batch_id))
    if len(changed):
        _update(cursor, changed, batch_id)
    written.made.append(met.fresh[list(KEY.names)].astype(KEY))
    written.replaced.append(met.was[met.differs])
    _note_since(written, met.fresh)
    _note_since(written, changed)


def _compared(cursor: Any, rows: np.ndarray) -> Compared:
    stored = _stored(cursor, rows)
    at = np.searchsorted(keys_of(stored), keys_of(rows))
    found = at < len(stored)
    found[found] = keys_of(stored)[at[found]] == keys_of(rows)[found]
    was = stored[at[found]]
    now = _merged(was, rows[found])
    differs = np.zeros(len(now), dtype=bool)
    for name in ("known", *COUNTS):
        differs |= now[name] != was[name]
    return Compared(rows[~found], was, now, differs, ~rows["weak"][found])


def _stored(cursor: Any, rows: np.ndarray) -> np.ndarray:
    """What the table holds for the groups and the span of days of `rows`, ordered as they are."""
    groups = ",".join(map(str, np.unique(rows["group_id"]).tolist()))
    first, last = (date.fromordinal(int(day)) for day in (rows["day"].min(), rows["day"].max()))
    stored = copy_out(
        cursor,
        f"SELECT {', '.join(STORED)} FROM lifecycle_daily"  # noqa: S608 - integers and dates of our own making
        f" WHERE group_id = ANY('{{{groups}}}'::int[]) AND day BETWEEN '{first}' AND '{last}'",
        STORED,
    )
    stored["day"] += EPOCH
    return stored[np.lexsort((stored["day"], stored["group_id"]))]


def keys_of(rows: np.ndarray) -> np.ndarray:
    """Group and day of each row as one number, in their order."""
    return rows["group_id"].astype("i8") << 32 | rows["day"]


def _merged(old: np.ndarray, said: np.ndarray) -> np.ndarray:
    """The stored rows after what was said about them."""
    now = old.copy()
    speaks = np.where(said["weak"], said["known"] & ~old["known"], said["known"])
    for name in COUNTS:
        now[name] = np.where(speaks & KNOWN[name], said[name], old[name])
    now["known"] = old["known"] | said["known"]
    return now


def _columns(rows: np.ndarray, batch_ids: np.ndarray | int) -> dict[str, np.ndarray]:
    columns = {name: rows[name].astype(kind) for name, kind in SHAPE.items()}
    batches = np.broadcast_to(np.asarray(batch_ids, dtype="i4"), len(rows))
    return columns | {"day": days_of(rows["day"]), "batch_id": batches}


def _update(cursor: Any, rows: np.ndarray, batch_ids: np.ndarray | int) -> None:
    cursor.execute(STAGED)
    copy_in(cursor, "daily_changed", _columns(rows, batch_ids))
    cursor.execute("ANALYZE daily_changed")
    first, last = (date.fromordinal(int(day)) for day in (rows["day"].min(), rows["day"].max()))
    settings = ", ".join(f"{name} = c.{name}" for name in ("known", *COUNTS, "batch_id"))
    cursor.execute(
        f"UPDATE lifecycle_daily d SET {settings} FROM daily_changed c"  # noqa: S608 - columns and dates of ours
        f" WHERE d.group_id = c.group_id AND d.day = c.day AND d.day BETWEEN '{first}' AND '{last}'"
    )


def _note_since(written: Written | TakenBack, rows: np.ndarray) -> None:
    """Remember the first changed day of each group; rows are ordered by group and day."""
    groups, firsts = np.unique(rows["group_id"], return_index=True)
    for group, day in zip(groups.tolist(), rows["day"][firsts].tolist(), strict=True):
        written.since[group] = min(day, written.since.get(group, day))


@dataclass
class TakenBack:
    """What became of the rows of an import that is undone; `later` are the batches that changed rows since."""

    removed: int = 0
    restored: int = 0
    kept: int = 0
    later: set[int] = field(default_factory=set)
    since: dict[int, int] = field(default_factory=dict)


TAKEN_STAGED = """
    DROP TABLE IF EXISTS daily_taken;
    CREATE TEMP TABLE daily_taken (group_id integer, day date) ON COMMIT DROP;
"""
TAKE_OUT = """
    DELETE FROM lifecycle_daily d USING daily_taken t
    WHERE d.group_id = t.group_id AND d.day = t.day AND d.day BETWEEN %(first)s AND %(last)s
"""


def take_back(cursor: Any, made: np.ndarray, replaced: np.ndarray, *, batch_id: int) -> TakenBack:
    """Remove the rows `made` (KEY) by a batch and restore those it `replaced` (STORED), where it wrote them last.

    Correct under the import lock of the team.
    """
    taken = TakenBack()
    touched = np.sort(np.concatenate([made, replaced[list(KEY.names or ())].astype(KEY)]), order=["group_id", "day"])
    replaced = replaced[np.lexsort((replaced["day"], replaced["group_id"]))]
    for chunk in _by_groups(touched):
        stored = _stored(cursor, chunk)
        stored = stored[np.isin(keys_of(stored), keys_of(chunk))]
        mine = stored[stored["batch_id"] == batch_id]
        later = stored[stored["batch_id"] != batch_id]
        restored = replaced[np.isin(keys_of(replaced), keys_of(mine))]
        removed = mine[~np.isin(keys_of(mine), keys_of(restored))]
        _take_out(cursor, removed)
        if len(restored):
            _update(cursor, restored, restored["batch_id"])
        taken.removed += len(removed)
        taken.restored += len(restored)
        taken.kept += len(later)
        taken.later |= set(np.unique(later["batch_id"]).tolist())
        _note_since(taken, mine)
    return taken


def _take_out(cursor: Any, rows: np.ndarray) -> None:
    if not len(rows):
        return
    cursor.execute(TAKEN_STAGED)
    copy_in(cursor, "daily_taken", {"group_id": rows["group_id"], "day": days_of(rows["day"])})
    cursor.execute("ANALYZE daily_taken")
    first, last = (date.fromordinal(int(day)) for day in (rows["day"].min(), rows["day"].max()))
    cursor.execute(TAKE_OUT, {"first": first, "last": last})


ACTING_STAGED = """
    DROP TABLE IF EXISTS acting_said;
    CREATE TEMP TABLE acting_said (LIKE lifecycle_acting) ON COMMIT DROP;
"""
ACTING_BEFORE = """
    COPY (
        SELECT s.group_id, s.day, a.members, a.acts FROM acting_said s
        LEFT JOIN lifecycle_acting a
            ON a.group_id = s.group_id AND a.day = s.day AND a.day BETWEEN '{first}' AND '{last}'
        WHERE (a.members, a.acts) IS DISTINCT FROM (s.members, s.acts)
    ) TO STDOUT
"""
ACTING_CHANGED = """
    WITH touched AS (
    UPDATE lifecycle_acting a SET members = s.members, acts = s.acts FROM acting_said s
    WHERE a.group_id = s.group_id AND a.day = s.day AND a.day BETWEEN %(first)s AND %(last)s
      AND (a.members, a.acts) IS DISTINCT FROM (s.members, s.acts)
    RETURNING a.group_id, a.day
    ) SELECT group_id, min(day) FROM touched GROUP BY group_id
"""
ACTING_NEW = """
    WITH touched AS (
    INSERT INTO lifecycle_acting (group_id, day, members, acts)
    SELECT s.group_id, s.day, s.members, s.acts FROM acting_said s
    WHERE NOT EXISTS (
        SELECT 1 FROM lifecycle_acting a
        WHERE a.group_id = s.group_id AND a.day = s.day AND a.day BETWEEN %(first)s AND %(last)s
    )
    RETURNING group_id, day
    ) SELECT group_id, min(day) FROM touched GROUP BY group_id
"""


def write_acting(cursor: Any, acts: np.ndarray, replaced: io.BytesIO | None = None) -> dict[int, int]:
    """Replace the sets of acting members by what `acts` say: fields group_id, day (ordinal), number, acts.

    Returns the first day that changed, as ordinal, by group id. `replaced` takes the sets as they were, as COPY writes
    them, with nulls where there was none.
    """
    acts = acts[acts["acts"] > 0]
    if not len(acts):
        return {}
    acts = acts[np.lexsort((acts["number"], acts["day"], acts["group_id"]))]
    starts = np.flatnonzero(np.r_[True, (np.diff(acts["group_id"]) != 0) | (np.diff(acts["day"]) != 0)]).tolist()
    groups, days = acts["group_id"].tolist(), acts["day"].tolist()
    numbers, counts = list(map(str, acts["number"].tolist())), list(map(str, acts["acts"].tolist()))
    lines = io.StringIO()
    for start, end in zip(starts, [*starts[1:], len(acts)], strict=True):
        day = date.fromordinal(days[start])
        lines.write(f"{groups[start]}\t{day}\t{{{','.join(numbers[start:end])}}}\t{{{','.join(counts[start:end])}}}\n")
    lines.seek(0)
    cursor.execute(ACTING_STAGED)
    cursor.copy_expert("COPY acting_said (group_id, day, members, acts) FROM STDIN", lines)
    cursor.execute("ANALYZE acting_said")
    span = {"first": date.fromordinal(min(days)), "last": date.fromordinal(max(days))}
    if replaced is not None:
        first, last = span.values()
        cursor.copy_expert(ACTING_BEFORE.format(first=first, last=last), replaced)
    since: dict[int, int] = {}
    for statement in (ACTING_CHANGED, ACTING_NEW):
        cursor.execute(statement, span)
        for group, day in cursor.fetchall():
            since[group] = min(day.toordinal(), since.get(group, day.toordinal()))
    return since


ACTING_PUT_BACK = """
    WITH mine AS (
        SELECT s.* FROM acting_said s
        WHERE NOT EXISTS (
            SELECT 1 FROM lifecycle_daily d
            WHERE d.group_id = s.group_id AND d.day = s.day AND d.batch_id > %(batch)s)
    ), gone AS (
        DELETE FROM lifecycle_acting a USING mine m
        WHERE a.group_id = m.group_id AND a.day = m.day AND m.members IS NULL RETURNING a.group_id, a.day
    ), back AS (
        UPDATE lifecycle_acting a SET members = m.members, acts = m.acts FROM mine m
        WHERE a.group_id = m.group_id AND a.day = m.day AND m.members IS NOT NULL RETURNING a.group_id, a.day
    ) SELECT group_id, min(day) FROM (SELECT * FROM gone UNION ALL SELECT * FROM back) touched GROUP BY group_id
"""


def take_acting_back(cursor: Any, replaced: bytes, *, batch_id: int) -> dict[int, int]:
    """Put the sets of acting members back that `write_acting` replaced, except on days that a later batch wrote.

    Returns the first day that changed, as ordinal, by group id. Call before the rows of counts are taken back.
    """
    if not replaced:
        return {}
    cursor.execute(ACTING_STAGED)
    cursor.execute("ALTER TABLE acting_said ALTER members DROP NOT NULL, ALTER acts DROP NOT NULL")
    cursor.copy_expert("COPY acting_said (group_id, day, members, acts) FROM STDIN", io.BytesIO(replaced))
    cursor.execute("ANALYZE acting_said")
    cursor.execute(ACTING_PUT_BACK, {"batch": batch_id})
    return {group: day.toordinal() for group, day in cursor.fetchall()}

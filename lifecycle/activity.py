"""Writes what happened by group and day: counts, and who acted. Absolute values; the same again writes nothing.

The rule where two files speak of one day: a count that the new file knows replaces the old one, a count that it does
not know keeps it. A day inside a coverage without a row is a *weak* zero: it fills counts that nobody knew, and never
replaces what a row said.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
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
    since: dict[int, int] | None = None


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
    written = Written(since={})
    for chunk in _by_groups(rows):
        _write_chunk(cursor, chunk, batch_id, written)
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
    stored = _stored(cursor, rows)
    at = np.searchsorted(_keys(stored), _keys(rows))
    found = at < len(stored)
    found[found] = _keys(stored)[at[found]] == _keys(rows)[found]
    fresh, old = rows[~found], stored[at[found]]
    now = _merged(old, rows[found])
    differs = np.zeros(len(now), dtype=bool)
    for name in ("known", *COUNTS):
        differs |= now[name] != old[name]
    copy_in(cursor, "lifecycle_daily", _columns(fresh, batch_id))
    if differs.any():
        _update(cursor, now[differs], batch_id)
    strong, strong_fresh = ~rows["weak"][found], ~fresh["weak"]
    written.new += int(strong_fresh.sum())
    written.changed += int((differs & strong).sum())
    written.unchanged += int((~differs & strong).sum())
    written.zero_days += int((~strong_fresh).sum() + (differs & ~strong).sum())
    _note_since(written, fresh)
    _note_since(written, now[differs])


def _stored(cursor: Any, rows: np.ndarray) -> np.ndarray:
    """What the table holds for the groups and the span of days of `rows`, ordered as they are."""
    groups = ",".join(map(str, np.unique(rows["group_id"]).tolist()))
    first, last = (date.fromordinal(int(day)) for day in (rows["day"].min(), rows["day"].max()))
    stored = copy_out(
        cursor,
        f"SELECT {', '.join(SHAPE)} FROM lifecycle_daily"  # noqa: S608 - integers and dates of our own making
        f" WHERE group_id = ANY('{{{groups}}}'::int[]) AND day BETWEEN '{first}' AND '{last}'",
        SHAPE,
    )
    stored["day"] += EPOCH
    return stored[np.lexsort((stored["day"], stored["group_id"]))]


def _keys(rows: np.ndarray) -> np.ndarray:
    return rows["group_id"].astype("i8") << 32 | rows["day"]


def _merged(old: np.ndarray, said: np.ndarray) -> np.ndarray:
    """The stored rows after what was said about them."""
    now = old.copy()
    speaks = np.where(said["weak"], said["known"] & ~old["known"], said["known"])
    for name in COUNTS:
        now[name] = np.where(speaks & KNOWN[name], said[name], old[name])
    now["known"] = old["known"] | said["known"]
    return now


def _columns(rows: np.ndarray, batch_id: int) -> dict[str, np.ndarray]:
    columns = {name: rows[name].astype(kind) for name, kind in SHAPE.items()}
    return columns | {"day": days_of(rows["day"]), "batch_id": np.full(len(rows), batch_id, dtype="i4")}


def _update(cursor: Any, rows: np.ndarray, batch_id: int) -> None:
    cursor.execute(STAGED)
    copy_in(cursor, "daily_changed", _columns(rows, batch_id))
    cursor.execute("ANALYZE daily_changed")
    first, last = (date.fromordinal(int(day)) for day in (rows["day"].min(), rows["day"].max()))
    settings = ", ".join(f"{name} = c.{name}" for name in ("known", *COUNTS, "batch_id"))
    cursor.execute(
        f"UPDATE lifecycle_daily d SET {settings} FROM daily_changed c"  # noqa: S608 - columns and dates of ours
        f" WHERE d.group_id = c.group_id AND d.day = c.day AND d.day BETWEEN '{first}' AND '{last}'"
    )


def _note_since(written: Written, rows: np.ndarray) -> None:
    """Remember the first changed day of each group; rows are ordered by group and day."""
    if written.since is None:
        written.since = {}
    groups, firsts = np.unique(rows["group_id"], return_index=True)
    for group, day in zip(groups.tolist(), rows["day"][firsts].tolist(), strict=True):
        written.since[group] = min(day, written.since.get(group, day))


ACTING_STAGED = """
    DROP TABLE IF EXISTS acting_said;
    CREATE TEMP TABLE acting_said (LIKE lifecycle_acting) ON COMMIT DROP;
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


def write_acting(cursor: Any, acts: np.ndarray) -> dict[int, int]:
    """Replace the sets of acting members by what `acts` say: fields group_id, day (ordinal), number, acts.

    Returns the first day that changed, as ordinal, by group id.
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
    since: dict[int, int] = {}
    for statement in (ACTING_CHANGED, ACTING_NEW):
        cursor.execute(statement, span)
        for group, day in cursor.fetchall():
            since[group] = min(day.toordinal(), since.get(group, day.toordinal()))
    return since

"""Writes what happened by group and day: counts. Absolute values; the same again writes nothing.

The rule where two files speak of one day: a count that the new file knows replaces the old one, a count that it does
not know keeps it. A day inside a coverage without a row is a *weak* zero: it fills counts that nobody knew, and never
replaces what a row said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from django.db import connection

from lifecycle import voices
from lifecycle.bulk import EPOCH, among, ascending, copy_in, copy_out, days_of
from lifecycle.partitions import ensure_months
from lifecycle.rules.counts import COUNTS, KNOWN, LEVELS
from lifecycle.voices import TOLD, Settled, Voice, keys_of, settle

CHUNK_ROWS = 250_000
SHAPE = {"group_id": "i4", "day": "i4", "known": "i2"} | {
    name: "i8" if name == "revenue_cents" else "i4" for name in COUNTS
}
KEY = np.dtype([("group_id", "i4"), ("day", "i4")])
CHANGING = ("known", *COUNTS)
STORED = SHAPE | {"batch_id": "i4"}
STAGED = """
    DROP TABLE IF EXISTS daily_changed;
    CREATE TEMP TABLE daily_changed ON COMMIT DROP AS SELECT {columns} FROM lifecycle_daily WITH NO DATA;
"""
SETTLE = """
    WITH silent AS (
        SELECT s.group_id, d.day::date AS day, bit_or(s.known & ~%(levels)s) AS known
        FROM lifecycle_coveragespan s,
             generate_series(GREATEST(s.observed_from, %(first)s), LEAST(s.observed_until, %(last)s), '1 day') AS d(day)
        WHERE {groups} AND s.observed_until >= %(first)s AND s.observed_from <= %(last)s
        GROUP BY s.group_id, d.day
    )
    , made AS (
        INSERT INTO lifecycle_daily (group_id, day, known)
        SELECT group_id, day, known FROM silent WHERE known <> 0
        ON CONFLICT (group_id, day) DO NOTHING RETURNING group_id, day
    )
    , marked AS (  -- days of nights that are done may lie packed (week_packs)
        INSERT INTO lifecycle_weekmark (group_id, since)
        SELECT group_id, min(day) FROM made
        WHERE day <= (SELECT max(day) FROM lifecycle_nightrun WHERE done_at IS NOT NULL) GROUP BY group_id
    )
    SELECT count(*) FROM made
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
    becomes: list[np.ndarray] = field(default_factory=list)  # of a forecast: some of the replaced rows as they will be
    told: list[np.ndarray] = field(default_factory=list)  # what the source had said where others speak too, with TOLD


@dataclass(frozen=True)
class Compared:
    """Rows that are not stored yet, and those that are, as they stand and as they will: one mask for what differs, and
    the columns in which any of them does."""

    fresh: np.ndarray
    was: np.ndarray
    now: np.ndarray
    differs: np.ndarray
    columns: list[str]
    strong: np.ndarray
    settled: Settled | None = None

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
        groups = among("s.group_id", ascending(group_ids))
        cursor.execute(SETTLE.format(groups=groups), {"levels": LEVELS, "first": first_day, "last": last_day})
        return int(cursor.fetchone()[0])


def write_counts(cursor: Any, rows: np.ndarray, *, batch_id: int, voice: Voice | None = None) -> Written:
    """Bring the daily table to what `rows` say: an array with the fields of SHAPE (day as ordinal) and `weak`.

    Rows are ordered by group and day, each pair once. What is stored for the same groups and days is read, compared
    here, and only new and changed rows are sent back. With a `voice`, other sources keep their word beside it (voices).
    Correct under the import lock of the team.
    """
    written = Written()
    for chunk in _by_groups(rows):
        _write_chunk(cursor, chunk, batch_id, voice, written)
    return written


def forecast(cursor: Any, rows: np.ndarray, voice: Voice, *, shown: int = 0) -> Written:
    """What `write_counts` would do with the same rows; writes nothing. Groups that do not exist have ids below zero.

    Of the rows that would change, the first ones are given: at most `shown`.
    """
    written = Written()
    for chunk in _by_groups(rows):
        met = _compared(cursor, chunk, voice, 0)
        met.count_into(written)
        first = np.flatnonzero(met.differs & met.strong)[:shown]
        shown -= len(first)
        written.replaced.append(met.was[first])
        written.becomes.append(met.now[first])
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


def _write_chunk(cursor: Any, rows: np.ndarray, batch_id: int, voice: Voice | None, written: Written) -> None:
    met = _compared(cursor, rows, voice, batch_id)
    met.count_into(written)
    changed = met.now[met.differs]
    copy_in(cursor, "lifecycle_daily", _columns(met.fresh, batch_id))
    if len(changed):
        _update(cursor, changed, batch_id, met.columns)
    written.made.append(met.fresh[list(KEY.names)].astype(KEY))
    written.replaced.append(met.was[met.differs])
    if met.settled:
        voices.keep(cursor, met.settled.told)
        written.told.append(met.settled.own_before)
    _note_since(written, met.fresh)
    _note_since(written, changed)


def _compared(cursor: Any, rows: np.ndarray, voice: Voice | None, batch_id: int) -> Compared:
    stored = _stored(cursor, rows)
    at = np.searchsorted(keys_of(stored), keys_of(rows))
    found = at < len(stored)
    found[found] = keys_of(stored)[at[found]] == keys_of(rows)[found]
    was = stored[at[found]]
    now = _merged(was, rows[found])
    settled = settle(cursor, was, rows[found], voice, batch_id, _merged) if voice else None
    if settled:
        now[settled.places] = settled.holds
    differs, columns = np.zeros(len(now), dtype=bool), []
    for name in CHANGING:
        one = now[name] != was[name]
        if one.any():
            differs |= one
            columns.append(name)
    return Compared(rows[~found], was, now, differs, columns, ~rows["weak"][found], settled)


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
    return ordered(stored)


def ordered(rows: np.ndarray) -> np.ndarray:
    """The rows by group and day."""
    keys = keys_of(rows)
    return rows if (keys[1:] >= keys[:-1]).all() else rows[np.argsort(keys, kind="stable")]


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


def _update(cursor: Any, rows: np.ndarray, batch_ids: np.ndarray | int, names: Sequence[str]) -> None:
    """Bring these columns of stored rows to what `rows` say."""
    told = _columns(rows, batch_ids)
    staged = {name: told[name] for name in (*KEY.names, *names, "batch_id")}
    cursor.execute(STAGED.format(columns=", ".join(staged)))
    copy_in(cursor, "daily_changed", staged)
    cursor.execute("ANALYZE daily_changed")
    first, last = (date.fromordinal(int(day)) for day in (rows["day"].min(), rows["day"].max()))
    settings = ", ".join(f"{name} = c.{name}" for name in (*names, "batch_id"))
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


def take_back(
    cursor: Any, made: np.ndarray, replaced: np.ndarray, told: np.ndarray, *, batch_id: int, source_id: int
) -> TakenBack:
    """Remove the rows `made` (KEY) by a batch and restore those it `replaced` (STORED), where it wrote them last.

    Where other sources speak of the same day, the word of this one becomes what it was (`told`, TOLD), and what holds
    is worked out anew. Correct under the import lock of the team.
    """
    taken = TakenBack()
    names = list(KEY.names or ())
    touched = np.unique(np.concatenate([made, replaced[names].astype(KEY), told[names].astype(KEY)]))
    replaced = replaced[np.lexsort((replaced["day"], replaced["group_id"]))]
    for chunk in _by_groups(touched):
        stored = _stored(cursor, chunk)
        stored = stored[np.isin(keys_of(stored), keys_of(chunk))]
        stored = _words_back(cursor, stored, replaced, told, batch_id, source_id, taken)
        mine = stored[stored["batch_id"] == batch_id]
        written = np.concatenate([keys_of(made), keys_of(replaced)])
        later = stored[(stored["batch_id"] != batch_id) & np.isin(keys_of(stored), written)]
        restored = replaced[np.isin(keys_of(replaced), keys_of(mine))]
        removed = mine[~np.isin(keys_of(mine), keys_of(restored))]
        _put(cursor, removed, restored, taken)
        taken.kept += len(later)
        taken.later |= set(np.unique(later["batch_id"]).tolist())
        _note_since(taken, mine)
    return taken


def _put(cursor: Any, removed: np.ndarray, restored: np.ndarray, taken: TakenBack) -> None:
    _take_out(cursor, removed)
    if len(restored):
        _update(cursor, restored, restored["batch_id"], CHANGING)
    taken.removed += len(removed)
    taken.restored += len(restored)


def _words_back(
    cursor: Any,
    stored: np.ndarray,
    replaced: np.ndarray,
    told: np.ndarray,
    batch_id: int,
    source_id: int,
    taken: TakenBack,
) -> np.ndarray:
    """Take the batch's word back where others speak too; returns the stored rows of which it spoke alone."""
    words = voices.words_of(cursor, stored)
    words = words[np.isin(keys_of(words), keys_of(stored))]
    own = words[words["source_id"] == source_id]
    mine, since = own[own["batch_id"] == batch_id], own[own["batch_id"] > batch_id]
    taken.kept += len(since)
    taken.later |= set(np.unique(since["batch_id"]).tolist())
    if len(mine):
        alone_before = np.zeros(0, dtype=TOLD)
        if len(was := replaced[np.isin(keys_of(replaced), np.setdiff1d(keys_of(mine), keys_of(told)))]):
            alone_before = np.zeros(len(was), dtype=TOLD)
            for name in STORED:
                alone_before[name] = was[name]
            alone_before["source_id"] = source_id
        before = np.concatenate([told[np.isin(keys_of(told), keys_of(mine))], alone_before])
        before = before[before["known"] != 0]
        voices.forget(cursor, mine)
        voices.keep(cursor, before)
        here = stored[np.isin(keys_of(stored), keys_of(mine))]
        base = here.copy()
        base["known"] = 0
        old = replaced[np.isin(keys_of(replaced), keys_of(here))]
        base[np.searchsorted(keys_of(here), keys_of(old))] = old
        left = voices.words_of(cursor, here)
        left = left[np.isin(keys_of(left), keys_of(here))]
        now = voices.what_holds(left, base, voices.preferred_of(cursor, here))
        left = left[np.lexsort((left["turn"], keys_of(left)))]
        now["batch_id"][np.searchsorted(keys_of(here), keys_of(left))] = left["batch_id"]
        changed = here[list(STORED)] != now[list(STORED)]
        _put(cursor, now[changed & (now["known"] == 0)], now[changed & (now["known"] != 0)], taken)
        _note_since(taken, here[changed])
    return stored[~np.isin(keys_of(stored), keys_of(np.concatenate([mine, since])))]


def settle_again(cursor: Any, group_id: int) -> dict[int, int]:
    """Work out anew what holds for a group whose preferred source changed; the first changed day (ordinal), by group.

    Correct under the import lock of the team.
    """
    span = np.array([(group_id, date(1990, 1, 1).toordinal()), (group_id, date.max.toordinal())], dtype=KEY)
    words = voices.words_of(cursor, span)
    if not len(words):
        return {}
    stored = _stored(cursor, words)
    stored = stored[np.isin(keys_of(stored), keys_of(words))]
    now = voices.what_holds(words, stored, voices.preferred_of(cursor, stored))
    changed = stored != now
    if not changed.any():
        return {}
    _update(cursor, now[changed], now["batch_id"][changed], CHANGING)
    return {group_id: int(now["day"][changed].min())}


def _take_out(cursor: Any, rows: np.ndarray) -> None:
    if not len(rows):
        return
    cursor.execute(TAKEN_STAGED)
    copy_in(cursor, "daily_taken", {"group_id": rows["group_id"], "day": days_of(rows["day"])})
    cursor.execute("ANALYZE daily_taken")
    first, last = (date.fromordinal(int(day)) for day in (rows["day"].min(), rows["day"].max()))
    cursor.execute(TAKE_OUT, {"first": first, "last": last})

"""Weeks that are over, packed by range of groups: the full form reads them instead of their rows (rules.week_packs).

A pack stands for every id of its range: a group that it does not name has no rows in its week. Whoever changes a past
day leaves a mark (lifecycle_weekmark) in the same transaction: a trigger does for all that is marked to be judged anew
(lifecycle.marks), settle_activity and cases.closing do themselves. A marked group is read from its rows, so the result
is the same with packs and without.

Nobody waits for anybody. Marks are read before what they vouch for, by whoever reads and by whoever packs; only marks
that were read are taken away, with the packs that were made after. Why that is enough: docs/decisions/packed-weeks.md.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db import connection, transaction

from lifecycle import valid_acts
from lifecycle.bulk import EPOCH, Ragged, among, copy_in_ragged, copy_out, copy_out_ragged, days_of, id_list
from lifecycle.rules.observations import COUNTED
from lifecycle.rules.policy import LEAD_DAYS
from lifecycle.rules.week_packs import DAYS, LAYOUT, PACK_GROUPS, Week, bytes_of_week, week_of, week_of_bytes
from lifecycle.who_acted import read_acting

KEPT_WEEKS = LEAD_DAYS // DAYS + 4
WORTH = 250  # fewer groups of a range are read from their rows
CONTENTS = ("groups", "counts", "acted")
SECONDS = 20  # that a turn of the upkeep packs

MARKS = "SELECT group_id, since FROM lifecycle_weekmark WHERE {groups}"
PACKS = """
    SELECT first_day, first_group_id, told, groups, counts, acted FROM lifecycle_weekpack
    WHERE first_group_id = ANY({ranges}) AND layout = {layout}
        AND first_day BETWEEN '{first}'::date - 6 AND '{last}'::date
    ORDER BY first_day, first_group_id
"""
HOLD = "SELECT pg_try_advisory_xact_lock(hashtext('packed weeks'), %s)"
# A group that waits to be judged anew gets rows of its coverage when it is.
SETTLED_MARKS = """
    SELECT id, since FROM lifecycle_weekmark m WHERE group_id BETWEEN %s AND %s
        AND NOT EXISTS (SELECT 1 FROM lifecycle_dirtygroup d WHERE d.group_id = m.group_id)
"""
STANDING = "SELECT first_day FROM lifecycle_weekpack WHERE first_group_id = %s AND layout = %s"
TAKE_OUT = """
    DELETE FROM lifecycle_weekpack
    WHERE first_group_id = %s AND (first_day = ANY(%s) OR first_day < %s OR layout <> %s)
"""
UNMARK = "DELETE FROM lifecycle_weekmark WHERE id = ANY(%s)"
LAST_NIGHT = "SELECT max(day) FROM lifecycle_nightrun WHERE done_at IS NOT NULL"
# Ranges that lack a week or have marks that can go.
TO_DO = """
    SELECT place FROM (SELECT (id / %(size)s)::int AS place FROM groups_group
                       UNION SELECT group_id / %(size)s FROM lifecycle_weekmark) r
    WHERE (SELECT count(*) FROM lifecycle_weekpack p WHERE p.first_group_id = place * %(size)s
               AND p.layout = %(layout)s AND p.first_day BETWEEN %(first)s AND %(last)s) < %(weeks)s
        OR EXISTS (
            SELECT 1 FROM lifecycle_weekmark m
            WHERE m.group_id BETWEEN place * %(size)s AND place * %(size)s + %(size)s - 1
                AND NOT EXISTS (SELECT 1 FROM lifecycle_dirtygroup d WHERE d.group_id = m.group_id))
    ORDER BY place
"""
# For whoever deletes who acted in groups: no pack is left that names them, and one that is being made is made anew.
FORGET = (
    "DELETE FROM lifecycle_weekpack p USING unnest(%(groups)s::int[]) AS g(id)"
    " WHERE g.id BETWEEN p.first_group_id AND p.last_group_id",
    "INSERT INTO lifecycle_weekmark (group_id, since) SELECT g, '1970-01-01' FROM unnest(%(groups)s::int[]) g",
)


@dataclass(frozen=True)
class Stored:
    """A week of one range, and where its groups stand among those that were asked for."""

    day: int  # ordinal of its first day
    place: np.ndarray  # columns of the groups; -1 = not asked for, or to be read from its rows
    week: Week


@dataclass(frozen=True)
class Packed:
    """What is read of the days first..last (ordinals; none where last < first) from packs, for the columns `good`."""

    first: int = 1
    last: int = 0
    good: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    weeks: Sequence[Stored] = ()

    def left(self, ids: np.ndarray, first: date, last: date) -> list[tuple[str, date, date]]:
        """What has to be read from rows: conditions on the groups, each with its first and last day."""
        if self.last < self.first:
            return [(among("group_id", ids), first, last)]
        begin, end = date.fromordinal(self.first), date.fromordinal(self.last)
        spans = [(among("group_id", ids), first, begin - timedelta(days=1))]
        spans += [(among("group_id", ids), end + timedelta(days=1), last)]
        spans += [(among("group_id", ids[~self.good]), max(first, begin), min(last, end))]
        return [span for span in spans if span[1] <= span[2] and span[0] != "false"]


def packed_weeks(cursor: Any, ids: np.ndarray, first: date, last: date) -> Packed:
    """The longest run of packed weeks among these days that reaches furthest, for ascending ids. Two statements.

    Nothing where the groups are few.
    """
    ranges = np.unique(ids // PACK_GROUPS)
    if not len(ids) or len(ids) < WORTH * len(ranges):
        return Packed()
    marks = copy_out(cursor, MARKS.format(groups=among("group_id", ids)), {"group_id": "i4", "since": "i4"})
    query = PACKS.format(ranges=id_list(ranges * PACK_GROUPS), layout=LAYOUT, first=first, last=last)
    shape = {"first_day": "i4", "first_group_id": "i4", "told": "i2"}
    rows, tails = copy_out_ragged(cursor, query, shape, dict.fromkeys(CONTENTS, 0))
    days = (rows["first_day"].astype(np.int64) + EPOCH).tolist()
    run = _run(days, len(ranges))
    if not run:
        return Packed()
    good = np.ones(len(ids), dtype=np.bool_)
    good[np.searchsorted(ids, marks["group_id"][marks["since"].astype(np.int64) + EPOCH <= run[-1] + DAYS - 1])] = False
    weeks = []
    contents = zip(*(tails[name].each for name in CONTENTS), strict=True)
    for day, row, parts in zip(days, rows, contents, strict=True):
        if day not in run:
            continue
        week = week_of_bytes(int(row["told"]), *parts)
        if week is None:
            return Packed()
        weeks.append(Stored(day, _places(ids, good, week.groups + int(row["first_group_id"])), week))
    return Packed(max(run[0], first.toordinal()), min(run[-1] + DAYS - 1, last.toordinal()), good, weeks)


def _run(days: Sequence[int], ranges: int) -> range:
    """The first days of the weeks that every range has, without a gap, up to the latest one."""
    whole = {day for day, times in Counter(days).items() if times == ranges}
    if not whole:
        return range(0)
    begin = end = max(whole)
    while begin - DAYS in whole:
        begin -= DAYS
    return range(begin, end + 1, DAYS)


def _places(ids: np.ndarray, good: np.ndarray, groups: np.ndarray) -> np.ndarray:
    at = np.minimum(np.searchsorted(ids, groups), len(ids) - 1)
    return np.where((ids[at] == groups) & good[at], at, -1)


def pack_due() -> int:
    """Pack the weeks that are over and judged, and anew those that have marks; for SECONDS. How many weeks."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_NIGHT)
        through = cursor.fetchone()[0]
    return pack_through(through, seconds=SECONDS) if through else 0


def pack_through(through: date, *, seconds: float = float("inf")) -> int:
    """The same for the weeks whose days are not after `through`, of every range. Each range is a transaction."""
    began, made = time.monotonic(), 0
    weeks = wanted_weeks(through)
    about = {"size": PACK_GROUPS, "layout": LAYOUT, "first": weeks[0], "last": weeks[-1], "weeks": len(weeks)}
    with connection.cursor() as cursor:
        cursor.execute(TO_DO, about)
        places = [place for (place,) in cursor.fetchall()]
    for place in places:
        if time.monotonic() - began > seconds:
            break
        made += pack_range(place, weeks)
    return made


def wanted_weeks(through: date) -> list[date]:
    """The first days of the last KEPT_WEEKS whole weeks up to this day, oldest first."""
    end = (through.toordinal() + 1) // DAYS * DAYS
    return [date.fromordinal(end - DAYS * back) for back in range(KEPT_WEEKS, 0, -1)]


@transaction.atomic
def pack_range(place: int, weeks: Sequence[date]) -> int:
    """Pack what a range lacks of these weeks, and anew from its first mark on; how many. None while another does."""
    first, last = place * PACK_GROUPS, (place + 1) * PACK_GROUPS - 1
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [place])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(SETTLED_MARKS, [first, last])
        marks = cursor.fetchall()
        since = min((day for _, day in marks), default=date.max)
        cursor.execute(STANDING, [first, LAYOUT])
        good = {day for (day,) in cursor.fetchall() if day + timedelta(days=DAYS - 1) < since}
        lacking = [day for day in weeks if day not in good]
        cursor.execute(TAKE_OUT, [first, lacking, weeks[0], LAYOUT])
        for day in lacking:
            _write(cursor, first, last, day)
        cursor.execute(UNMARK, [[number for number, _ in marks]])
    return len(lacking)


def _write(cursor: Any, first: int, last: int, day: date) -> None:
    end = day + timedelta(days=DAYS - 1)
    span = f"day BETWEEN '{day}' AND '{end}'"
    rows = copy_out(
        cursor,
        f"SELECT group_id, day, known, {valid_acts.columns(COUNTED)} FROM lifecycle_daily"  # noqa: S608 - ours
        f" WHERE group_id BETWEEN {first} AND {last} AND {span}",
        {"group": "i4", "day": "i4", "known": "i2"} | dict.fromkeys(COUNTED, "i4"),
    )
    rows["day"] -= days_of(np.array(day.toordinal()))
    ids = np.arange(first, last + 1)
    column, on, member, acts = read_acting(cursor, ids, among("group_id", ids), span, in_parts=True)
    rows["group"] -= first
    acted = {"group": column, "day": on - days_of(np.array(day.toordinal())), "member": member, "acts": acts}
    week = week_of(np.union1d(rows["group"], column).astype(np.int64), rows, acted)
    copy_in_ragged(
        cursor,
        "lifecycle_weekpack",
        {
            "first_day": days_of(np.array([day.toordinal()])),
            "first_group_id": np.array([first], dtype="i4"),
            "last_group_id": np.array([last], dtype="i4"),
            "layout": np.array([LAYOUT], dtype="i2"),
            "told": np.array([week.told], dtype="i2"),
        },
        {name: Ragged([content]) for name, content in bytes_of_week(week).items()},
    )

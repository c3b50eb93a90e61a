"""Groups whose past changed: their readings are made anew, from the changed day through the last night done.

A night leaves such groups out from the changed day on, so that each day of a group is judged once and in order. The row
moves forward, or goes, in the transaction of the work; a row that was marked again meanwhile stays.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Exists, OuterRef

from lifecycle.failpoints import reach
from lifecycle.models import DirtyGroup, NightFault
from lifecycle.partitions import ensure_months
from lifecycle.pieces import TRIES_ALONE, hold_range, is_database_trouble, range_is_free, reason_of
from lifecycle.stage import Stage, Tally, run_stages

log = logging.getLogger(__name__)

# Days in front of the first night that is still to do for the range; without any, through the last night.
JUDGED_THROUGH = """
    SELECT COALESCE(
        (SELECT min(r.day) - 1 FROM lifecycle_nightitem i JOIN lifecycle_nightrun r ON r.id = i.run_id
         WHERE i.state = 'todo' AND i.first_group_id / %(size)s = %(range)s),
        (SELECT max(day) FROM lifecycle_nightrun))
"""
# Rows with an expired lease failed before: they come last, and alone.
WAITING = """
    SELECT group_id, since, attempts, lease_until IS NOT NULL
    FROM lifecycle_dirtygroup d
    WHERE (lease_until IS NULL OR lease_until < clock_timestamp()) AND group_id / %(size)s <> ALL(%(busy)s)
        AND NOT EXISTS (
            SELECT 1 FROM lifecycle_nightfault f WHERE f.group_id = d.group_id AND f.state IN ('error', 'poison'))
        AND EXISTS (SELECT 1 FROM lifecycle_nightrun)
    ORDER BY lease_until IS NOT NULL, group_id / %(size)s, since, group_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
"""
TAKE = """
    UPDATE lifecycle_dirtygroup SET attempts = attempts + 1, lease_until = statement_timestamp() + %s
    WHERE group_id = ANY(%s) RETURNING lease_until, xmin::text
"""
EXISTING = "SELECT id FROM groups_group WHERE id = ANY(%s) ORDER BY id"
# `xmin` tells a row that was written since the claim, by whoever marked it again, even with the same values.
MOVE_ON = """
    UPDATE lifecycle_dirtygroup SET since = GREATEST(since, %(next)s), attempts = 0, lease_until = NULL
    WHERE group_id = ANY(%(ids)s) AND xmin::text = %(token)s
"""
# A piece that goes on where the one before ended belongs to the same past.
NOTE_JUDGED = """
    INSERT INTO lifecycle_judgedanew AS j (group_id, first_day, last_day, at)
    SELECT group_id, GREATEST(since, %(first)s), %(last)s, clock_timestamp() FROM lifecycle_dirtygroup
    WHERE group_id = ANY(%(ids)s) AND since <= %(last)s
    ON CONFLICT (group_id) DO UPDATE
    SET first_day = CASE WHEN j.last_day = EXCLUDED.first_day - 1 AND j.at > EXCLUDED.at - interval '1 hour'
        THEN j.first_day ELSE EXCLUDED.first_day END, last_day = EXCLUDED.last_day, at = EXCLUDED.at
"""
SETTLE = "DELETE FROM lifecycle_dirtygroup WHERE group_id = ANY(%(ids)s) AND xmin::text = %(token)s"
FREE = "UPDATE lifecycle_dirtygroup SET attempts = 0, lease_until = NULL WHERE lease_until = %(lease)s"
SETTLE_FAULTS = """
    UPDATE lifecycle_nightfault f SET state = 'settled' FROM lifecycle_nightrun r
    WHERE r.id = f.run_id AND r.day <= %s AND f.group_id = ANY(%s) AND f.state = 'trying'
"""
AGAIN_AT_FAULT = """
    UPDATE lifecycle_nightfault
    SET state = %(state)s, attempts = %(tries)s, reason = %(reason)s, last_at = clock_timestamp()
    WHERE group_id = %(group)s AND state = 'trying'
"""
AT_FAULT = """
    INSERT INTO lifecycle_nightfault AS f (run_id, group_id, attempts, state, reason, last_at)
    SELECT id, %(group)s, %(tries)s, %(state)s, %(reason)s, clock_timestamp() FROM lifecycle_nightrun
    ORDER BY day <= %(through)s DESC, abs(day - %(through)s) LIMIT 1
    ON CONFLICT (run_id, group_id) DO UPDATE
    SET attempts = EXCLUDED.attempts, state = EXCLUDED.state, reason = EXCLUDED.reason, last_at = EXCLUDED.last_at
"""
STALE_DAYS = """
    INSERT INTO lifecycle_stalefleetday (day)
    SELECT day::date FROM generate_series(%s::date, %s::date, interval '1 day') AS day ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class Past:
    """Groups of one range whose readings first_day..last_day are to be made anew; `through` is the end of it all."""

    group_ids: tuple[int, ...]
    first_day: date
    last_day: date
    through: date
    lease_until: datetime
    token: str
    attempts: int
    alone: bool

    @property
    def to_the_end(self) -> bool:
        return self.last_day >= self.through


def waiting() -> bool:
    """Whether marked groups wait for their turn; not those that wait for a person."""
    put_aside = NightFault.objects.filter(group=OuterRef("group"), state__in=["error", "poison"])
    return DirtyGroup.objects.exclude(Exists(put_aside)).exists()


def claim() -> Past | None:
    """Take some marked groups of one range for NIGHT_LEASE_SECONDS; None when none is free. Commits."""
    busy: list[int] = []
    size = settings.NIGHT_GROUPS_PER_ITEM
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(WAITING, {"size": size, "busy": busy, "limit": settings.NIGHT_PAST_GROUPS})
            rows = cursor.fetchall()
            if not rows:
                return None
            wanted = rows[0][0] // size
            cursor.execute(JUDGED_THROUGH, {"size": size, "range": wanted})
            through = cursor.fetchone()[0]
            alone = rows[0][3]
            rows = rows[:1] if alone else [row for row in rows if row[0] // size == wanted and not row[3]]
            if not range_is_free(cursor, *_span(row[0] for row in rows)):
                busy.append(wanted)
            elif not alone or rows[0][2] <= TRIES_ALONE:
                return _take(cursor, rows, through, alone)
            else:
                _put_aside(cursor, rows[0][0], through, NightFault.State.POISON, "")


def _span(group_ids: Iterable[int]) -> tuple[int, int]:
    ids = sorted(group_ids)
    return ids[0], ids[-1]


def _take(cursor: Any, rows: Sequence[Any], through: date, alone: bool) -> Past:
    first_day = min(row[1] for row in rows)
    last_day = min(first_day + timedelta(days=settings.NIGHT_PAST_DAYS - 1), through)
    rows = [row for row in rows if row[1] <= max(first_day, last_day)]
    cursor.execute(TAKE, [timedelta(seconds=settings.NIGHT_LEASE_SECONDS), [row[0] for row in rows]])
    lease_until, token = cursor.fetchone()
    return Past(
        group_ids=tuple(row[0] for row in rows),
        first_day=first_day,
        last_day=last_day,
        through=through,
        lease_until=lease_until,
        token=token,
        attempts=rows[0][2] + 1,
        alone=alone,
    )


def work(past: Past, stages: Sequence[Stage], *, now: datetime) -> Tally:
    """Run the stages over the groups and days and move the marks on, in one transaction; a failure is noted.

    Raises OperationalError or InterfaceError when the database is in trouble: the caller tries again later.
    """
    reach("after_claim")
    tally = Tally()
    try:
        ensure_months(past.first_day, max(past.first_day, past.last_day))
        with transaction.atomic(), connection.cursor() as cursor:
            hold_range(cursor, *_span(past.group_ids))
            cursor.execute(EXISTING, [list(past.group_ids)])
            group_ids = [group_id for (group_id,) in cursor.fetchall()]
            reach("during_work", group_ids)
            if past.first_day <= past.last_day:
                tally = run_stages(
                    stages, group_ids, past.first_day, past.last_day, now=now, to_the_end=past.to_the_end
                )
                cursor.execute(STALE_DAYS, [past.first_day, past.last_day])
            reach("after_upsert", group_ids)
            _move_on(cursor, past)
            reach("before_commit", group_ids)
    except Exception as error:
        if is_database_trouble(error):
            _give_back(past)
            raise
        log.exception("history of %d groups failed", len(past.group_ids))
        _note_failure(past, error)
        return Tally()
    return tally


def _move_on(cursor: Any, past: Past) -> None:
    keys = {"ids": list(past.group_ids), "lease": past.lease_until, "token": past.token}
    cursor.execute(NOTE_JUDGED, {"ids": list(past.group_ids), "first": past.first_day, "last": past.last_day})
    if past.to_the_end:
        cursor.execute(SETTLE_FAULTS, [past.through, list(past.group_ids)])
        cursor.execute(SETTLE, keys)
    else:
        cursor.execute(MOVE_ON, keys | {"next": past.last_day + timedelta(days=1)})
    cursor.execute(FREE, keys)


def _give_back(past: Past) -> None:
    try:
        if not connection.in_atomic_block and not connection.is_usable():
            connection.close()
        with connection.cursor() as cursor:
            cursor.execute(FREE, {"lease": past.lease_until})
    except DatabaseError:
        log.warning("the history of %d groups waits for its lease", len(past.group_ids))


@transaction.atomic
def _note_failure(past: Past, error: Exception) -> None:
    """Let the groups be tried alone at once; a group that has had its tries is put aside with the reason."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE lifecycle_dirtygroup SET lease_until = clock_timestamp() WHERE lease_until = %s",
            [past.lease_until],
        )
        if past.alone and past.attempts > TRIES_ALONE:
            _put_aside(cursor, past.group_ids[0], past.through, NightFault.State.ERROR, reason_of(error))


def _put_aside(cursor: Any, group_id: int, through: date, state: str, reason: str) -> None:
    """Record the fault (with the last night, unless the group has one); the mark waits for a person who tries again."""
    facts = {"group": group_id, "tries": TRIES_ALONE, "state": state, "reason": reason, "through": through}
    cursor.execute(AGAIN_AT_FAULT, facts)
    if not cursor.rowcount:
        cursor.execute(AT_FAULT, facts)
    cursor.execute("UPDATE lifecycle_dirtygroup SET attempts = 0, lease_until = NULL WHERE group_id = %s", [group_id])

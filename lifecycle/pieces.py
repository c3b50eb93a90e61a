"""Pieces of a night: claimed by lease, worked in one transaction that also marks them done, isolated when they fail.

A claim commits before the work begins, so that a try which takes its worker with it is counted. The work, its results
and the mark "done" commit together. A range whose try died (its lease ran out) or failed is split into parts, and a
part that fails again into smaller ones, down to its groups; a group that fails three times alone is put aside with its
reason, and the others finish. Leases are by the clock of the database.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from lifecycle.bulk import among
from lifecycle.failpoints import reach
from lifecycle.models import NightFault, NightItem
from lifecycle.stage import Stage, Tally, run_stages

log = logging.getLogger(__name__)

TRIES_ALONE = 3
# A host that was lost costs its piece a second try by so many parts; group by group it would be thousands of them.
PARTS = 20
QUERY_CANCELED = "57014"  # a statement that runs too long is a fault of the work, not of the connection
# A piece may compute for a while between two statements, and its statements write many rows.
PATIENCE = "SET LOCAL statement_timeout = '240s'; SET LOCAL idle_in_transaction_session_timeout = '600s'"
LOCK_SPACE = 0x11FE  # first key of the advisory locks on groups; the second is their ids divided by this, or by less
LOCKED_TOGETHER = 4000  # where pieces are smaller; so it was when they were of 4,000, for workers of then

TRY_LOCKS = "SELECT bool_and(pg_try_advisory_xact_lock(%s, n)) FROM generate_series(%s, %s) n"
WAIT_FOR_LOCKS = "SELECT pg_advisory_xact_lock(%s, n) FROM generate_series(%s, %s) n"
# An item waits for the earlier nights of its groups: the state of a day goes on from the day before.
NEXT_ITEM = """
    SELECT i.id, i.run_id, r.day, i.first_group_id, i.last_group_id, i.attempts
    FROM lifecycle_nightitem i JOIN lifecycle_nightrun r ON r.id = i.run_id
    WHERE i.state = 'todo' AND (i.lease_until IS NULL OR i.lease_until < clock_timestamp())
        AND i.first_group_id / %(size)s <> ALL(%(busy)s) AND NOT EXISTS (
            SELECT 1 FROM lifecycle_nightitem e JOIN lifecycle_nightrun er ON er.id = e.run_id
            WHERE e.state = 'todo' AND er.day < r.day
                AND e.first_group_id <= i.last_group_id AND e.last_group_id >= i.first_group_id)
    ORDER BY r.day, i.attempts, i.first_group_id LIMIT 1 FOR UPDATE OF i SKIP LOCKED
"""
SAME_RANGE_LATER = """
    SELECT i.id, i.run_id, r.day, i.first_group_id, i.last_group_id, i.attempts
    FROM lifecycle_nightitem i JOIN lifecycle_nightrun r ON r.id = i.run_id
    WHERE i.state = 'todo' AND (i.lease_until IS NULL OR i.lease_until < clock_timestamp())
        AND i.first_group_id = %s AND i.last_group_id = %s AND r.day > %s AND r.day < %s
    ORDER BY r.day FOR UPDATE OF i SKIP LOCKED
"""
SPLIT = """
    WITH ranges AS (DELETE FROM lifecycle_nightitem WHERE id = ANY(%(items)s) RETURNING *)
    SELECT i.run_id, g.id, i.attempts
    FROM ranges i JOIN lifecycle_nightrun r ON r.id = i.run_id
    JOIN groups_group g ON g.id BETWEEN i.first_group_id AND i.last_group_id AND g.opened_on <= r.day
        AND (g.closed_on IS NULL OR g.closed_on >= r.day)
        AND (g.archived_at IS NULL OR (g.archived_at AT TIME ZONE %(zone)s)::date > r.day)
"""
TAKE = """
    UPDATE lifecycle_nightitem SET attempts = attempts + 1, lease_until = statement_timestamp() + %s
    WHERE id = ANY(%s) RETURNING lease_until
"""
COUNT_TRY = """
    INSERT INTO lifecycle_nightfault AS f (run_id, group_id, attempts, state, reason, last_at)
    VALUES (%s, %s, 1, 'trying', '', clock_timestamp())
    ON CONFLICT (run_id, group_id) DO UPDATE
    SET attempts = CASE WHEN f.state = 'settled' THEN 1 ELSE f.attempts + 1 END,
        state = 'trying', reason = '', last_at = clock_timestamp()
    RETURNING attempts
"""
# A group is judged from the day on which it opened. Groups put aside wait for a person; groups whose history is to be
# made anew from here on are judged with it.
TO_JUDGE = """
    SELECT g.id, GREATEST(g.opened_on, %(first)s) FROM groups_group g
    WHERE g.id BETWEEN %(first_id)s AND %(last_id)s AND g.opened_on <= %(last)s
        AND (g.closed_on IS NULL OR g.closed_on >= %(first)s)
        AND (g.archived_at IS NULL OR (g.archived_at AT TIME ZONE %(zone)s)::date > %(first)s)
        AND NOT EXISTS (SELECT 1 FROM lifecycle_nightfault f WHERE f.group_id = g.id AND f.state IN ('error', 'poison'))
        AND NOT EXISTS (SELECT 1 FROM lifecycle_dirtygroup d WHERE d.group_id = g.id AND d.since <= %(first)s)
    ORDER BY g.id
"""
# Who judges the past anew must also judge anew what came after it.
MARK_WHAT_CAME_AFTER = """
    INSERT INTO lifecycle_dirtygroup AS d (group_id, since, marked_at)
    SELECT group_id, %(next)s, clock_timestamp() FROM lifecycle_standing
    WHERE {groups} AND day >= %(next)s
    ON CONFLICT (group_id) DO UPDATE SET since = LEAST(d.since, EXCLUDED.since), marked_at = EXCLUDED.marked_at
"""
DONE = """
    UPDATE lifecycle_nightitem
    SET state = 'done', done_at = clock_timestamp(), lease_until = NULL, groups_judged = %s
    WHERE id = ANY(%s) AND state = 'todo' AND lease_until = %s
"""


class ClaimLost(RuntimeError):
    """The lease ran out and another worker has the piece now; what was computed here is rolled back."""


@dataclass(frozen=True)
class Piece:
    """Consecutive days of one range of groups, claimed until `lease_until`. `alone`: one group, after a failure."""

    item_ids: tuple[int, ...]
    first_run_id: int
    first_group_id: int
    last_group_id: int
    first_day: date
    last_day: date
    lease_until: datetime
    attempts: int = 1

    @property
    def alone(self) -> bool:
        return self.first_group_id == self.last_group_id


@dataclass(frozen=True)
class _Item:
    id: int
    run_id: int
    day: date
    first_group_id: int
    last_group_id: int
    attempts: int


def claim() -> Piece | None:
    """Take the oldest piece that is free, for NIGHT_LEASE_SECONDS; None when there is none. Commits.

    When nights are missing, the same range of up to NIGHT_DAYS_AT_ONCE consecutive days is one piece.
    """
    busy: list[int] = []
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(NEXT_ITEM, {"busy": busy, "size": settings.NIGHT_GROUPS_PER_ITEM})
            found = cursor.fetchone()
            if found is None:
                return None
            item = _Item(*found)
            if not range_is_free(cursor, item.first_group_id, item.last_group_id):
                busy.append(item.first_group_id // settings.NIGHT_GROUPS_PER_ITEM)
                continue
            items = [item, *_next_days(cursor, item)]
            alone = item.first_group_id == item.last_group_id
            if item.attempts and not alone:
                _split(cursor, items)
            elif not alone or _count_try(cursor, item, items):
                return _take(cursor, items)


def _next_days(cursor: Any, item: _Item) -> list[_Item]:
    """The items of the days right after that can be worked together with this one."""
    until = item.day + timedelta(days=settings.NIGHT_DAYS_AT_ONCE)
    cursor.execute(SAME_RANGE_LATER, [item.first_group_id, item.last_group_id, item.day, until])
    together: list[_Item] = []
    for later in (_Item(*row) for row in cursor.fetchall()):
        follows = later.day == item.day + timedelta(days=len(together) + 1)
        if not follows or bool(later.attempts) != bool(item.attempts):
            break
        together.append(later)
    return together


def _take(cursor: Any, items: Sequence[_Item]) -> Piece:
    ids = tuple(item.id for item in items)
    cursor.execute(TAKE, [timedelta(seconds=settings.NIGHT_LEASE_SECONDS), list(ids)])
    lease_until = cursor.fetchone()[0]
    first = items[0]
    return Piece(
        item_ids=ids,
        first_run_id=first.run_id,
        first_group_id=first.first_group_id,
        last_group_id=first.last_group_id,
        first_day=first.day,
        last_day=items[-1].day,
        lease_until=lease_until,
        attempts=first.attempts + 1,
    )


def _split(cursor: Any, items: Sequence[_Item]) -> None:
    """Put in the place of ranges that failed PARTS smaller ones, or one item per group where there are no more."""
    cursor.execute(SPLIT, {"items": [item.id for item in items], "zone": settings.TIME_ZONE})
    rows = cursor.fetchall()
    group_ids = sorted({group_id for _run_id, group_id, _attempts in rows})
    if len(group_ids) > PARTS:
        fresh = _in_parts(rows, group_ids, items[0].last_group_id)
    else:
        fresh = [
            NightItem(run_id=run_id, first_group_id=group_id, last_group_id=group_id, attempts=attempts)
            for run_id, group_id, attempts in rows
        ]
    NightItem.objects.bulk_create(fresh, batch_size=5000)


def _in_parts(rows: Sequence[tuple[int, int, int]], group_ids: Sequence[int], last_group_id: int) -> list[NightItem]:
    """Items not tried yet, with the same bounds in every night, so that their days can be worked together."""
    firsts = group_ids[:: -(-len(group_ids) // PARTS)]
    lasts = [*(first - 1 for first in firsts[1:]), last_group_id]
    places = np.searchsorted(firsts, [group_id for _run_id, group_id, _attempts in rows], side="right") - 1
    wanted = sorted({(run_id, int(place)) for (run_id, _group_id, _attempts), place in zip(rows, places, strict=True)})
    return [
        NightItem(run_id=run_id, first_group_id=firsts[place], last_group_id=lasts[place]) for run_id, place in wanted
    ]


def _count_try(cursor: Any, item: _Item, items: Sequence[_Item]) -> bool:
    """Count a try of one group before it begins; False when it has had its tries and is put aside as poison."""
    cursor.execute(COUNT_TRY, [item.run_id, item.first_group_id])
    if cursor.fetchone()[0] <= TRIES_ALONE:
        return True
    fault = NightFault.objects.filter(run_id=item.run_id, group_id=item.first_group_id)
    fault.update(state=NightFault.State.POISON, attempts=TRIES_ALONE)
    _close(cursor, [each.id for each in items])
    return False


def _close(cursor: Any, item_ids: Sequence[int]) -> None:
    cursor.execute(
        "UPDATE lifecycle_nightitem SET state = 'done', done_at = clock_timestamp(), lease_until = NULL"
        " WHERE id = ANY(%s) AND state = 'todo'",
        [list(item_ids)],
    )


def range_is_free(cursor: Any, first: int, last: int) -> bool:
    """Whether no transaction works near these groups now; if so they are ours until this transaction ends.

    A worker that is slow still holds the lock, so it is not taken for dead when its lease runs out.
    """
    cursor.execute(TRY_LOCKS, [LOCK_SPACE, *_locks(first, last)])
    return bool(cursor.fetchone()[0])


def hold_range(cursor: Any, first: int, last: int) -> None:
    """Wait until these groups are ours alone, until the end of this transaction, which may last longer."""
    cursor.execute(PATIENCE)
    cursor.execute(WAIT_FOR_LOCKS, [LOCK_SPACE, *_locks(first, last)])


def _locks(first: int, last: int) -> tuple[int, int]:
    """The first and the last of the locks on these groups; all who want several take them in ascending order."""
    together = min(settings.NIGHT_GROUPS_PER_ITEM, LOCKED_TOGETHER)
    return first // together, last // together


def work(piece: Piece, stages: Sequence[Stage], *, now: datetime) -> Tally:
    """Run the stages over the piece and mark it done, in one transaction; on failure note it and go on.

    Raises OperationalError or InterfaceError when the database is in trouble: the caller tries again later.
    """
    reach("after_claim")
    group_ids: list[int] = []
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            hold_range(cursor, piece.first_group_id, piece.last_group_id)
            since = _groups_of(cursor, piece)
            group_ids = [group_id for ids in since.values() for group_id in ids]
            reach("during_work", group_ids)
            marks = MARK_WHAT_CAME_AFTER.format(groups=among("group_id", np.array(sorted(group_ids), dtype=np.int64)))
            cursor.execute(marks, {"next": piece.last_day + timedelta(days=1)})
            tally = Tally()
            for first_day, ids in since.items():
                tally.add(run_stages(stages, ids, first_day, piece.last_day, now=now))
            reach("after_upsert", group_ids)
            _mark_done(cursor, piece, len(group_ids))
            reach("before_commit", group_ids)
    except ClaimLost:
        return Tally()
    except Exception as error:
        if is_database_trouble(error):
            _give_back(piece)
            raise
        log.exception("night piece failed: groups %s-%s", piece.first_group_id, piece.last_group_id)
        _note_failure(piece, error)
        return Tally()
    reach("after_commit", group_ids)
    return tally


def _groups_of(cursor: Any, piece: Piece) -> dict[date, list[int]]:
    """The groups that are to be judged, ascending, by the first of their days."""
    cursor.execute(
        TO_JUDGE,
        {
            "first_id": piece.first_group_id,
            "last_id": piece.last_group_id,
            "first": piece.first_day,
            "last": piece.last_day,
            "zone": settings.TIME_ZONE,
        },
    )
    since: dict[date, list[int]] = {}
    for group_id, first_day in cursor.fetchall():
        since.setdefault(first_day, []).append(group_id)
    return since


def _mark_done(cursor: Any, piece: Piece, groups: int) -> None:
    cursor.execute(DONE, [groups, list(piece.item_ids), piece.lease_until])
    if cursor.rowcount != len(piece.item_ids):
        raise ClaimLost(piece)
    if piece.alone:
        NightFault.objects.filter(run_id=piece.first_run_id, group_id=piece.first_group_id).update(
            state=NightFault.State.SETTLED
        )


def is_database_trouble(error: Exception) -> bool:
    """Whether the database, not the work, failed: connection lost, deadlock, lock not to be had."""
    code = getattr(error.__cause__, "pgcode", None)
    return isinstance(error, OperationalError | InterfaceError) and code != QUERY_CANCELED


def _give_back(piece: Piece) -> None:
    """Free the piece without counting the try, as far as the database answers; else the lease runs out."""
    try:
        if not connection.in_atomic_block and not connection.is_usable():
            connection.close()
        held = NightItem.objects.filter(id__in=piece.item_ids, lease_until=piece.lease_until)
        held.update(lease_until=None, attempts=piece.attempts - 1)
    except DatabaseError:
        log.warning("a night piece waits for its lease: groups %s-%s", piece.first_group_id, piece.last_group_id)


@transaction.atomic
def _note_failure(piece: Piece, error: Exception) -> None:
    """Free the piece for the next try; after the last try alone put the group aside with the reason."""
    NightItem.objects.filter(id__in=piece.item_ids, lease_until=piece.lease_until).update(lease_until=None)
    if not piece.alone:
        return
    fault = NightFault.objects.select_for_update().get(run_id=piece.first_run_id, group_id=piece.first_group_id)
    fault.reason = reason_of(error)
    if fault.attempts >= TRIES_ALONE:
        fault.state = NightFault.State.ERROR
        with connection.cursor() as cursor:
            _close(cursor, piece.item_ids)
    fault.save(update_fields=["reason", "state"])


def reason_of(error: Exception) -> str:
    """The kind of the error and what it says, short enough to keep."""
    return f"{type(error).__name__}: {error}"[:300]

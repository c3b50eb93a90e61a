"""Seals the rows of the record in a chain, and verifies it: whoever changes, takes out or puts in a row is found.

A seal is the digest of the seal before it and of the rows since, in the order of their ids. It is made by a tick, not
by the writers, who would have to wait for one another otherwise. Which rows are complete is told by the locks: an id
that was given out is either committed, or its transaction still holds its lock on the table.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from groups.models import AuditEntry, AuditSeal

log = logging.getLogger(__name__)

ROWS_PER_SEAL = 50_000
PATIENCE_SECONDS = 2.0
LOCK = 7_310_195  # of the one who seals
NOTHING = "0" * 64  # stands before the first seal

# Every column, in a form that a dump, a restore and a new PostgreSQL leave as it is.
ROW = """
    sha256(convert_to(jsonb_build_array(id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), actor_id,
        actor_name, team_id, verb, object_type, object_id, object_name, before, after, reason)::text, 'UTF8'))
"""
DIGEST = f"""
    SELECT count(*), encode(sha256(decode(%(previous)s, 'hex')
        || convert_to(%(number)s || ':' || %(first)s || ':' || %(last)s || ':' || count(*), 'UTF8')
        || coalesce(string_agg({ROW}, ''::bytea ORDER BY id), ''::bytea)), 'hex')
    FROM groups_auditentry WHERE id BETWEEN %(first)s AND %(last)s
"""  # noqa: S608 - text of ours
# Where the next seal ends: the newest row, or the last of so many.
LAST = """
    SELECT max(id), clock_timestamp() FROM (
        SELECT id FROM groups_auditentry WHERE id > %s ORDER BY id LIMIT %s) rows
"""
# Writers that began before: an id below LAST may still be theirs. Of sessions of others the beginning is not told.
WRITING = """
    SELECT EXISTS (
        SELECT 1 FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid)
        WHERE l.locktype = 'relation' AND l.relation = 'groups_auditentry'::regclass AND l.mode = 'RowExclusiveLock'
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND pid IS DISTINCT FROM pg_backend_pid() AND (a.xact_start IS NULL OR a.xact_start <= %s))
"""


@dataclass(frozen=True)
class Head:
    """The newest seal: written down elsewhere, it proves everything before it."""

    number: int = 0
    digest: str = NOTHING
    last_id: int = 0


@dataclass(frozen=True)
class Broken:
    """A seal that its rows do not fit, or that does not follow the one before."""

    number: int
    first_id: int
    last_id: int
    expected_rows: int
    found_rows: int


def head() -> Head:
    newest = AuditSeal.objects.order_by("-number").values_list("number", "digest", "last_id").first()
    return Head(*newest) if newest else Head()


def seal(patience: float = PATIENCE_SECONDS) -> int:
    """Seal what was written since the last time; how many rows. 0 while somebody still writes, or seals."""
    sealed = 0
    while rows := _seal_some(patience):
        sealed += rows
        if rows < ROWS_PER_SEAL:
            break
    return sealed


@transaction.atomic
def _seal_some(patience: float) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        before = head()
        cursor.execute(LAST, [before.last_id, ROWS_PER_SEAL])
        last, seen_at = cursor.fetchone()
        if last is None or not _all_written(cursor, seen_at, patience):
            return 0
        number, first = before.number + 1, before.last_id + 1
        rows, digest = _digest(cursor, before.digest, number, first, last)
        cursor.execute(
            "INSERT INTO groups_auditseal (number, first_id, last_id, rows, digest, sealed_at)"
            " VALUES (%s, %s, %s, %s, %s, clock_timestamp())",
            [number, first, last, rows, digest],
        )
        log.info("record sealed: %s:%s", number, digest)  # outside of the database, where nobody of it can change it
        return rows


def _all_written(cursor, seen_at, patience: float) -> bool:
    until = time.monotonic() + patience
    while True:
        cursor.execute(WRITING, [seen_at])
        if not cursor.fetchone()[0]:
            return True
        if time.monotonic() >= until:
            return False
        time.sleep(0.05)


def _digest(cursor, previous: str, number: int, first: int, last: int) -> tuple[int, str]:
    cursor.execute(DIGEST, {"previous": previous, "number": str(number), "first": first, "last": last})
    rows, digest = cursor.fetchone()
    return rows, digest


def broken(expected: Head | None = None) -> Iterator[Broken]:
    """The seals that do not hold, in order. `expected` is a head that was written down elsewhere."""
    before, known = Head(), False
    with connection.cursor() as cursor:
        seals = AuditSeal.objects.order_by("number")
        for each in seals.iterator():
            rows, digest = _digest(cursor, before.digest, each.number, each.first_id, each.last_id)
            follows = each.number == before.number + 1 and each.first_id == before.last_id + 1
            as_written = expected is None or each.number != expected.number or each.digest == expected.digest
            known = known or (expected is not None and each.number == expected.number)
            if digest != each.digest or rows != each.rows or not follows or not as_written:
                yield Broken(each.number, each.first_id, each.last_id, each.rows, rows)
            before = Head(each.number, each.digest, each.last_id)
    if expected is not None and expected.number and not known:
        yield Broken(expected.number, 0, expected.last_id, 0, 0)  # seals were cut off at the end


def unsealed() -> int:
    return AuditEntry.objects.filter(id__gt=head().last_id).count()

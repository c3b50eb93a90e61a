"""Writes joins and leaves that a connected system tells, each once, and brings the counts of their days in step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from groups import audit
from groups.models import Team, User
from groups.rules.member_hashes import HASH_BYTES, member_hash
from lifecycle.ingest import INCOMING, LOCK, write_as
from lifecycle.member_numbers import numbers_of
from lifecycle.models import MemberEvent
from lifecycle.partitions import ensure_months
from lifecycle.pushes import source_of
from lifecycle.rules.counts import KNOWN

JOIN, LEAVE = MemberEvent.Kind.JOIN, MemberEvent.Kind.LEAVE
ENTER = """
    INSERT INTO lifecycle_memberevent (group_id, number, kind, at, day)
    SELECT * FROM unnest(%s::bigint[], %s::int[], %s::smallint[], %s::timestamptz[], %s::date[])
    ON CONFLICT DO NOTHING
"""
# Absolute: the counts of a day are those of all its events, however often some of them were told.
COUNT_DAYS = """
    SELECT e.group_id, e.day, count(*) FILTER (WHERE kind = 1), count(*) FILTER (WHERE kind = 2)
    FROM lifecycle_memberevent e
    JOIN (SELECT DISTINCT * FROM unnest(%s::bigint[], %s::date[]) AS t (group_id, day)) t USING (group_id, day)
    GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass(frozen=True)
class EventTold:
    """A member came or went; `member` is the platform's id, which is hashed here and kept nowhere."""

    group_id: int
    kind: int
    member: str
    at: datetime


@dataclass(frozen=True)
class Recorded:
    """How many events were new, and how many days of groups have other counts now."""

    new: int
    known: int
    days_changed: int


@transaction.atomic
def record_events(*, team: Team, system: str, events: Sequence[EventTold], person: User, now: datetime) -> Recorded:
    """Write the events that a system tells of groups of the team.

    A kind that no event of a day speaks of stays as it was, known or not.
    """
    days = [timezone.localdate(event.at) for event in events]
    ensure_months(min(days), max(days))
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [team.pk])
        numbers = _numbers(cursor, events)
        groups = [event.group_id for event in events]
        cursor.execute(ENTER, [groups, numbers, [event.kind for event in events], [event.at for event in events], days])
        new = cursor.rowcount
        cursor.execute(COUNT_DAYS, [groups, days])
        written = write_as(cursor, source_of(team, system), _rows(cursor.fetchall()), now=now)
        recorded = Recorded(new, len(events) - new, written.new + written.changed)
        if new:
            told = {"events": new, "groups": len(set(groups)), "days_changed": recorded.days_changed}
            audit.record(verb="member events recorded", thing=team, by=person, now=now, after=told)
    return recorded


def _numbers(cursor, events: Sequence[EventTold]) -> list[int]:
    """The number of each event's member; the same person has the same hash in every group of a platform."""
    key = settings.MEMBER_KEY.encode()
    places: dict[tuple[int, bytes], int] = {}
    at = [places.setdefault((event.group_id, member_hash(key, "", event.member)), len(places)) for event in events]
    group_ids = np.array([group for group, _ in places], dtype="i4")
    hashes = np.array([digest for _, digest in places], dtype=f"S{HASH_BYTES}")
    return numbers_of(cursor, group_ids, hashes)[at].tolist()


def _rows(counted: Sequence[tuple[int, date, int, int]]) -> np.ndarray:
    rows = np.zeros(len(counted), dtype=INCOMING)
    for row, (group, day, joins, leaves) in zip(rows, counted, strict=True):
        row["group_id"], row["day"], row["joins"], row["leaves"] = group, day.toordinal(), joins, leaves
        row["known"] = (KNOWN["joins"] if joins else 0) | (KNOWN["leaves"] if leaves else 0)
    return rows

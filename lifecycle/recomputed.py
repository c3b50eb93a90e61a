"""Tells which days of a group are, or were last, judged again because its past had changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

FOUND = """
    SELECT d.since, j.first_day, j.last_day, j.at
    FROM (SELECT 1) one
    LEFT JOIN lifecycle_dirtygroup d ON d.group_id = %(group)s
    LEFT JOIN lifecycle_judgedanew j ON j.group_id = %(group)s
"""


@dataclass(frozen=True)
class Recomputed:
    """`waiting_since`: the first day that still has to be judged again; the others tell of the last time."""

    waiting_since: date | None
    first_day: date | None
    last_day: date | None
    at: datetime | None


def recomputed(group_id: int) -> Recomputed:
    """One query."""
    with connection.cursor() as cursor:
        cursor.execute(FOUND, {"group": group_id})
        return Recomputed(*cursor.fetchone())

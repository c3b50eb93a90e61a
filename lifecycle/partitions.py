"""Makes the monthly partitions that a span of days needs, before anything is written into it."""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction

PARTITIONED = ("lifecycle_daily", "lifecycle_acting", "lifecycle_health")


def months_of(first: date, last: date) -> list[tuple[date, date]]:
    """The months that touch the span, each as its first day and the first day of the next."""
    months = []
    year, month = first.year, first.month
    while date(year, month, 1) <= last:
        start = date(year, month, 1)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        months.append((start, date(year, month, 1)))
    return months


def ensure_months(first: date, last: date) -> int:
    """Make the missing partitions for first..last; returns how many were made. Safe to run twice and at once.

    The owner of the tables makes them (groups/migrations/0196), whoever asks.
    """
    wanted = {
        f"{parent}_{start:%Y%m}": (parent, start, end)
        for parent in PARTITIONED
        for start, end in months_of(first, last)
    }
    with connection.cursor() as cursor:
        missing = _missing(cursor, wanted)
        if not missing:
            return 0
        with transaction.atomic():
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('lifecycle partitions'))")
            missing = _missing(cursor, wanted)
            for name in missing:
                parent, start, end = wanted[name]
                cursor.execute("SELECT make_month(%s, %s, %s, %s)", [parent, name, start, end])
        return len(missing)


def _missing(cursor, wanted: dict) -> list[str]:
    cursor.execute("SELECT relname FROM pg_class WHERE relname = ANY(%s) AND relispartition", [list(wanted)])
    found = {name for (name,) in cursor.fetchall()}
    return [name for name in wanted if name not in found]

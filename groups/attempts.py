"""Counts how often something was tried, in PostgreSQL, so that every web process counts the same."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

# One statement: the window begins anew when the last one is over. Of many at once each gets a number of its own.
COUNTED = """
    INSERT INTO groups_attempts AS a (key, since, count) VALUES (%(key)s, %(now)s, 1)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN a.since <= %(over)s THEN 1 ELSE a.count + 1 END,
        since = CASE WHEN a.since <= %(over)s THEN %(now)s ELSE a.since END
    RETURNING count
"""
KEPT = timedelta(days=1)


def count(key: str, *, within: timedelta, now: datetime) -> int:
    """Count one attempt; returns how many there were within the window, with this one. Old rows go on the way."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, {"key": key[:120], "now": now, "over": now - within})
        (number,) = cursor.fetchone()
        if number == 1:
            cursor.execute("DELETE FROM groups_attempts WHERE since < %s", [now - KEPT])
    return number

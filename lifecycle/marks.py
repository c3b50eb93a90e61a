"""Marks groups whose past changed, so that they are judged again from a day on (lifecycle.history)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

MARK_DIRTY = """
    INSERT INTO lifecycle_dirtygroup (group_id, since, marked_at)
    SELECT * FROM unnest(%(groups)s::bigint[], %(since)s::date[], %(marked)s::timestamptz[])
    ON CONFLICT (group_id) DO UPDATE
    SET since = LEAST(lifecycle_dirtygroup.since, EXCLUDED.since), marked_at = EXCLUDED.marked_at
"""


def mark_dirty(cursor: Any, since: dict[int, int], now: datetime) -> None:
    """Have the groups judged again from these days (ordinals) on."""
    if since:
        groups = sorted(since)
        days = [date.fromordinal(since[group]) for group in groups]
        cursor.execute(MARK_DIRTY, {"groups": groups, "since": days, "marked": [now] * len(groups)})

"""Counts the readings of a day into FleetDay: how many groups of a team stood where. What dashboards read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection, transaction

from lifecycle.models import FleetDay

DAYS_AT_ONCE = 366
# The literal days keep the read to their partitions.
ROLL_UP = """
    INSERT INTO lifecycle_fleetday
        (team_id, day, state, activity_kind, monetization, layer, groups, members, acts_7)
    SELECT g.team_id, h.day, h.state, COALESCE(p.activity_kind, ''), COALESCE(p.monetization, ''), g.layer,
        count(*), COALESCE(sum(h.members) FILTER (WHERE h.members >= 0), 0),
        COALESCE(sum(h.acts_7) FILTER (WHERE h.acts_7 >= 0), 0)
    FROM lifecycle_health h
    JOIN groups_group g ON g.id = h.group_id
    LEFT JOIN groups_plan p ON p.group_id = g.id AND p.superseded_at IS NULL
    WHERE h.day BETWEEN %(first)s AND %(last)s AND h.day = ANY(%(days)s)
    GROUP BY 1, 2, 3, 4, 5, 6
"""
TAKE_STALE = """
    DELETE FROM lifecycle_stalefleetday WHERE day IN (
        SELECT day FROM lifecycle_stalefleetday ORDER BY day LIMIT %s FOR UPDATE SKIP LOCKED)
    RETURNING day
"""


@transaction.atomic
def roll_up(days: Sequence[date]) -> int:
    """Make the FleetDay rows of these days anew from the readings; returns how many rows there are now."""
    rows = 0
    ordered = sorted(set(days))
    with connection.cursor() as cursor:
        # No statistics know of a day so new: the planner takes its readings for a few, looks each group up and sorts.
        cursor.execute(
            "SET LOCAL statement_timeout = '240s'; SET LOCAL enable_nestloop = off; SET LOCAL enable_sort = off"
        )
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('lifecycle fleet'))")
        for start in range(0, len(ordered), DAYS_AT_ONCE):
            some = ordered[start : start + DAYS_AT_ONCE]
            FleetDay.objects.filter(day__in=some).delete()
            cursor.execute(ROLL_UP, {"first": some[0], "last": some[-1], "days": some})
            rows += cursor.rowcount
        cursor.execute("SET LOCAL enable_nestloop = DEFAULT; SET LOCAL enable_sort = DEFAULT")
    return rows


def freshen() -> int:
    """Roll up the days whose readings were made anew; returns how many days. Repeats nothing that another does."""
    days = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(TAKE_STALE, [DAYS_AT_ONCE])
            stale = [day for (day,) in cursor.fetchall()]
            roll_up(stale)
        days += len(stale)
        if len(stale) < DAYS_AT_ONCE:
            return days

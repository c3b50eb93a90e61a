"""Keeps GroupEnd: which groups are over, how, since when, of what cause, and when we first said so.

A group ended well if its goal was met, its planned end had passed when it was closed, or it stands as completed. It
died if it was closed without that, or stands as dead. Everything else has no row. Repeatable: only what changed is made
anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from lifecycle.models.endings import Fate
from lifecycle.models.health import HealthState
from lifecycle.rules.endings import WEEKS_SEEN, faded_weeks_ago

CHUNK = 500

KNOWN_FATE = (Fate.DIED, Fate.COMPLETED, Fate.ALIVE)

OVER = f"""
    SELECT g.id, g.opened_on, CASE WHEN x.well THEN 'completed' ELSE 'died' END AS fate,
        CASE WHEN g.closed_on IS NULL THEN s.state_since WHEN s.state = {HealthState.DEAD} AND NOT x.well
            THEN LEAST(g.closed_on, s.state_since) ELSE g.closed_on END AS told_on,
        CASE WHEN s.state = {HealthState.DEAD} THEN s.last_act_on END AS silent_on
    FROM groups_group g
    LEFT JOIN lifecycle_standing s ON s.group_id = g.id
    LEFT JOIN groups_plan p ON p.group_id = g.id AND p.superseded_at IS NULL
    CROSS JOIN LATERAL (SELECT COALESCE(s.state = {HealthState.MISSION_COMPLETE}, false) OR g.goal_met_on IS NOT NULL
        OR COALESCE(p.lifespan <> 'lasting' AND p.ends_on <= g.closed_on, false) AS well) x
    WHERE g.archived_at IS NULL
        AND (g.closed_on IS NOT NULL OR s.state IN ({HealthState.DEAD}, {HealthState.MISSION_COMPLETE}))
"""  # noqa: S608 - numbers of ours
# Asked every few minutes, so neither looks at a group that lives.
DROP_CHANGED = f"""
    DELETE FROM lifecycle_groupend e WHERE NOT EXISTS (
        SELECT 1 FROM ({OVER} AND g.id IN (SELECT group_id FROM lifecycle_groupend)) o
        WHERE o.id = e.group_id AND o.fate = e.fate AND GREATEST(o.told_on, o.opened_on) = e.told_on)
    OR EXISTS (SELECT 1 FROM lifecycle_judgedanew j WHERE j.group_id = e.group_id AND j.at > e.made_at)
"""  # noqa: S608
# Both sides of what is over have an index of their own, and what is kept is taken off first: only what is new is looked
# at closely.
NOT_KEPT = f"""
    SELECT o.id, o.fate, GREATEST(o.told_on, o.opened_on), o.opened_on, o.silent_on FROM ({OVER}) o
    WHERE o.id IN (SELECT id FROM (SELECT id FROM groups_group WHERE closed_on IS NOT NULL UNION
            SELECT group_id FROM lifecycle_standing WHERE state IN ({HealthState.DEAD}, {HealthState.MISSION_COMPLETE})
        ) told WHERE NOT EXISTS (SELECT 1 FROM lifecycle_groupend e WHERE e.group_id = told.id))
    ORDER BY o.id
"""  # noqa: S608
# Acts of each week that ends on the day the end was told, or whole weeks before it, oldest first; -1 = not known.
WEEKS = """
    SELECT array_agg(COALESCE(h.acts_7, -1) ORDER BY v.place, k DESC)
    FROM unnest(%(groups)s::int[], %(days)s::date[]) WITH ORDINALITY AS v(group_id, day, place)
    CROSS JOIN generate_series(0, %(weeks)s - 1) AS k
    LEFT JOIN lifecycle_health h ON h.group_id = v.group_id AND h.day = v.day - 7 * k
"""
# The cause that people settled in a case, else that of the gravest warning that still stood.
KEEP = """
    INSERT INTO lifecycle_groupend (group_id, fate, told_on, ended_on, flagged_on, cause, made_at)
    SELECT v.group_id, v.fate, v.told_on, v.ended_on, f.first_on, COALESCE(c.cause, f.cause, ''), %(now)s
    FROM unnest(%(groups)s::bigint[], %(fates)s::text[], %(told)s::date[], %(ended)s::date[])
        AS v(group_id, fate, told_on, ended_on)
    LEFT JOIN LATERAL (
        SELECT min(raised_on) AS first_on, (array_agg(cause ORDER BY severity DESC, raised_on DESC, cause))[1] AS cause
        FROM lifecycle_flag
        WHERE group_id = v.group_id AND v.fate = 'died' AND severity >= 2 AND cause <> 'mission_complete'
            AND raised_on <= v.told_on AND (lowered_on IS NULL OR lowered_on >= v.ended_on)
            AND lowered_on IS DISTINCT FROM raised_on) f ON true
    LEFT JOIN LATERAL (
        SELECT cause FROM lifecycle_case WHERE group_id = v.group_id AND v.fate = 'died' AND opened_on <= v.told_on
            AND state <> 'kept' AND (ended_on IS NULL OR ended_on >= v.ended_on)
        ORDER BY opened_on DESC LIMIT 1) c ON true
    ON CONFLICT (group_id) DO NOTHING
"""


@transaction.atomic
def freshen(*, now: datetime) -> int:
    """Bring the rows in step with the groups; returns how many were made. One process at a time does it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('lifecycle endings'))")
        cursor.execute(DROP_CHANGED)
        cursor.execute(NOT_KEPT)
        over = cursor.fetchall()
        for start in range(0, len(over), CHUNK):
            _keep(cursor, over[start : start + CHUNK], now)
    return len(over)


def _keep(cursor: Any, over: Sequence[tuple[int, str, date, date, date | None]], now: datetime) -> None:
    """Rows of (group, fate, told on, opened on, silent on)."""
    groups, fates, told = [row[0] for row in over], [row[1] for row in over], [row[2] for row in over]
    cursor.execute(WEEKS, {"groups": groups, "days": told, "weeks": WEEKS_SEEN})
    weekly = np.array(cursor.fetchone()[0], dtype=np.int64).reshape(len(over), WEEKS_SEEN)
    ended = [
        _ended_on(row, int(weeks)) if row[1] == Fate.DIED else row[2]
        for row, weeks in zip(over, faded_weeks_ago(weekly), strict=True)
    ]
    cursor.execute(KEEP, {"groups": groups, "fates": fates, "told": told, "ended": ended, "now": now})


def _ended_on(row: tuple[int, str, date, date, date | None], weeks_ago: int) -> date:
    """The first day of the trickle; else the day after the last act of a group that stands dead; else when told."""
    _group, _fate, told_on, opened_on, silent_on = row
    if weeks_ago:
        found = told_on - timedelta(days=7 * weeks_ago - 1)
    elif silent_on:
        found = silent_on + timedelta(days=1)
    else:
        found = told_on
    return min(max(found, opened_on), told_on)


def with_fate(groups: QuerySet) -> QuerySet:
    """Groups of the registry with `fate`: what became of each, as of the last time that was looked at."""
    return groups.annotate(
        fate=Coalesce(
            F("ending__fate"),
            Case(
                When(Q(standing=None) | Q(standing__state=HealthState.UNKNOWN), then=Value(Fate.UNKNOWN.value)),
                default=Value(Fate.ALIVE.value),
            ),
            output_field=CharField(),
        )
    )

"""Stages and rows for tests of the nights: a stage that writes one plain reading per group and day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from django.db import connection

from lifecycle.stage import Stage

WRITE = """
    INSERT INTO lifecycle_health (group_id, day, state, score, coverage, loss_rhythm, loss_level, loss_breadth,
        loss_regularity, loss_core, rule_version)
    SELECT g, d::date, 3, -1, 0, 0, 0, 0, 0, 0, 1
    FROM unnest(%s::int[]) g, generate_series(%s::date, %s::date, interval '1 day') d
    ON CONFLICT (group_id, day) DO UPDATE SET state = EXCLUDED.state
"""
STAND = """
    INSERT INTO lifecycle_standing (group_id, team_id, day, state, state_since, score, score_week_ago, risk, acts_28,
        people_28, acts_7, members, spark, evidence, rule_version)
    SELECT id, team_id, %s, 3, %s, -1, -1, -1, -1, -1, -1, -1, '{}', '{}', 1
    FROM groups_group WHERE id = ANY(%s)
    ON CONFLICT (group_id) DO UPDATE SET day = EXCLUDED.day
"""


def write_readings(group_ids: Sequence[int], first_day: date, last_day: date, now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [list(group_ids), first_day, last_day])
        rows = cursor.rowcount
        cursor.execute(STAND, [last_day, last_day, list(group_ids)])
    return rows


def make_stages(before: Callable[[Sequence[int]], None] | None = None, calls: list | None = None) -> tuple[Stage, ...]:
    """One stage that writes readings; `before` may raise for groups that cannot be judged."""

    def judge(group_ids: Sequence[int], first_day: date, last_day: date, now: datetime) -> int:
        if calls is not None:
            calls.append((tuple(group_ids), first_day, last_day))
        if before:
            before(group_ids)
        return write_readings(group_ids, first_day, last_day, now)

    return (Stage("health", judge),)


def readings() -> list[tuple[int, date]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT group_id, day FROM lifecycle_health ORDER BY 1, 2")
        return cursor.fetchall()

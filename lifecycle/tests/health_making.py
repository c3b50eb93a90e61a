"""Rows of activity for tests of the health stage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from django.db import connection

from groups.models import Group
from lifecycle.partitions import ensure_months
from lifecycle.rules.counts import KNOWN
from lifecycle.rules.policy import LEAD_DAYS
from lifecycle.tests.series_making import make_crowd


def write_counts(group: Group, first: date, **counts: Sequence[float]) -> None:
    """A row for each day on which any count is known; NaN = nobody looked."""
    days = len(next(iter(counts.values())))
    ensure_months(first, first + timedelta(days=days + 62))
    names = list(counts)
    rows = []
    for day in range(days):
        values = [counts[name][day] for name in names]
        known = sum(KNOWN[name] for name, value in zip(names, values, strict=True) if not np.isnan(value))
        if known:
            on = first + timedelta(days=day)
            rows.append([group.pk, on, known, *(0 if np.isnan(value) else int(value) for value in values)])
    with connection.cursor() as cursor:
        places = ", ".join(["%s"] * (3 + len(names)))
        cursor.executemany(
            f"INSERT INTO lifecycle_daily (group_id, day, known, {', '.join(names)}) VALUES ({places})"
            f" ON CONFLICT (group_id, day) DO UPDATE SET known = EXCLUDED.known,"
            + ", ".join(f"{name} = EXCLUDED.{name}" for name in names),
            rows,
        )


def write_talk(group: Group, first: date, speakers: Sequence[float], members: int = 40, seed: int = 1) -> None:
    """A chat in which every speaker of every day is known; NaN = nobody looked."""
    column = np.asarray(speakers, dtype=float)[:, None]
    acting, messages = make_crowd(column, members, seed)
    write_counts(group, first, messages=messages[:, 0], speakers=column[:, 0])
    days: dict[int, list[tuple[int, int]]] = {}
    for member, row, count in zip(acting.member, acting.day, acting.acts, strict=True):
        days.setdefault(int(row), []).append((int(member), int(count)))
    write_sets(group, first, days)


def write_sets(group: Group, first: date, days: dict[int, list[tuple[int, int]]]) -> None:
    """Who acted how often, by row of a series with its lead-in."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO lifecycle_acting (group_id, day, members, acts) VALUES (%s, %s, %s, %s)",
            [
                [
                    group.pk,
                    first + timedelta(days=row - LEAD_DAYS),
                    [m for m, _ in sorted(who)],
                    [a for _, a in sorted(who)],
                ]
                for row, who in days.items()
            ],
        )

"""Raises and lowers the flags that do not come from activity: owner absent, losing money (rules.circumstances).

They say what is known on the night that looks, and no later night changes them back: accounts and closed months have no
past to be judged anew. At most four reading statements and four writing ones, however many groups, in the caller's
transaction.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection

from groups.money_of_spans import NET
from lifecycle.bulk import among, ascending
from lifecycle.policies import rulings
from lifecycle.rules.circumstances import ABSENT_AFTER, MONTHS_LOOKED_AT, is_absent, is_losing, losing_run

OWNER_ABSENT, LOSING_MONEY = "owner_absent", "losing_money"
CAUSES = (OWNER_ABSENT, LOSING_MONEY)
WATCH = 2

STANDING = """
    SELECT group_id, cause, id, evidence FROM lifecycle_flag
    WHERE {groups} AND cause = ANY(%(causes)s) AND lowered_on IS NULL
"""
# Groups that run on the day and stand flagged, or whose keepers (the owner and those beside the owner) all have
# accounts out of use, or were unseen for long. A day in the zone of the installation. An owner who was seen lately
# settles it for the group, and so does one who was never seen and keeps it alone: few are left to look at closely.
KEEPERS = """
    WITH runs AS (
        SELECT id, team_id, owner_id FROM groups_group
        WHERE {groups} AND closed_on IS NULL AND archived_at IS NULL AND opened_on <= %(day)s
    ), person AS (
        SELECT u.id, u.is_active,
            (GREATEST(u.last_login, max(s.seen_at)) AT TIME ZONE %(zone)s)::date AS seen_on
        FROM groups_user u LEFT JOIN groups_personsession s ON s.user_id = u.id
        WHERE u.id IN (SELECT owner_id FROM runs
            UNION SELECT c.user_id FROM groups_groupcoowner c JOIN runs ON runs.id = c.group_id)
        GROUP BY u.id
    ), running AS (
        SELECT r.id, r.team_id, r.owner_id FROM runs r JOIN person p ON p.id = r.owner_id
        WHERE r.id = ANY(%(flagged)s) OR NOT p.is_active
            OR p.seen_on < %(day)s::date - %(absent)s
            OR p.seen_on IS NULL AND r.id IN (SELECT group_id FROM groups_groupcoowner)
    ), keeper AS (
        SELECT id AS group_id, owner_id AS user_id FROM running
        UNION SELECT c.group_id, c.user_id FROM groups_groupcoowner c JOIN running r ON r.id = c.group_id
    )
    SELECT r.id, r.team_id, bool_or(p.is_active) AS anybody,
        max(p.seen_on) FILTER (WHERE p.is_active) AS seen_on
    FROM running r JOIN keeper k ON k.group_id = r.id JOIN person p ON p.id = k.user_id
    GROUP BY r.id, r.team_id
    HAVING r.id = ANY(%(flagged)s) OR NOT bool_or(p.is_active)
        OR max(p.seen_on) FILTER (WHERE p.is_active) < %(day)s::date - %(absent)s
"""
# The latest closed months of each team before the day, latest first.
CLOSED = """
    SELECT team_id, (array_agg(month ORDER BY month DESC))[1:%(looked_at)s] FROM (
        SELECT DISTINCT ON (team_id, month) team_id, month, turn FROM groups_monthturn
        WHERE month < date_trunc('month', %(day)s::date)
          AND team_id IN (SELECT team_id FROM groups_group WHERE {groups})
        ORDER BY team_id, month, turn DESC
    ) turns WHERE turn %% 2 = 1 GROUP BY team_id
"""
# By month what running groups came to, those that were below zero once or stand flagged; null = nothing entered at all.
MONEY = f"""
    SELECT g.id, g.team_id, jsonb_object_agg(m.month, ({NET})::text) FILTER (WHERE m.month IS NOT NULL)
    FROM groups_group g LEFT JOIN groups_moneymonth m
        ON m.group_id = g.id AND m.team_id = g.team_id AND m.lines <> 0 AND m.month = ANY(%(months)s::date[])
    WHERE {{groups}} AND g.closed_on IS NULL AND g.archived_at IS NULL AND g.opened_on <= %(day)s
    GROUP BY g.id, g.team_id HAVING bool_or(({NET}) < 0) OR g.id = ANY(%(flagged)s)
"""  # noqa: S608 - names of ours
LOWER = "UPDATE lifecycle_flag SET lowered_on = GREATEST(raised_on, %s) WHERE id = ANY(%s)"
RETELL = """
    UPDATE lifecycle_flag f SET evidence = v.evidence::jsonb
    FROM unnest(%s::bigint[], %s::text[]) AS v(id, evidence) WHERE f.id = v.id
"""
RAISE = """
    INSERT INTO lifecycle_flag
        (team_id, group_id, cause, severity, raised_on, earliest_sign_on, evidence, rule_version)
    SELECT v.team_id, v.group_id, v.cause, %s, %s, v.sign, v.evidence::jsonb, %s
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::date[], %s::text[])
        AS v(team_id, group_id, cause, sign, evidence)
    ORDER BY v.group_id, v.cause
    ON CONFLICT (group_id, cause, raised_on) DO UPDATE SET lowered_on = NULL, evidence = EXCLUDED.evidence
"""


@dataclass(frozen=True)
class Found:
    """A cause that stands. `evidence` None = as it was told before."""

    team_id: int
    group_id: int
    cause: str
    sign: date
    evidence: dict[str, Any] | None


def judge_circumstances(group_ids: Sequence[int], day: date) -> int:
    """Make these groups' flags of these causes say what is known at the end of `day`; returns how many changed."""
    ids = ascending(group_ids)
    with connection.cursor() as cursor:
        cursor.execute(STANDING.format(groups=among("group_id", ids)), {"causes": list(CAUSES)})
        standing = {(group, cause): (flag, evidence) for group, cause, flag, evidence in cursor.fetchall()}
        found = [*_absent(cursor, ids, day, standing), *_losing(cursor, ids, day, standing)]
        return _settle(cursor, found, standing, day)


def _absent(cursor: Any, ids: np.ndarray, day: date, standing: dict) -> list[Found]:
    flagged = {group for group, cause in standing if cause == OWNER_ABSENT}
    cursor.execute(
        KEEPERS.format(groups=among("id", ids)),
        {"flagged": list(flagged), "day": day, "zone": settings.TIME_ZONE, "absent": ABSENT_AFTER},
    )
    found = []
    for group, team, anybody, seen_on in cursor.fetchall():
        unseen = None if seen_on is None else (day - seen_on).days
        if is_absent(anybody_active=anybody, unseen_for=unseen, stands=group in flagged):
            away = anybody and seen_on is not None
            evidence = {"unseen_days": unseen, "seen_on": seen_on.isoformat()} if away else {"unseen_days": None}
            sign = min(seen_on + timedelta(days=1), day) if away else day
            found.append(Found(team, group, OWNER_ABSENT, sign, evidence))
    return found


def _losing(cursor: Any, ids: np.ndarray, day: date, standing: dict) -> list[Found]:
    cursor.execute(CLOSED.format(groups=among("id", ids)), {"day": day, "looked_at": MONTHS_LOOKED_AT})
    closed = dict(cursor.fetchall())
    flagged = {group for group, cause in standing if cause == LOSING_MONEY}
    months = sorted({month for months in closed.values() for month in months})
    if not months and not flagged:
        return []
    cursor.execute(MONEY.format(groups=among("g.id", ids)), {"day": day, "flagged": list(flagged), "months": months})
    found = []
    for group, team, by_month in cursor.fetchall():
        of_group = _read(by_month) or {}
        latest = closed.get(team, [])
        told = [of_group.get(month.isoformat()) for month in latest]
        nets = [None if net is None else Decimal(net) for net in told]
        if not is_losing(nets, stands=group in flagged):
            continue
        run = losing_run(nets)
        evidence = None
        if run:
            total = sum((net for net in nets[:run] if net is not None), Decimal(0))
            span = {"from_month": latest[run - 1].isoformat(), "through_month": latest[0].isoformat()}
            evidence = {"losing_months": run, "net": str(total), **span}
        found.append(Found(team, group, LOSING_MONEY, latest[run - 1] if run else day, evidence))
    return found


def _settle(cursor: Any, found: list[Found], standing: dict, day: date) -> int:
    stands = {(each.group_id, each.cause): each for each in found}
    over = [flag for key, (flag, _evidence) in standing.items() if key not in stands]
    retold = [
        (flag, json.dumps(stands[key].evidence))
        for key, (flag, evidence) in standing.items()
        if key in stands and stands[key].evidence is not None and stands[key].evidence != _read(evidence)
    ]
    new = [each for key, each in stands.items() if key not in standing]
    if over:
        cursor.execute(LOWER, [day, over])
    if retold:
        cursor.execute(RETELL, [list(column) for column in zip(*retold, strict=True)])
    if new:
        rows = [(each.team_id, each.group_id, each.cause, each.sign, json.dumps(each.evidence or {})) for each in new]
        version = rulings(cursor).on(day.toordinal()).version
        cursor.execute(RAISE, [WATCH, day, version, *(list(column) for column in zip(*rows, strict=True))])
    return len(over) + len(retold) + len(new)


def _read(evidence: Any) -> Any:
    return json.loads(evidence) if isinstance(evidence, str) else evidence

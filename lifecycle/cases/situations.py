"""Reads what the recommendation depends on, for many cases at once: one Situation per case, five statements in all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from django.db import connection

from groups.models.group import ActivityKind
from lifecycle.models import Case, HealthState
from lifecycle.models.activity import KNOWN
from lifecycle.models.health import Cause
from lifecycle.rules.card import people_goal
from lifecycle.rules.decision import Economics, Movement, Situation, TrackRecord
from lifecycle.rules.playbooks import PLAYBOOKS, suggested
from lifecycle.rules.policy import DEFAULT_POLICY
from lifecycle.rules.worth import FEN

KNOWN_DAYS = 56
LOOK_BACK_DAYS = 400  # a group that nobody watched for longer has no known days; also bounds the partitions read

# Per group: the known days among the last 56, the different members of the stored sets, the busiest day by counts, and
# how many more members there may have been on days without a set.
MOVEMENT = """
    WITH known AS (
        SELECT g.id AS group_id, d.* FROM unnest(%(groups)s::int[]) AS g(id) CROSS JOIN LATERAL (
            SELECT day, known, messages, speakers, clicks, orders, buyers FROM lifecycle_daily
            WHERE group_id = g.id AND day <= %(day)s AND day > %(day)s::date - %(back)s AND known & %(acts)s <> 0
            ORDER BY day DESC LIMIT %(days)s
        ) d
    ), acting AS (
        SELECT a.group_id, a.day, a.members FROM lifecycle_acting a JOIN known USING (group_id, day)
        WHERE a.day > %(day)s::date - %(back)s
    ), counted AS (
        SELECT group_id, count(*) AS days, max(GREATEST(speakers, buyers)) AS busiest,
               bool_or(messages + speakers + clicks + orders + buyers > 0) AS any_act,
               sum(CASE WHEN acting.day IS NOT NULL THEN 0
                        WHEN known & %(speakers)s <> 0 THEN speakers ELSE messages END
                   + CASE WHEN known & %(buyers)s <> 0 THEN buyers ELSE orders END + clicks) AS more
        FROM known LEFT JOIN acting USING (group_id, day) GROUP BY group_id
    ), named AS (
        SELECT group_id, count(DISTINCT member) AS members FROM acting, unnest(members) AS member GROUP BY group_id
    )
    SELECT group_id, days, busiest, any_act, more, coalesce(named.members, 0)
    FROM counted LEFT JOIN named USING (group_id)
"""
ACTS = sum(KNOWN[name] for name in ("messages", "speakers", "clicks", "orders", "buyers"))

# Per case: what its own history adds. The last pulse counts, every cleaning that failed, what the last attempt cost.
HISTORY = """
    SELECT c.id,
        (SELECT count FROM lifecycle_casetask t WHERE t.case_id = c.id AND t.step = 'pulse' AND t.done_at IS NOT NULL
         ORDER BY t.plan DESC LIMIT 1),
        EXISTS (SELECT 1 FROM lifecycle_caseevent e WHERE e.case_id = c.id AND e.kind = 'failed'
                AND e.content->>'playbook' = 'cleaning'),
        EXISTS (SELECT 1 FROM lifecycle_casetask t WHERE t.case_id = c.id AND t.step = 'count_arrived'
                AND t.done_at IS NOT NULL),
        (SELECT sum(spent) FROM lifecycle_casetask t WHERE t.case_id = c.id AND t.plan = (
            SELECT max(r.plan) FROM lifecycle_treatment r WHERE r.case_id = c.id AND r.remedy = 'revive'))
    FROM lifecycle_case c WHERE c.id = ANY(%s)
"""
STANDING = """
    SELECT c.id, s.state, s.members,
        p.activity_kind, p.planned_cost, p.goal_people_28, CASE WHEN p.monetization <> 'none' THEN p.planned_net END,
        EXISTS (SELECT 1 FROM lifecycle_flag f WHERE f.group_id = c.group_id AND f.cause = 'unserved'
                AND f.lowered_on IS NULL)
    FROM lifecycle_case c LEFT JOIN lifecycle_standing s ON s.group_id = c.group_id
    LEFT JOIN groups_plan p ON p.group_id = c.group_id AND p.superseded_at IS NULL WHERE c.id = ANY(%s)
"""
# Judged attempts of the same team, by kind of activity and playbook.
TRIES = """
    SELECT team_id, activity_kind, playbook, count(*) FILTER (WHERE ended = 'recovered'), count(*)
    FROM lifecycle_treatment WHERE team_id = ANY(%s) AND remedy = 'revive' AND ended IN ('recovered', 'failed')
    GROUP BY team_id, activity_kind, playbook
"""
# What a revival may cost as the team has its playbooks: of one key the nearest team above holds. Its version 1 is the
# shipped one, of which no row is kept.
BUDGETS = """
    WITH RECURSIVE up AS (
        SELECT id AS team, id AS at, parent_id, 0 AS far FROM groups_team WHERE id = ANY(%s)
        UNION ALL SELECT up.team, t.id, t.parent_id, far + 1 FROM up JOIN groups_team t ON t.id = up.parent_id
    )
    SELECT DISTINCT ON (up.team, p.key) up.team, p.key, v.id IS NOT NULL, (v.content ->> 'budget')::numeric
    FROM up JOIN lifecycle_teamplaybook p ON p.team_id = up.at AND p.remedy = 'revive'
    LEFT JOIN lifecycle_playbookversion v ON v.playbook_id = p.id AND v.number = p.current
    ORDER BY up.team, p.key, up.far
"""
Budgets = dict[tuple[int, str], Decimal | None]
Records = dict[tuple[int, str, str], TrackRecord]


def situations_of(cases: Iterable[Case], day: date) -> dict[int, Situation]:
    """The situation of each case as of `day`, by the id of the case."""
    cases = list(cases)
    if not cases:
        return {}
    moving = movement_of([case.group_id for case in cases], day)
    history = {row[0]: row[1:] for row in _rows(HISTORY, [[case.pk for case in cases]])}
    standing = {row[0]: row[1:] for row in _rows(STANDING, [[case.pk for case in cases]])}
    records: Records = {
        (team, kind, playbook): TrackRecord(wins, tries)
        for team, kind, playbook, wins, tries in _rows(TRIES, [list({case.team_id for case in cases})])
    }
    budgets: Budgets = {
        (team, key): budget
        for team, key, is_own, budget in _rows(BUDGETS, [list({case.team_id for case in cases})])
        if is_own
    }
    return {
        case.pk: _situation(
            case, moving.get(case.group_id, Movement()), history[case.pk], standing[case.pk], records, budgets
        )
        for case in cases
    }


def movement_of(group_ids: Sequence[int], day: date) -> dict[int, Movement]:
    """How many different members acted in the last 56 known days up to `day`; no entry where no day is known."""
    found = _rows(
        MOVEMENT,
        {
            "groups": list(group_ids),
            "day": day,
            "back": LOOK_BACK_DAYS,
            "days": KNOWN_DAYS,
            "acts": ACTS,
            "speakers": KNOWN["speakers"],
            "buyers": KNOWN["buyers"],
        },
    )
    return {
        group: Movement(at_least=max(named, busiest, int(any_act)), at_most=int(named + more), known_days=days)
        for group, days, busiest, any_act, more, named in found
    }


def _situation(
    case: Case, movement: Movement, history: tuple, standing: tuple, records: Records, budgets: Budgets
) -> Situation:
    answers, cleaning_failed, moved, spent = history
    state, members, kind, cost, people, net, unserved = standing
    overrun = state == HealthState.AD_OVERRUN or case.cause == Cause.AD_OVERRUN
    healthy_people = _people(people, members)
    playbook = suggested("revive", ad_overrun=overrun, transaction=kind == "transaction", attempts=case.attempts)
    return Situation(
        mission_complete=case.cause == Cause.MISSION_COMPLETE or state == HealthState.MISSION_COMPLETE,
        known=state not in (None, HealthState.UNKNOWN),
        unserved=unserved,
        ad_overrun=overrun,
        cleaning_failed=cleaning_failed,
        moved=moved,
        attempts=case.attempts,
        members=members if members and members > 0 else None,
        movement=movement,
        answers=answers,
        record=records.get((case.team_id, kind or ActivityKind.CONVERSATION, playbook), TrackRecord()),
        economics=_economics(net, cost, healthy_people, _revival_cost(spent, case.team_id, playbook, budgets)),
    )


def _revival_cost(spent: Decimal | None, team: int, playbook: str, budgets: Budgets) -> Decimal:
    """What the last attempt of this case cost, where people told it; else what the playbook of the team may cost."""
    if spent is not None:
        return spent
    return budgets.get((team, playbook), PLAYBOOKS[playbook].budget) or Decimal(0)


def _people(goal: int | None, members: int | None) -> Decimal:
    """How many people are active in a healthy month: the goal of the plan, else what is usual for its size."""
    known = members if members and members > 0 else -1
    found = people_goal(np.array([known]), np.array([goal or 0]), np.array([np.nan]), DEFAULT_POLICY)
    return Decimal(round(float(found[0])))


def _economics(net: Decimal | None, cost: Decimal | None, people: Decimal, revive_cost: Decimal) -> Economics:
    """Money from the plan, as far as it says; a group that is to earn nothing has no margin, and money does not speak.

    Labour of the remedy itself is not counted.
    """
    return Economics(
        monthly_margin=net,
        margin_per_active=None if net is None else (net / people).quantize(FEN),
        monthly_keep=cost,
        revive_cost=revive_cost,
        migrate_cost=Decimal(0),
        farewell_cost=Decimal(0),
    )


def _rows(sql: str, parameters: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()

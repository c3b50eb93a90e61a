"""Reads the people of a migration: who shows life in the old group, who was asked, who came, who is active there.

People are the small numbers of `MemberNumber`. Whether one came is told where the two groups know people by the same
hashes; nobody is taken for absent because nobody can tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import F, Sum

from lifecycle.cases.situations import ACTS, KNOWN_DAYS, LOOK_BACK_DAYS
from lifecycle.models import Case, DailyActivity, MemberEvent, Migration, Standing
from lifecycle.models.activity import KNOWN

ACTIVE_AFTER = 14  # days after the beginning
MOST_LISTED = 300

# Who acted since the first of the 56 known days up to the beginning, the latest first.
LIVELY = """
    WITH known AS (
        SELECT day FROM lifecycle_daily WHERE group_id = %(source)s AND day <= %(began)s
            AND day > %(began)s::date - %(back)s AND known & %(acts)s <> 0 ORDER BY day DESC LIMIT %(days)s
    )
    SELECT u.member, max(a.day), count(*), sum(u.acts)
    FROM lifecycle_acting a CROSS JOIN LATERAL unnest(a.members, a.acts) AS u(member, acts)
    WHERE a.group_id = %(source)s AND a.day >= (SELECT min(day) FROM known) AND a.day <= %(today)s
        AND a.day > %(began)s::date - %(back)s
    GROUP BY u.member ORDER BY 2 DESC, 3 DESC, 1
"""
# Whether both groups know people by hashes that can be compared: some are the same, or both are told by a source that
# names people alike in all groups.
COMPARABLE = """
    SELECT EXISTS (SELECT 1 FROM lifecycle_membernumber s JOIN lifecycle_membernumber t USING (hash)
                   WHERE s.group_id = %(source)s AND t.group_id = %(target)s)
        OR 2 = (SELECT count(DISTINCT group_id) FROM lifecycle_memberevent WHERE group_id IN (%(source)s, %(target)s))
        OR 2 = (SELECT count(DISTINCT c.group_id) FROM lifecycle_wecomgroup c
                WHERE c.group_id IN (%(source)s, %(target)s)
                    AND EXISTS (SELECT 1 FROM lifecycle_wecomstay w WHERE w.chat_id = c.id))
"""
# Of each of these people: the first day in the target since the beginning, whether they were there before, whether
# they acted there after 14 days.
COMING = """
    WITH movers AS (
        SELECT number, hash FROM lifecycle_membernumber WHERE group_id = %(source)s AND number = ANY(%(numbers)s)
    ), there AS (
        SELECT m.number AS mover, t.number FROM movers m
        JOIN lifecycle_membernumber t ON t.group_id = %(target)s AND t.hash = m.hash
    ), seen AS (
        SELECT there.mover, a.day, true AS acted FROM lifecycle_acting a
        CROSS JOIN LATERAL unnest(a.members) AS u(member) JOIN there ON there.number = u.member
        WHERE a.group_id = %(target)s AND a.day > %(began)s::date - %(back)s AND a.day <= %(today)s
        UNION ALL
        SELECT there.mover, e.day, false FROM lifecycle_memberevent e JOIN there USING (number)
        WHERE e.group_id = %(target)s AND e.kind = %(join)s AND e.day <= %(today)s
        UNION ALL
        SELECT m.number, w.joined_on, false FROM movers m JOIN lifecycle_wecomstay w USING (hash)
        JOIN lifecycle_wecomgroup c ON c.id = w.chat_id WHERE c.group_id = %(target)s AND w.joined_on <= %(today)s
    )
    SELECT mover, min(day) FILTER (WHERE day >= %(began)s), bool_or(day < %(began)s),
        bool_or(acted AND day >= %(active_from)s) FROM seen GROUP BY mover
"""


@dataclass(frozen=True)
class Mover:
    """A member of the old group. `came_on` is None where they did not come, or nobody can tell."""

    number: int
    last_on: date
    days: int
    acts: int
    asked: bool
    came_on: date | None = None
    was_there: bool = False
    is_active: bool = False


@dataclass(frozen=True)
class Progress:
    """How far a migration has come; None = nobody knows. `joins` counts whoever joined the target since."""

    movers: tuple[Mover, ...]
    compared: bool
    asked: int | None
    came: int | None
    active: int | None
    were_there: int
    active_from: date
    joins: int | None
    members_left: int | None
    people_28: int | None


def progress_of(case: Case, migration: Migration | None, began: date, today: date) -> Progress:
    """Everybody who shows life in the group of the case, and what came of asking them: six statements at most."""
    asked = set(migration.asked.values_list("number", flat=True)) if migration else set()
    target = migration.target_id if migration else None
    terms = {
        "source": case.group_id,
        "target": target,
        "began": began,
        "today": today,
        "back": LOOK_BACK_DAYS,
        "days": KNOWN_DAYS,
        "acts": ACTS,
        "join": MemberEvent.Kind.JOIN.value,
        "active_from": began + timedelta(days=ACTIVE_AFTER),
    }
    lively = _rows(LIVELY, terms)
    compared = bool(target) and _rows(COMPARABLE, terms)[0][0]
    numbers = [row[0] for row in lively]
    coming = {row[0]: row[1:] for row in _rows(COMING, terms | {"numbers": numbers})} if compared else {}
    movers = tuple(
        Mover(number, last, days, acts, number in asked, *_came(*coming.get(number, (None, False, False))))
        for number, last, days, acts in lively
    )
    standing = Standing.objects.filter(group=case.group_id).first()
    grown_up = today >= terms["active_from"]
    return Progress(
        movers=movers,
        compared=compared,
        asked=len(asked) or None,
        came=sum(each.came_on is not None for each in movers) if compared else None,
        active=sum(each.is_active for each in movers) if compared and grown_up else None,
        were_there=sum(each.was_there for each in movers),
        active_from=terms["active_from"],
        joins=_joins(target, began, today) if target else None,
        members_left=_seen(standing and standing.members),
        people_28=_seen(standing and standing.people_28),
    )


def _came(first: date | None, before: bool, active: bool) -> tuple[date | None, bool, bool]:
    """Who was in the target before did not come by this migration, but may well be active there."""
    return (None if before else first), bool(before), bool(active)


def _joins(target: int, began: date, today: date) -> int | None:
    """Who joined the target since, whoever they are; None where no day tells."""
    days = DailyActivity.objects.filter(group_id=target, day__gte=began, day__lte=today)
    told = days.annotate(tells=F("known").bitand(KNOWN["joins"])).exclude(tells=0)
    return told.aggregate(joins=Sum("joins"))["joins"]


def _seen(figure: int | None) -> int | None:
    return None if figure is None or figure < 0 else figure


def _rows(sql: str, terms: dict[str, Any]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, terms)
        return cursor.fetchall()

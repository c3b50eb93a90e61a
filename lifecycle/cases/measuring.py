"""Measures what treatments did, once their days are over: beside similar groups that were left alone in the same days.

All treatments of a night in a handful of statements. What was measured stays as it is, with all that it was worked out
from; a second run finds nothing to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from groups.models import Plan
from groups.models.group import ActivityKind
from lifecycle import valid_acts
from lifecycle.bulk import among, ascending
from lifecycle.cases.treating import drop_abandoned
from lifecycle.doubts import SAYS_NOTHING
from lifecycle.models import Treatment
from lifecycle.models.activity import KNOWN
from lifecycle.rules.outcomes import LIMITS, VERSION, Course, Effect, Window, are_alike, effect_of, worth_of

SPAN = LIMITS.window
SEEN_ENOUGH = 21  # observed days after; with fewer, data may still come
WAIT_DAYS = 42  # and is waited for no longer than this
MOST_CANDIDATES = 400  # of a team's groups, picked by a hash of the day
MOST_SIMILAR = 60  # those that stood nearest
FOLLOWED = (7, 30, 90)

UNFINISHED = """
    SELECT id FROM lifecycle_treatment
    WHERE {groups} AND (measured_on IS NULL OR checked_days < %(followed)s OR ended = '') ORDER BY id
"""
# Acts and observed days of groups in the windows before and after a day. Orders count in transaction groups, else talk
# that says something and was not paid for: a red packet does not make a rescue.
WINDOWS = f"""
    SELECT w.row, sum(v.acts) FILTER (WHERE d.day < w.began), count(v.acts) FILTER (WHERE d.day < w.began),
        sum(v.acts) FILTER (WHERE d.day > w.began), count(v.acts) FILTER (WHERE d.day > w.began)
    FROM ({{rows}}) AS w
    JOIN lifecycle_daily d ON d.group_id = w.group_id
        AND d.day BETWEEN w.began - %(span)s AND w.began + %(span)s
    CROSS JOIN LATERAL (SELECT CASE WHEN w.kind = %(transaction)s AND d.known & %(orders)s <> 0 THEN d.orders
        WHEN w.kind <> %(transaction)s AND d.known & %(messages)s <> 0 THEN {valid_acts.MESSAGES} END AS acts) v
    WHERE d.day BETWEEN %(first)s AND %(last)s
        AND NOT {SAYS_NOTHING}
    GROUP BY w.row
"""  # noqa: S608 - names of ours
OWN = """
    SELECT id AS row, group_id, kind, began FROM unnest(%(rows)s::bigint[], %(groups)s::int[], %(kinds)s::text[],
        %(days)s::date[]) AS t(id, group_id, kind, began)
"""
# Groups of the same team and kind that nobody treated or was closing in these days, some of them if there are many.
OTHERS = """
    SELECT (w.place, g.id)::text AS row, g.id AS group_id, w.kind, w.began
    FROM unnest(%(places)s::int[], %(teams)s::int[], %(kinds)s::text[], %(days)s::date[])
        AS w(place, team_id, kind, began)
    CROSS JOIN LATERAL (
        SELECT g.id FROM groups_group g LEFT JOIN groups_plan p ON p.group_id = g.id AND p.superseded_at IS NULL
        WHERE g.team_id = w.team_id AND coalesce(p.activity_kind, %(conversation)s) = w.kind
            AND g.archived_at IS NULL AND (g.closed_on IS NULL OR g.closed_on > w.began + %(span)s)
            AND NOT EXISTS (SELECT 1 FROM lifecycle_treatment t WHERE t.group_id = g.id
                AND t.began_on BETWEEN w.began - %(span)s AND w.began + %(span)s)
            AND NOT EXISTS (SELECT 1 FROM lifecycle_case c WHERE c.group_id = g.id
                AND c.remedy IN ('dissolve', 'farewell') AND c.decided_at::date <= w.began + %(span)s
                AND (c.ended_on IS NULL OR c.ended_on >= w.began - %(span)s))
        ORDER BY md5(g.id::text || w.began::text) LIMIT %(most)s
    ) g
"""
# Who acted before the first day, and how many of them in the last 28 days up to some day after it.
MEMBERS = """
    WITH t AS (SELECT * FROM unnest(%(rows)s::bigint[], %(groups)s::int[], %(days)s::date[]) AS t(id, group_id, began)),
    before AS (
        SELECT DISTINCT t.id, member FROM t JOIN lifecycle_acting a ON a.group_id = t.group_id
            AND a.day >= t.began - %(span)s AND a.day < t.began, unnest(a.members) AS member
        WHERE a.day BETWEEN %(first)s AND %(last)s
    ), since AS (
        SELECT DISTINCT t.id, member FROM t JOIN lifecycle_acting a ON a.group_id = t.group_id
            AND a.day > t.began + GREATEST(0, %(after)s - %(span)s) AND a.day <= t.began + %(after)s,
            unnest(a.members) AS member
        WHERE a.day BETWEEN %(first)s AND %(last)s
    )
    SELECT id, count(*), count(since.member) FROM before LEFT JOIN since USING (id, member) GROUP BY id
"""
MEASURED = (
    "measured_on", "rule_version", "finding", "acts_before", "days_before", "acts_after", "days_after",
    "similar_groups", "effect", "effect_low", "effect_high", "expected_acts", "value", "inputs",
)  # fmt: skip


@transaction.atomic
def measure_treatments(day: date, group_ids: Sequence[int]) -> int:
    """Measure the treatments of these groups whose days are over on `day`, and follow their members; how many."""
    few = _unfinished(group_ids)  # of these groups only: another worker has the others in its piece
    if not few:
        return 0
    drop_abandoned(few)
    follow_members(day, few)
    due = Treatment.objects.filter(measured_on=None, began_on__lte=day - timedelta(days=SPAN))
    waiting = list(due.filter(pk__in=few).order_by("pk").select_for_update())
    courses = _own_courses(waiting)
    ready = [
        each
        for each in waiting
        if courses[each.pk].after.days >= SEEN_ENOUGH or day >= each.began_on + timedelta(days=WAIT_DAYS)
    ]
    others, plans = _other_courses(ready), _plans_of(ready)
    for each in ready:
        own = courses[each.pk]
        similar = _nearest(own, others[_place(each)])
        found = effect_of([own], [course for _, course in similar])
        _put_down(each, own, similar, found, plans.get(each.group_id), day)
    if ready:
        Treatment.objects.bulk_update(ready, MEASURED)
    return len(ready)


def _unfinished(group_ids: Sequence[int]) -> list[int]:
    """The few treatments of these groups of which something is still to be said, in one statement."""
    groups = among("group_id", ascending(group_ids))
    return [pk for (pk,) in _rows(UNFINISHED.format(groups=groups), {"followed": FOLLOWED[-1]})]


def follow_members(day: date, treatments: Sequence[int]) -> None:
    """How many of those who acted before still do, 7, 30 and 90 days after the first day."""
    of_groups = Treatment.objects.filter(pk__in=list(treatments)).defer("inputs").order_by("pk")
    for after in FOLLOWED:
        followed = list(of_groups.filter(checked_days__lt=after, began_on__lte=day - timedelta(days=after)))
        if not followed:
            continue
        days = [each.began_on for each in followed]
        told = _rows(
            MEMBERS,
            _keys(followed) | {"after": after, "first": _back(min(days)), "last": max(days) + timedelta(days=after)},
        )
        counted = {pk: (before, kept) for pk, before, kept in told}
        for each in followed:
            each.checked_days = after
            each.members_before, kept = counted.get(each.pk, (None, None))
            setattr(each, f"kept_{after}", kept)
        Treatment.objects.bulk_update(followed, ["checked_days", "members_before", f"kept_{after}"])


def _own_courses(treatments: Sequence[Treatment]) -> dict[int, Course]:
    nothing = Course(Window(0, 0), Window(0, 0))
    found = dict.fromkeys((each.pk for each in treatments), nothing)
    if treatments:
        keys = _keys(treatments) | {"kinds": [each.activity_kind for each in treatments]}
        found |= {int(row): course for row, course in _courses(OWN, keys).items()}
    return found


Place = tuple[int, str, date]


def _place(treatment: Treatment) -> Place:
    """What the similar groups of treatments have in common: the team, the kind and the first day."""
    return treatment.team_id, treatment.activity_kind, treatment.began_on


def _other_courses(treatments: Sequence[Treatment]) -> dict[Place, dict[int, Course]]:
    places = sorted({_place(each) for each in treatments})
    found: dict[Place, dict[int, Course]] = {place: {} for place in places}
    if places:
        teams, kinds, days = zip(*places, strict=True)
        keys = {"places": list(range(len(places))), "teams": list(teams), "kinds": list(kinds), "days": list(days)}
        keys |= {"most": MOST_CANDIDATES, "conversation": ActivityKind.CONVERSATION.value}
        for row, course in _courses(OTHERS, keys).items():
            place, group = row.strip("()").split(",")
            found[places[int(place)]][int(group)] = course
    return found


def _courses(rows: str, keys: dict[str, Any]) -> dict[Any, Course]:
    days = keys["days"]
    bounds = {"first": _back(min(days)), "last": max(days) + timedelta(days=SPAN), "span": SPAN}
    counts = {"orders": KNOWN["orders"], "messages": KNOWN["messages"], "transaction": ActivityKind.TRANSACTION.value}
    return {
        row: Course(Window(int(before or 0), days_before), Window(int(after or 0), days_after))
        for row, before, days_before, after, days_after in _rows(WINDOWS.format(rows=rows), keys | bounds | counts)
    }


def _nearest(own: Course, others: dict[int, Course]) -> list[tuple[int, Course]]:
    """The similar groups with their ids, those that stood nearest before."""
    if not own.seen:
        return []
    alike = [
        (group, course) for group, course in others.items() if course.seen and are_alike(own.before, course.before)
    ]
    alike.sort(key=lambda one: (abs(one[1].before.rate - own.before.rate), one[0]))
    return alike[:MOST_SIMILAR]


def _put_down(
    treatment: Treatment,
    own: Course,
    similar: Sequence[tuple[int, Course]],
    found: Effect,
    plan: Plan | None,
    day: date,
) -> None:
    treatment.measured_on, treatment.rule_version, treatment.finding = day, VERSION, found.finding.value
    treatment.acts_before, treatment.days_before = own.before.acts, own.before.days
    treatment.acts_after, treatment.days_after = own.after.acts, own.after.days
    treatment.similar_groups, treatment.expected_acts = found.similar, found.expected
    treatment.effect, treatment.effect_low, treatment.effect_high = found.effect, found.low, found.high
    margin, goal = (plan.planned_net, plan.goal_28) if plan else (None, None)
    if found.expected is not None and margin is not None and goal:
        treatment.value = worth_of(own.after.acts, found.expected, margin, goal)
    treatment.inputs = {
        "similar": [
            [group, course.before.acts, course.before.days, course.after.acts, course.after.days]
            for group, course in similar
        ],
        "margin": None if margin is None else str(margin),
        "goal": goal,
    }


def _plans_of(treatments: Sequence[Treatment]) -> dict[int, Plan]:
    if not treatments:
        return {}
    groups = [each.group_id for each in treatments]
    return {plan.group_id: plan for plan in Plan.objects.filter(group__in=groups, superseded_at=None)}


def _keys(treatments: Sequence[Treatment]) -> dict[str, Any]:
    return {
        "rows": [each.pk for each in treatments],
        "groups": [each.group_id for each in treatments],
        "days": [each.began_on for each in treatments],
        "span": SPAN,
    }


def _back(day: date) -> date:
    return day - timedelta(days=SPAN)


def _rows(sql: str, parameters: dict[str, Any]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()

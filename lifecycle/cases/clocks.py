"""Counts the days of every ongoing case, and moves its day on where the clock stood. A day never comes nearer.

The open steps of its plan move on with it: a countdown that waits must not leave its notices behind.

An observed day is one with a row of activity that nobody doubts, on which the group was not "no data".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import connection
from django.db.models import F, QuerySet

from lifecycle.cases.exit_rules import exit_rule_of, with_exit_rules
from lifecycle.doubts import SAYS_NOTHING
from lifecycle.models import Case, CaseTask, HealthState
from lifecycle.rules.case_flow import State, lasts
from lifecycle.rules.timers import clock_of, day_after

# The observed days of each case since a day, up to another one.
OBSERVED = f"""
    SELECT c.id, array_agg(d.day ORDER BY d.day)
    FROM unnest(%(cases)s::bigint[], %(groups)s::int[], %(since)s::date[]) AS c(id, group_id, since)
    JOIN lifecycle_daily d ON d.group_id = c.group_id AND d.day > c.since AND d.known <> 0
    WHERE d.day > %(first)s AND d.day <= %(until)s
      AND NOT {SAYS_NOTHING}
      AND NOT EXISTS (SELECT 1 FROM lifecycle_health h WHERE h.group_id = d.group_id AND h.day = d.day
                      AND h.day > %(first)s AND h.day <= %(until)s AND h.state = %(unknown)s)
    GROUP BY c.id
"""  # noqa: S608 - a condition of ours
STORE = """
    UPDATE lifecycle_case c SET due_on = GREATEST(c.due_on, v.due), days_counted = v.counted,
        days_without_data = v.without_data
    FROM unnest(%s::bigint[], %s::date[], %s::date[], %s::int[], %s::int[])
        AS v(id, since, due, counted, without_data)
    WHERE c.id = v.id AND c.state_since = v.since AND c.ended_on IS NULL
"""


def count_days(cases: QuerySet[Case], day: date) -> None:
    """Bring the clocks of these ongoing cases up to `day`: two statements, and one only where none moved.

    Plans with a day without data cost two more for all their steps.
    """
    ticking = [case for case in with_exit_rules(cases) if case.state_since < day]
    observed = observed_since(ticking, [case.state_since for case in ticking], day)
    moved, late = [], {}
    for case in ticking:
        clock = clock_of(
            case.state_since, lasts(State(case.state), case.remedy, exit_rule_of(case)) or 0, observed[case.pk], day
        )
        found = (clock.counted, clock.without_data)
        if found != (case.days_counted, case.days_without_data):
            moved.append((case.pk, case.state_since, clock.due_on, *found))
            if case.state != State.OPEN and clock.without_data > case.days_without_data:
                late[case.pk] = clock.without_data - case.days_without_data
    move_steps_on(late, day)
    if moved:
        with connection.cursor() as cursor:
            cursor.execute(STORE, [list(column) for column in zip(*moved, strict=True)])


def move_steps_on(late: Mapping[int, int], day: date) -> None:
    """Move the open steps of these cases that are not overdue on by so many days, outside the festivals."""
    if not late:
        return
    plan = CaseTask.objects.filter(case__in=list(late), done_at=None, due_on__gte=day, plan=F("case__plans"))
    steps = list(plan.only("case_id", "due_on"))
    for step in steps:
        step.due_on = day_after(step.due_on, late[step.case_id])
    CaseTask.objects.bulk_update(steps, ["due_on"])


def observed_since(cases: Sequence[Case], since: Sequence[date], until: date) -> dict[int, frozenset[date]]:
    """The observed days after each of `since` up to `until`, by the id of the case; empty where nobody looked."""
    found: dict[int, frozenset[date]] = {case.pk: frozenset() for case in cases}
    if not cases:
        return found
    with connection.cursor() as cursor:
        cursor.execute(
            OBSERVED,
            {
                "cases": list(found),
                "groups": [case.group_id for case in cases],
                "since": list(since),
                "first": min(since),
                "until": until,
                "unknown": HealthState.UNKNOWN.value,
            },
        )
        return found | {pk: frozenset(days) for pk, days in cursor.fetchall()}

"""What the end of a group settles: costs that recur end, the books are told once more, people are forgotten if chosen.

Nothing here touches the platform. A person dissolves the group there; this closes what we keep about it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from groups import audit, recurring, registration
from groups.economics import results_of
from groups.models import Group, RecurringLine, User
from groups.rules.spans import Span
from lifecycle import week_packs
from lifecycle.cases.moving import LEAST_REASON, CaseMovedOn, Refused, demand_right, note_event
from lifecycle.models import Case, CaseTask
from lifecycle.rules.case_flow import Action, State

RESTORED = "restored"
FORGET = "forget"  # the choice to forget who acted
PEOPLE_KEPT = registration.COMES_BACK_WITHIN
RESTORABLE_DAYS = PEOPLE_KEPT.days

# Dissolved cases whose people were to be forgotten, once the group can come back no more.
TO_FORGET = """
    SELECT c.id, c.group_id FROM lifecycle_case c JOIN groups_group g ON g.id = c.group_id
    WHERE c.state = 'dissolved' AND c.outcome ->> 'people' = 'forget' AND NOT c.outcome ? 'forgotten_on'
        AND g.closed_on IS NOT NULL AND c.ended_on < %(day)s::date - %(restorable)s
    FOR UPDATE OF c
"""
FORGET_PEOPLE = (
    "DELETE FROM lifecycle_askedmember WHERE migration_id IN"
    " (SELECT m.id FROM lifecycle_migration m JOIN lifecycle_case c ON c.id = m.case_id"
    " WHERE c.group_id = ANY(%(groups)s))",
    "DELETE FROM lifecycle_acting WHERE group_id = ANY(%(groups)s)",
    *week_packs.FORGET,
    "DELETE FROM lifecycle_memberevent WHERE group_id = ANY(%(groups)s)",
    "DELETE FROM lifecycle_membernumber WHERE group_id = ANY(%(groups)s)",
    "UPDATE lifecycle_case SET outcome = outcome || jsonb_build_object('forgotten_on', %(day)s::text)"
    " WHERE id = ANY(%(cases)s)",
)


def end_costs(*, group: Group, by: User, now: datetime) -> int:
    """End the recurring lines of the group; what was entered stays. How many ended."""
    standing = RecurringLine.objects.filter(group=group, ended_at=None)
    return sum(recurring.end(line=line, by=by, now=now) for line in standing)


def final_result(group: Group, on: date) -> dict[str, str]:
    """What the group came to over its whole life, in yuan as text; empty where nothing is in the books."""
    first = min(group.opened_on or on, on)
    found = results_of({group.pk: Span(first, on)})[group.pk]
    if found.is_empty:
        return {}
    return {
        "first": first.isoformat(),
        "last": on.isoformat(),
        "revenue": str(found.revenue),
        "costs": str(found.revenue - found.net),
        "net": str(found.net),
    }


def may_restore(case: Case, today: date) -> bool:
    """Whether the end of this group can still be taken back in our records."""
    return case.state == State.DISSOLVED and registration.may_reopen(case.group, today)


@transaction.atomic
def restore(*, case: Case, reason: str, by: User, now: datetime, on: date) -> None:
    """Take the end of the group back in our records, within 30 days; it is left in peace for a while.

    The case stays as it ended: what was decided is added to. Costs that recurred do not begin again by themselves.
    Raises CaseMovedOn where the time is over or somebody was first, Refused without a reason, PermissionDenied.
    """
    demand_right(case, Action.KEEP, by)
    if len(reason.strip()) < LEAST_REASON:
        raise Refused("reason_too_short")
    stands = Case.objects.select_for_update().select_related("group").get(pk=case.pk)
    if not may_restore(stands, on) or not registration.reopen_group(group=stands.group, by=by, now=now, reason=reason):
        raise CaseMovedOn(stands.state)
    Case.objects.filter(pk=case.pk).update(outcome=stands.outcome | {"undone": True})
    note_event(case=stands, kind=RESTORED, by=by, now=now, told={"reason": reason})
    audit.record(verb="case restored", thing=stands, by=by, now=now, reason=reason)


@transaction.atomic
def forget_people(day: date) -> int:
    """Delete who acted in dissolved groups whose people were to be forgotten; counts stay. How many groups."""
    with connection.cursor() as cursor:
        cursor.execute(TO_FORGET, {"day": day, "restorable": RESTORABLE_DAYS})
        due = cursor.fetchall()
        if due:
            cases, groups = (list(column) for column in zip(*due, strict=True))
            for sql in FORGET_PEOPLE:
                cursor.execute(sql, {"cases": cases, "groups": groups, "day": day})
    return len(due)


def forgotten_groups() -> list[tuple[int, str]]:
    """The groups whose people were forgotten, each with the day: (id, ISO date)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT group_id, outcome ->> 'forgotten_on' FROM lifecycle_case WHERE outcome ? 'forgotten_on'"
            " ORDER BY 1, 2"
        )
        return cursor.fetchall()


@transaction.atomic
def forget_again(forgotten: Iterable[tuple[int, str]]) -> int:
    """After a restore: delete once more who acted in groups whose people were forgotten later. How many groups."""
    done = 0
    with connection.cursor() as cursor:
        for group, day in forgotten:
            cursor.execute(
                "SELECT array(SELECT id FROM lifecycle_case WHERE group_id = %s AND state = 'dissolved'"
                " AND NOT outcome ? 'forgotten_on')",
                [group],
            )
            about = {"groups": [group], "cases": cursor.fetchone()[0], "day": day}
            for sql in FORGET_PEOPLE:
                cursor.execute(sql, about)
            done += 1
    return done


def report_of(case: Case) -> dict[str, Any]:
    """The closing report as stored: result, ended costs, notices, lesson, what becomes of the people's data."""
    outcome = case.outcome
    notices = CaseTask.objects.filter(case=case, plan=case.plans, step__startswith="notice_").exclude(done_at=None)
    return {
        "result": outcome.get("result") or None,
        "ended_costs": outcome.get("ended_costs"),
        "people": outcome.get("people"),
        "forgotten_on": outcome.get("forgotten_on"),
        "notices": notices.count(),
        "proof_file": outcome.get("proof_file"),
    }

"""Plain functions that make the rows that cases come from."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection

from groups.models import Group, User
from groups.tests.making import make_group, make_user
from lifecycle.cases.deciding import Decision, decide
from lifecycle.cases.opening import open_cases
from lifecycle.models import ActingMembers, Case, CaseTask, DailyActivity, HealthState, Standing
from lifecycle.models.activity import KNOWN
from lifecycle.models.health import Flag
from lifecycle.partitions import ensure_months

DAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 2, 3, tzinfo=UTC)
REASON = "They have not met since the summer"


def later(days: int) -> dict[str, Any]:
    """The keywords `now` and `on` of a writer, some days after DAY."""
    return {"now": NOW + timedelta(days=days), "on": DAY + timedelta(days=days)}


def make_standing(group: Group, **fields: Any) -> Standing:
    return Standing.objects.update_or_create(
        group=group,
        defaults={
            "team": group.team,
            "day": DAY,
            "state": HealthState.DORMANT,
            "state_since": DAY - timedelta(days=3),
            "score": 2300,
            "score_week_ago": 3100,
            "risk": 7000,
            "acts_28": 4,
            "people_28": 2,
            "acts_7": 0,
            "members": 100,
            "last_act_on": DAY - timedelta(days=20),
            "last_observed_on": DAY,
            "rule_version": 1,
        }
        | fields,
    )[0]


def make_flag(group: Group, **fields: Any) -> Flag:
    return Flag.objects.create(
        **{
            "team": group.team,
            "group": group,
            "cause": "silence",
            "severity": 3,
            "raised_on": DAY,
            "earliest_sign_on": DAY - timedelta(days=14),
            "evidence": {"silent_days": 20},
            "rule_version": 1,
        }
        | fields
    )


def make_dying_group(state: HealthState = HealthState.DORMANT, cause: str = "silence", **fields: Any) -> Group:
    """A group that stands badly, with the flag that says so."""
    group = make_group(**fields)
    make_standing(group, state=state)
    make_flag(group, cause=cause)
    return group


def make_case(group: Group | None = None, **fields: Any) -> Case:
    """An open case, opened by the night itself; other columns are set afterwards."""
    group = group or make_dying_group()
    open_cases([group.pk], DAY, now=NOW)
    Case.objects.filter(group=group).update(**fields)
    return Case.objects.get(group=group, ended_on=None)


def make_decided(case: Case, remedy: str, by: User | None = None, **fields: Any) -> Case:
    """The case after a manager's decision on DAY."""
    playbook = {"revive": "script", "migrate": "migration", "dissolve": "dissolution", "farewell": "farewell"}
    decision = {"playbook": playbook.get(remedy, ""), "reason": REASON, "moves_to": "Autumn readers", "knowingly": True}
    return decide(
        case=case,
        version=case.version,
        decision=Decision(remedy=remedy, **decision | fields),
        by=by or make_user(case.team, role="manager"),
        **later(0),
    )


def step_of_case(case: Case, step: str) -> CaseTask:
    return CaseTask.objects.get(case=case, plan=case.plans, step=step)


def act(group: Group, day: date, *, members: list[int] | None = None, **counts: int) -> None:
    """One observed day of a group; with `members` also the set of who acted."""
    ensure_months(day, day)
    known = sum(KNOWN[name] for name in counts)
    DailyActivity.objects.create(group_id=group.pk, day=day, known=known, **counts)
    if members is not None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {ActingMembers._meta.db_table} (group_id, day, members, acts) VALUES (%s, %s, %s, %s)",
                [group.pk, day, members, [1] * len(members)],
            )


def silent(group: Group, days: int = 60, until: date = DAY) -> None:
    """Observed days on which nobody did anything."""
    first = until - timedelta(days=days - 1)
    ensure_months(first, until)
    known = KNOWN["messages"] | KNOWN["speakers"]
    DailyActivity.objects.bulk_create(
        DailyActivity(group_id=group.pk, day=first + timedelta(days=place), known=known) for place in range(days)
    )


def watched(group: Group, days: int = 60, since: date = DAY) -> None:
    """Observed days after `since`, so that the clock of a case runs."""
    silent(group, days, until=since + timedelta(days=days))


def read_health(group: Group, first: date, scores: list[int]) -> None:
    """One reading a day from `first` on; -1 = not known."""
    ensure_months(first, first + timedelta(days=len(scores)))
    with connection.cursor() as cursor:
        for place, score in enumerate(scores):
            cursor.execute(
                "INSERT INTO lifecycle_health VALUES (%s, %s, 4, %s, 10000, %s, 0, 0, 0, 0, 1)",
                [group.pk, first + timedelta(days=place), score, 10000 - score if score >= 0 else -1],
            )

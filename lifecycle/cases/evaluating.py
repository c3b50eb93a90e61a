"""What the night does to cases: wakes snoozed ones, judges attempts, sends stirring groups back, lets settled ones go.

Reads set-based, decides by the rules, writes each kind of change in one conditional UPDATE. A case that a person moved
meanwhile keeps what the person did. Run twice, the second run finds nothing to do.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Greatest

from groups.models import Plan
from lifecycle.cases.clocks import count_days
from lifecycle.cases.exit_rules import exit_rule_of, with_exit_rules
from lifecycle.cases.ongoing import Ongoing, concerned_cases
from lifecycle.cases.recommending import refresh
from lifecycle.cases.treating import end_treatments
from lifecycle.models import Case, CaseEvent, HealthState, Standing, Treatment
from lifecycle.models.health import Cause, Flag
from lifecycle.rules.calendar import is_festival
from lifecycle.rules.case_flow import ENDED, TIMERS, Action, State, after, due_on, rank_of, wakes
from lifecycle.rules.recovery import Bar, Result, judge_attempt
from lifecycle.rules.timers import day_after

SETTLED_DAYS = 7  # the signals of an undecided case must be gone this long

# A case, what its event remembers, and what its outcome gains.
Change = tuple[Case, dict[str, Any], dict[str, Any]]

MOVE = """
    UPDATE lifecycle_case c SET state = %(to)s, version = c.version + 1, state_since = %(on)s, due_on = v.due,
        days_counted = 0, days_without_data = 0, ended_on = %(ended)s,
        outcome = c.outcome || v.outcome::jsonb
    FROM unnest(%(ids)s::bigint[], %(versions)s::int[], %(outcomes)s::text[], %(dues)s::date[])
        AS v(id, version, outcome, due)
    WHERE c.id = v.id AND c.version = v.version AND c.state = %(from)s
    RETURNING c.id
"""
# Back to triage: the decision is in the history, the next one starts from nothing.
UNDECIDE = {
    "remedy": "",
    "playbook": "",
    "playbook_version": 0,
    "playbook_row": None,
    "budget": None,
    "moves_to": "",
    "decided_at": None,
    "decided_by": None,
    "decision_reason": "",
}
READINGS = """
    SELECT c.id, h.day, h.score FROM unnest(%s::bigint[], %s::int[], %s::date[]) AS c(id, group_id, began)
    JOIN lifecycle_health h ON h.group_id = c.group_id AND h.day > c.began
    WHERE h.day > %s AND h.day <= %s ORDER BY c.id, h.day
"""


@transaction.atomic
def evaluate_cases(day: date, *, now: datetime, group_ids: Sequence[int] | None = None) -> int:
    """Judge the ongoing cases (of these groups, or all) as of `day`, after that day's health is known.

    Returns how many changed.
    """
    ongoing = with_exit_rules(Case.objects.filter(state__in=Case.ONGOING))
    few = None if group_ids is None else concerned_cases(group_ids, day)
    if few is not None:
        ongoing = ongoing.filter(pk__in=[each.id for each in few])
    changed = 0
    for stage, concerns in STAGES:
        # What an earlier step moved may concern any later one.
        if few is None or changed or any(concerns(each) for each in few):
            changed += stage(ongoing, day, now)
    return changed


def _count_days(ongoing: QuerySet[Case], day: date, now: datetime) -> int:
    """Clocks run in observed days outside the festivals; a case whose clock stood has not changed."""
    count_days(ongoing, day)
    return 0


def _let_closed_groups_go(ongoing: QuerySet[Case], day: date, now: datetime) -> int:
    """A group that was closed or archived elsewhere needs no case."""
    gone = ongoing.filter(~Q(group__closed_on=None) | ~Q(group__archived_at=None))
    return _move([(case, {"code": "group_closed"}, {"code": "group_closed"}) for case in gone], Action.EXPIRE, day, now)


def _wake_snoozed(ongoing: QuerySet[Case], day: date, now: datetime) -> int:
    """Snoozed cases come back by their day, or because the group stands worse; only the latter is a relapse."""
    asleep = ongoing.filter(Q(snoozed_until__isnull=False) | Q(snoozed_until_worse_than__isnull=False)).filter(
        state=State.OPEN
    )
    woken = 0
    for case, rank in _with_ranks(asleep):
        why = wakes(until=case.snoozed_until, worse_than=case.snoozed_until_worse_than, rank=rank, on=day)
        if why is None:
            continue
        awake = {"snoozed_until": None, "snoozed_until_worse_than": None, "version": F("version") + 1}
        awake["due_on"] = Greatest(F("due_on"), day_after(day, TIMERS.woken))  # nobody is late for having waited
        relapse = {"relapsed_on": day} if why == "worse" else {}
        if Case.objects.filter(pk=case.pk, version=case.version).update(**awake, **relapse):
            _events([(case, {"why": why}, {})], "woke", now)
            woken += 1
    return woken


def _end_attempts(ongoing: QuerySet[Case], day: date, now: datetime) -> int:
    """A plan that nobody began goes back to triage; a running one is judged when its steps are done or its time is up.

    A migration has steps of its own that are due later: it waits for them.
    """
    idle = ongoing.filter(state=State.PLANNED, due_on__lte=day)
    moved = _move([(case, {"code": "not_begun"}, {}) for case in idle], Action.TIME_UP, day, now, clear=UNDECIDE)
    steps = Count("tasks", filter=Q(tasks__plan=F("plans"), tasks__done_at=None))
    running = ongoing.filter(state=State.RUNNING).annotate(left=steps)
    done = running.filter(Q(left=0) | Q(remedy="revive", due_on__lte=day))
    return moved + _move([(case, {"steps_left": case.left}, {}) for case in done], Action.TIME_UP, day, now)


def _judge_revivals(ongoing: QuerySet[Case], day: date, now: datetime) -> int:
    """Recovered after two healthy checks, failed when the time of attempt and evaluation has passed without."""
    judged = ongoing.filter(state=State.EVALUATING, remedy="revive", attempt_began_on__isnull=False)
    cases = {case.pk: case for case in judged}
    recovered, failed = [], []
    for pk, readings in _readings_since(list(cases.values()), day).items():
        case = cases[pk]
        found = judge_attempt(readings, Bar(over_after=exit_rule_of(case).revival_days))
        told = {"known_days": found.known_days, "checks": [[on.isoformat(), score] for on, score in found.checks]}
        if found.result is Result.RECOVERED:
            recovered.append((case, told, {"code": "recovered"} | told))
        elif found.result is Result.FAILED:
            failed.append((case, told | {"playbook": case.playbook}, {"code": "failed"} | told))
    moved = _move(recovered, Action.RECOVERED, day, now) + _move(failed, Action.FAILED, day, now, clear=UNDECIDE)
    if moved:
        end_treatments([case.pk for case, _, _ in recovered], Treatment.Ended.RECOVERED)
        end_treatments([case.pk for case, _, _ in failed], Treatment.Ended.FAILED)
    return moved


def _send_back_stirring(ongoing: QuerySet[Case], day: date, now: datetime) -> int:
    """A member acted while the group was being dissolved: look again. Adverts and a mission met do not stir."""
    closing = ongoing.filter(state__in=(State.CLOSING, State.SOFT_CLOSED), remedy="dissolve")
    stirring = closing.exclude(cause=Cause.AD_OVERRUN).filter(
        group__standing__last_act_on__gt=F("state_since"), group__standing__day__lte=day
    )
    acts = dict(stirring.values_list("pk", "group__standing__last_act_on"))
    changes: list[Change] = [(case, {"last_act_on": acts[case.pk].isoformat()}, {}) for case in stirring]
    return _move(changes, Action.STIRRED, day, now)


def _let_settled_go(ongoing: QuerySet[Case], day: date, now: datetime) -> int:
    """An undecided case whose signals have been gone for a week, on a group that is known, ends by itself."""
    recent = day - timedelta(days=SETTLED_DAYS)
    alarmed = Flag.objects.filter(Q(lowered_on=None) | Q(lowered_on__gt=recent), severity__gte=3)
    missions = Flag.objects.filter(cause=Cause.MISSION_COMPLETE, lowered_on=None)
    promised = Plan.objects.filter(superseded_at=None, at_risk_after_days__isnull=False)  # declining is at risk there
    settled = (
        ongoing.filter(state=State.OPEN, opened_on__lte=recent, group__standing__isnull=False)
        .exclude(group__standing__state=HealthState.UNKNOWN)
        .exclude(group__in=alarmed.values("group"))
        .exclude(group__in=missions.values("group"))
        .exclude(group__standing__state=HealthState.DECLINING, group__in=promised.values("group"))
    )
    changes: list[Change] = [(case, {"code": "signal_gone"}, {"code": "signal_gone"}) for case in settled]
    return _move(changes, Action.EXPIRE, day, now)


def _recommend_anew(ongoing: QuerySet[Case], day: date, now: datetime) -> int:
    """What came back to triage tonight gets its recommendation for the new situation."""
    refresh(ongoing.filter(state=State.OPEN, state_since=day, opened_on__lt=day), day)
    return 0


def _in(*states: State) -> Callable[[Ongoing], bool]:
    return lambda each: each.state in states


# With what says of a case whether a step has anything to look at.
STAGES: Sequence[tuple[Callable[[QuerySet[Case], date, datetime], int], Callable[[Ongoing], bool]]] = (
    (_let_closed_groups_go, lambda each: each.gone),
    (_count_days, lambda each: True),
    (_wake_snoozed, lambda each: each.asleep),
    (_end_attempts, _in(State.PLANNED, State.RUNNING)),
    (_judge_revivals, _in(State.EVALUATING)),
    (_send_back_stirring, _in(State.CLOSING, State.SOFT_CLOSED)),
    (_let_settled_go, _in(State.OPEN)),
    (_recommend_anew, lambda each: each.back),
)


def _move(
    changes: Sequence[Change], action: Action, day: date, now: datetime, *, clear: dict[str, Any] | None = None
) -> int:
    """Take the arrow for each case that still stands where it was read: one statement per state, then the events."""
    moved = 0
    for state in {case.state for case, _, _ in changes}:
        here = [change for change in changes if change[0].state == state]
        to = after(State(state), action, here[0][0].remedy)
        if to is None:
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                MOVE,
                {
                    "to": to.value,
                    "from": state,
                    "on": day,
                    "ended": day if to in ENDED else None,
                    "ids": [case.pk for case, _, _ in here],
                    "versions": [case.version for case, _, _ in here],
                    "dues": [due_on(to, day, case.remedy, exit_rule_of(case)) for case, _, _ in here],
                    "outcomes": [json.dumps(outcome) for _, _, outcome in here],
                },
            )
            done = {pk for (pk,) in cursor.fetchall()}
        if clear:
            Case.objects.filter(pk__in=done).update(**clear)
        _events([change for change in here if change[0].pk in done], action.value, now, state=to.value)
        moved += len(done)
    return moved


def _events(changes: Sequence[Change], kind: str, now: datetime, **more: Any) -> None:
    CaseEvent.objects.bulk_create(
        CaseEvent(team_id=case.team_id, case=case, kind=kind, at=now, content=more | told) for case, told, _ in changes
    )


def _with_ranks(cases) -> list[tuple[Case, int | None]]:
    cases = list(cases)
    states = dict(Standing.objects.filter(group__in=[case.group_id for case in cases]).values_list("group", "state"))
    unknown = HealthState.UNKNOWN
    return [(case, rank_of(HealthState(states.get(case.group_id, unknown)).name.lower())) for case in cases]


def _readings_since(cases: Sequence[Case], day: date) -> dict[int, list[tuple[date, int]]]:
    """Day and score since each attempt began, by case, without festivals; empty where there are no readings."""
    found: dict[int, list[tuple[date, int]]] = {case.pk: [] for case in cases}
    if not cases:
        return found
    began = [case.attempt_began_on for case in cases]
    groups = [case.group_id for case in cases]
    with connection.cursor() as cursor:
        cursor.execute(READINGS, [list(found), groups, began, min(began), day])
        for pk, on, score in cursor.fetchall():
            if not is_festival(on):
                found[pk].append((on, score))
    return found

"""Moves a case along one arrow of the flow: once, by conditional update, with its event and its audit row.

The update names the version that the person saw. Of two people who act at once exactly one row changes; the other is
told, and the attempt is on record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F

from groups import audit
from groups.access import leads, team_roles
from groups.models import User
from lifecycle.cases.exit_rules import exit_rule_of
from lifecycle.models import Case, CaseEvent
from lifecycle.rules.case_flow import ENDED, Action, Actor, State, actor_of, after, due_on

# A new state counts its own days.
CLOCK_AT_ZERO = {"days_counted": 0, "days_without_data": 0}


LEAST_REASON = 10  # characters; the sentences and hints name the number

# What may be taken back (lifecycle.cases.taking_back), and the columns that it changes.
UNDOABLE = frozenset(
    {Action.REVIVE, Action.MIGRATE, Action.DISSOLVE, Action.FAREWELL, Action.KEEP, Action.SNOOZE, Action.ASSIGN}
)
CHANGED = (
    "state", "state_since", "due_on", "days_counted", "days_without_data", "remedy", "playbook",
    "playbook_version", "playbook_row_id", "budget", "moves_to", "plans", "decided_at", "decided_by_id",
    "decision_reason", "snoozed_until", "snoozed_until_worse_than", "owner_id", "ended_on", "outcome",
)  # fmt: skip


class CaseMovedOn(Exception):
    """Somebody else moved the case first, or its state does not allow this. Nothing was changed."""


class Refused(Exception):
    """The rules do not allow this. `code` and `figures` say why; nothing was changed."""

    def __init__(self, code: str, **figures: Any):
        super().__init__(code)
        self.code, self.figures = code, figures


@contextmanager
def on_record(*, case: Case, action: Action, by: User, now: datetime, reason: str = "") -> Iterator[None]:
    """Run the body in one transaction; an attempt that comes too late is rolled back, written down and raised."""
    demand_right(case, action, by)
    try:
        with transaction.atomic():
            yield
    except CaseMovedOn:
        stands = Case.objects.get(pk=case.pk)
        with transaction.atomic():
            audit.record(
                verb=f"case {action} came too late",
                thing=case,
                by=by,
                now=now,
                before={"state": stands.state, "remedy": stands.remedy, "version": stands.version},
                after={"action": action.value},
                reason=reason,
            )
        raise


def demand_right(case: Case, action: Action, by: User) -> None:
    """PermissionDenied unless the person may act in the team of the case, and decide there if it is a decision."""
    needs_lead = actor_of(action) is Actor.MANAGER
    if case.team_id not in team_roles(by) or (needs_lead and not leads(by, case.team_id)):
        raise PermissionDenied


def move(
    *,
    case: Case,
    version: int,
    action: Action,
    by: User,
    now: datetime,
    on: date,
    changes: Mapping[str, Any] | None = None,
    told: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Case:
    """Take the arrow `action` from the state at `version`; returns the case as it stands. Call inside `on_record`.

    `changes` are columns beside the state, `told` is what the event remembers. Raises CaseMovedOn where the arrow is
    not there, or where another change came first.
    """
    state = after(State(case.state), action, case.remedy)
    if state is None:
        raise CaseMovedOn(case.state)
    columns: dict[str, Any] = dict(changes or {})
    if state != case.state:
        columns |= {"state": state.value, "state_since": on, "due_on": _due_on(case, state, columns, on)}
        columns |= CLOCK_AT_ZERO
    if state in ENDED:
        columns["ended_on"] = on
    seen = Case.objects.filter(pk=case.pk, version=version, state=case.state)
    if not seen.update(**columns, version=F("version") + 1):
        raise CaseMovedOn(case.state)
    stands = Case.objects.get(pk=case.pk)
    told = {"state": state.value} | dict(told or {})
    was = {"was": before_of(case), "version": stands.version, "plan": stands.plans} if action in UNDOABLE else {}
    note_event(case=case, kind=action.value, by=by, now=now, told=told | was)
    audit.record(
        verb=f"case {action}",
        thing=case,
        by=by,
        now=now,
        before={"state": case.state, "remedy": case.remedy},
        after=told,
        reason=reason,
    )
    return stands


def _due_on(case: Case, state: State, columns: Mapping[str, Any], on: date) -> date | None:
    """By the plan of the group, for the remedy that holds from now on."""
    return due_on(state, on, columns.get("remedy", case.remedy), exit_rule_of(case))


def note_event(*, case: Case, kind: str, by: User | None, now: datetime, told: Mapping[str, Any]) -> CaseEvent:
    """Append one event to the history of the case. `told` holds JSON values."""
    return CaseEvent.objects.create(team_id=case.team_id, case=case, kind=kind, at=now, by=by, content=dict(told))


def before_of(case: Case) -> dict[str, Any]:
    """What a decision may change, as values_of has it."""
    return values_of(case, CHANGED)


def values_of(case: Case, columns: Iterable[str]) -> dict[str, Any]:
    """These columns of the case as JSON: their values as text, number, dictionary or None."""
    plain = (str, int, dict, type(None))
    values = {name: getattr(case, name) for name in columns}
    return {name: value if isinstance(value, plain) else str(value) for name, value in values.items()}

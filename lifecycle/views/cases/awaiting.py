"""Says whom a case waits for and for what, and what will have happened once an action that ends something is sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.models import RecurringLine, User
from lifecycle.cases.people_moved import People, people_of
from lifecycle.cases.working import second_person
from lifecycle.models import Case, Standing
from lifecycle.models.cases import Remedy
from lifecycle.rules.case_flow import Action, State


def next_of(case: Case, steps: Sequence[Mapping[str, Any]], missing: Collection[str], today: date) -> list[str]:
    """Who does what next, a sentence each; empty for an ended case, and where the page says it in its own words.

    `steps` are those of the page, `missing` the codes of what a closing case waits for.
    """
    person = case.owner or case.group.owner
    open_steps = [step for step in steps if step["task"].done_at is None]
    match State(case.state):
        case State.OPEN:
            return [_of_triage(case, today)]
        case State.PLANNED | State.RUNNING if open_steps:
            return [_of_step(open_steps[0], person)]
        case State.RUNNING if case.remedy == Remedy.REVIVE:
            return [_("All steps are done: from tonight on the figures are watched")]
        case State.EVALUATING if case.remedy == Remedy.REVIVE:
            return [_("The figures decide by %(day)s; until then the group is kept going") % _due(case)]
        case State.RUNNING | State.EVALUATING if case.remedy == Remedy.MIGRATE:
            return [_("A manager ends the case as migrated, or dissolves the old group")]
        case State.CLOSING | State.SOFT_CLOSED:
            return _of_closing(case, [step for step in open_steps if step["closes"] == case.state], missing, person)
        case _:
            return []


def _of_triage(case: Case, today: date) -> str:
    if case.snoozed_until_worse_than is not None or (case.snoozed_until and case.snoozed_until > today):
        return _("Nothing to do until the case is back from its snooze")
    return _("A manager of the team decides by %(day)s; whoever works here can propose") % _due(case)


def _of_step(step: Mapping[str, Any], person: User) -> str:
    words = {"person": person, "step": step["title"], "day": step["task"].due_on.isoformat()}
    return _("%(person)s, by %(day)s: %(step)s") % words


def _of_closing(case: Case, steps: Sequence[Mapping[str, Any]], missing: Collection[str], person: User) -> list[str]:
    lines = [_of_step(step, person) for step in steps]
    if "not_confirmed" in missing:
        second = second_person(case)
        lines.append(
            _("%(person)s agrees to the end") % {"person": second}
            if second
            else _("Another manager of the team agrees to the end")
        )
    closing = case.state == State.CLOSING
    if "countdown_runs" in missing:
        lines.append(
            _("The countdown for the members runs until %(day)s") % _due(case)
            if closing
            else _("The muted group is watched until %(day)s: if a member acts, its end stops") % _due(case)
        )
    if lines:
        return lines
    if closing:
        return [_("%(person)s soft-closes the case here and mutes the group") % {"person": person}]
    words = {"person": case.group.owner}
    return [_("%(person)s dissolves the group on its platform, then a manager closes the case with the proof") % words]


def _due(case: Case) -> dict[str, str]:
    return {"day": case.due_on.isoformat() if case.due_on else "--"}


def told_before(case: Case, action: Action, today: date) -> list[str]:
    """What somebody wants to know before they send this action; empty for most."""
    match action:
        case Action.CONFIRM:
            return [_decision_of(case), *_left_in(case)]
        case Action.PROVE:
            return _what_ends(case)
        case Action.END_MIGRATED:
            return [moved_text(people_of(case, today)), *_left_in(case)]
        case _:
            return []


def moved_text(people: People) -> str:
    """How many were invited, came and stayed; -- for what nobody knows."""
    figures = {
        name: "--" if value is None else value
        for name, value in (("invited", people.invited), ("arrived", people.arrived), ("active", people.active))
    }
    return _("Invited %(invited)s, arrived %(arrived)s, active after 14 days %(active)s") % figures


def _decision_of(case: Case) -> str:
    words = {"person": case.decided_by, "reason": case.decision_reason}
    return _("%(person)s decided to end it: %(reason)s") % words


def _left_in(case: Case) -> list[str]:
    """How many are in the group and when one last acted."""
    standing = Standing.objects.filter(group=case.group_id).first()
    if standing is None or standing.members < 0:
        return []
    lines = [
        ngettext("%(count)s member is in the group", "%(count)s members are in the group", standing.members)
        % {"count": standing.members}
    ]
    people = standing.people_28
    if people >= 0:
        said = ngettext("%(count)s of them was active in 28 days", "%(count)s of them were active in 28 days", people)
        lines.append(said % {"count": people})
    return lines


def _what_ends(case: Case) -> list[str]:
    lines = RecurringLine.objects.filter(group=case.group_id, ended_at=None).count()
    return [
        _("The group is closed in our records, and what it came to is written down"),
        ngettext("%(count)s recurring line ends", "%(count)s recurring lines end", lines) % {"count": lines},
        _("For 30 days a manager can take the end back here; the platform does not give the group back"),
    ]

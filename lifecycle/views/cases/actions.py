"""What people can do on a case as data: one entry per action with its form, its words and the writer that it calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from groups.access import leads
from groups.models import User
from lifecycle.cases import deciding, working
from lifecycle.models import Case
from lifecycle.rules.case_flow import Action, Actor, State, actions_from, actor_of
from lifecycle.views.cases import forms

Text = str | Promise
Run = Callable[..., Any]


@dataclass(frozen=True)
class Page:
    """`lead` says what will happen; `done` is told afterwards. `quiet` actions stand at the end of the page."""

    form: type[forms.CaseForm]
    title: Text
    lead: Text
    button: Text
    done: Text
    run: Run
    quiet: bool = False


def _decide(case: Case, typed: Mapping[str, Any], remedy: str, **who: Any) -> Case:
    decision = deciding.Decision(
        remedy=remedy,
        reason=typed["reason"],
        playbook=typed.get("playbook", ""),
        budget=typed.get("budget"),
        moves_to=typed.get("moves_to", ""),
        knowingly=bool(typed.get("knowingly")),
    )
    return deciding.decide(case=case, version=typed["version"], decision=decision, **who)


def _remedy(remedy: str) -> Run:
    return lambda case, form, **who: _decide(case, form.cleaned_data, remedy, **who)


def _propose(case: Case, form: forms.ProposalForm, **who: Any) -> Case:
    typed = form.cleaned_data
    decision = deciding.Decision(remedy=typed["remedy"], reason=typed["reason"])
    return deciding.propose(case=case, version=typed["version"], decision=decision, **who)


def _snooze(case: Case, form: forms.SnoozeForm, *, on: date, **who: Any) -> Case:
    typed = form.cleaned_data
    return deciding.snooze(
        case=case,
        version=typed["version"],
        until=form.last_day(on),
        until_worse=typed["until"] in ("worse", "either"),
        reason=typed["reason"],
        on=on,
        **who,
    )


def _assign(case: Case, form: forms.AssignForm, **who: Any) -> Case:
    return deciding.assign(case=case, version=form.cleaned_data["version"], owner=form.cleaned_data["owner"], **who)


def _note(case: Case, form: forms.NoteForm, *, by: User, now: datetime, on: date) -> None:
    deciding.add_note(case=case, text=form.cleaned_data["text"], by=by, now=now)


def _plain(write: Run) -> Run:
    return lambda case, form, **who: write(case=case, version=form.cleaned_data["version"], **who)


def _prove(case: Case, form: forms.ProofForm, **who: Any) -> Case:
    typed = form.cleaned_data
    sent = typed["file"]
    file = sent and working.ProofFile(sent.name, b"".join(sent.chunks()), typed["token"])
    return working.prove(
        case=case,
        version=typed["version"],
        proof=typed["proof"],
        lesson=typed["lesson"],
        people=typed["people"],
        file=file or None,
        **who,
    )


def _end(action: Action) -> Run:
    return lambda case, form, **who: working.end_by_hand(
        case=case, version=form.cleaned_data["version"], action=action, reason=form.cleaned_data["reason"], **who
    )


PAGES: Mapping[Action, Page] = {
    Action.REVIVE: Page(
        forms.RemedyForm,
        _("Revive"),
        _("The steps of the playbook appear on the case. After 14 days the figures say whether it worked."),
        _("Decide: revive"),
        _("Decided to revive; the steps are below"),
        _remedy("revive"),
    ),
    Action.MIGRATE: Page(
        forms.RemedyForm,
        _("Migrate"),
        _("Members who still show life are invited to a new theme; you count who arrives."),
        _("Decide: migrate"),
        _("Decided to migrate; the steps are below"),
        _remedy("migrate"),
    ),
    Action.DISSOLVE: Page(
        forms.RemedyForm,
        _("Dissolve"),
        _(
            "A goodbye, two notices and a countdown of 7 days come first; a second person must agree. Nothing"
            " happens on the platform by itself."
        ),
        _("Decide: dissolve"),
        _("Decided to dissolve; the goodbye begins"),
        _remedy("dissolve"),
    ),
    Action.FAREWELL: Page(
        forms.RemedyForm,
        _("Farewell"),
        _("The mission is complete. Celebrate, offer the next group, then close in order."),
        _("Decide: farewell"),
        _("Decided to say farewell; the steps are below"),
        _remedy("farewell"),
    ),
    Action.KEEP: Page(
        forms.KeepForm,
        _("False alarm"),
        _("The case ends, and this signal opens none for 90 days."),
        _("Keep the group"),
        _("The case has ended: the group stays as it is"),
        _remedy("keep"),
    ),
    Action.SNOOZE: Page(
        forms.SnoozeForm,
        _("Snooze"),
        _("The case leaves the board and comes back by itself."),
        _("Snooze"),
        _("Snoozed"),
        _snooze,
    ),
    Action.PROPOSE: Page(
        forms.ProposalForm,
        _("Propose"),
        _("The manager sees your proposal and decides."),
        _("Propose"),
        _("Your proposal is with the manager"),
        _propose,
    ),
    Action.FINISH: Page(
        forms.CaseForm,
        _("End the work"),
        _("The attempt is over before its time; from now on the figures are watched."),
        _("End the work"),
        _("The work has ended; the figures are watched"),
        _plain(working.finish),
    ),
    Action.CONFIRM: Page(
        forms.CaseForm,
        _("Agree to the end"),
        _("You are the second person who agrees that this group ends."),
        _("I agree"),
        _("You have agreed"),
        _plain(working.confirm),
    ),
    Action.SOFT_CLOSE: Page(
        forms.CaseForm,
        _("Soft-close"),
        _("The countdown is over: mute the group. For 14 more days everything can be taken back."),
        _("Soft-close"),
        _("Soft-closed; mute the group now"),
        _plain(working.soft_close),
    ),
    Action.PROVE: Page(
        forms.ProofForm,
        _("I have dissolved it on its platform"),
        _("This page cannot dissolve a group for you. Do it on the platform first, then come back with the proof."),
        _("It is dissolved"),
        _("The case has ended and the group is closed in our records"),
        _prove,
    ),
    Action.END_RECOVERED: Page(
        forms.ReasonForm,
        _("End as recovered"),
        _("The figures do not say it yet; your reason stays beside the outcome."),
        _("End as recovered"),
        _("The case has ended as recovered"),
        _end(Action.END_RECOVERED),
    ),
    Action.END_MIGRATED: Page(
        forms.ReasonForm,
        _("End as migrated"),
        _("The members have moved and the old group stays as it is. Dissolve it instead if nothing is left in it."),
        _("End as migrated"),
        _("The case has ended as migrated"),
        _end(Action.END_MIGRATED),
    ),
    Action.ASSIGN: Page(
        forms.AssignForm,
        _("Hand over"),
        _("The case gets another owner; the group keeps its own."),
        _("Hand over"),
        _("Handed over"),
        _assign,
        quiet=True,
    ),
    Action.NOTE: Page(
        forms.NoteForm,
        _("Add a note"),
        _("It stands in the history of the case."),
        _("Add the note"),
        _("Noted"),
        _note,
        quiet=True,
    ),
}


def offered_to(user: User, case: Case) -> list[Action]:
    """The actions that this person may take on the case as it stands, in the order of PAGES."""
    manager = leads(user, case.team_id)
    open_now = set(actions_from(State(case.state), case.remedy))
    offered = []
    for action in PAGES:
        mine = manager or actor_of(action) is Actor.MEMBER
        if action in open_now and mine and _sensible(action, user, case, manager):
            offered.append(action)
    return offered


# What carries a decision on; the page shows it first.
FORWARD = frozenset({Action.CONFIRM, Action.SOFT_CLOSE, Action.PROVE, Action.END_MIGRATED})
CLOSING = (State.CLOSING, State.SOFT_CLOSED)


def title_of_action(action: Action, case: Case) -> Text:
    """What the action is called on this case: a group that is being closed is kept, not falsely alarmed of."""
    return _("Keep the group after all") if action is Action.KEEP and case.state in CLOSING else PAGES[action].title


def lead_of_action(action: Action, case: Case) -> Text:
    """What it will do."""
    if action is Action.KEEP and case.state in CLOSING:
        return _("Its end stops and the case is over. No signal opens another one for 28 days.")
    return PAGES[action].lead


MOVES = (Action.REVIVE, Action.MIGRATE, Action.DISSOLVE, Action.FAREWELL, Action.KEEP, Action.SNOOZE)


def moves_of(user: User, case: Case) -> list[tuple[str, Text]]:
    """Where a card of the board can be moved to, as (action, title); empty for who does not lead the team."""
    if not case.is_ongoing or not leads(user, case.team_id):
        return []
    open_now = set(actions_from(State(case.state), case.remedy))
    return [
        (action.value, title_of_action(action, case))
        for action in MOVES
        if action in open_now and _sensible(action, user, case, manager=True)
    ]


def _sensible(action: Action, user: User, case: Case, manager: bool) -> bool:
    """Leaves out what the flow allows but would only be refused, or be a detour, for this person."""
    if action is Action.PROPOSE:
        return not manager
    if action is Action.CONFIRM:
        return working.may_confirm(case, user)
    if action is Action.FAREWELL:
        return case.cause == "mission_complete"
    if action is Action.REVIVE:
        return case.cause != "mission_complete"
    return True

"""The work on a case: steps done with evidence, the end of an attempt, the way of a dissolution to its proof.

No platform lets us dissolve a group. A person does it there, comes back and says so, with a proof.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from groups import audit, papers, registration
from groups.access import leads
from groups.models import User
from lifecycle.cases.closing import end_costs, final_result
from lifecycle.cases.exit_rules import approver_of, exit_rule_of
from lifecycle.cases.moving import (
    CLOCK_AT_ZERO,
    CaseMovedOn,
    Refused,
    demand_right,
    move,
    note_event,
    on_record,
    values_of,
)
from lifecycle.cases.people_moved import people_of
from lifecycle.cases.playing import playbook_of
from lifecycle.cases.treating import begin_treatment, end_treatments
from lifecycle.models import Case, CaseEvent, CaseTask, Treatment
from lifecycle.rules.case_flow import (
    Action,
    Closing,
    State,
    after,
    due_on,
    last_notice_from,
    may_be_second_person,
    missing_for_next,
)
from lifecycle.rules.playbooks import FIRST_NOTICE, LAST_NOTICE, due_days, step_of

PROOF = "proof"
FIRST_PLACE = 1  # of the steps of a plan; that of an end is the goodbye
# What the first step of a plan changes (lifecycle.cases.unticking sets it back).
BEGUN = ("state", "state_since", "due_on", "days_counted", "days_without_data", "attempts", "attempt_began_on")


@dataclass(frozen=True)
class ProofFile:
    """A picture of the dissolved group as it was sent; its kind is told by its bytes."""

    name: str
    content: bytes
    token: UUID


def do_step(
    *,
    case: Case,
    task: CaseTask,
    evidence: str,
    count: int | None,
    spent: Decimal | None = None,
    by: User,
    now: datetime,
    on: date,
) -> CaseTask:
    """Tick one step of the plan at work: how it was done, what was counted, what it cost in yuan beside the hours.

    The first step starts the plan.

    Raises Refused where the step wants evidence or a count or comes too soon, CaseMovedOn where
    it was done before or the plan is over.
    """
    step = step_of(playbook_of(case), task.step)
    if step is None or step.closes == PROOF:
        raise Refused("step_has_its_own_form")
    if step.evidence and not evidence.strip():
        raise Refused("evidence_missing")
    if step.asks and count is None:
        raise Refused("count_missing")
    with on_record(case=case, action=Action.WORK, by=by, now=now, reason=evidence):
        stands = Case.objects.select_for_update().get(pk=case.pk)
        if after(State(stands.state), Action.WORK, stands.remedy) is None:
            raise CaseMovedOn(stands.state)
        too_soon = wait_of(task.step, CaseTask.objects.filter(case=stands, plan=stands.plans), on)
        if too_soon:
            raise too_soon
        open_step = CaseTask.objects.filter(pk=task.pk, case=stands, plan=stands.plans, done_at=None)
        if not open_step.update(done_at=now, done_by=by, evidence=evidence[:300], count=count, spent=spent):
            raise CaseMovedOn(stands.state)
        told = {"step": task.step, "step_title": step.title, "evidence": evidence[:300], "count": count}
        told |= {} if spent is None else {"spent": str(spent)}
        if stands.state == State.PLANNED:
            _start(stands, by=by, now=now, on=on, told=told)
        else:
            if stands.state == State.CLOSING and task.place == FIRST_PLACE:
                _count_down_from(stands, on)
            note_event(case=stands, kind=Action.WORK.value, by=by, now=now, told=told)
            audit.record(verb="case step done", thing=stands, by=by, now=now, after=told)
    return CaseTask.objects.get(pk=task.pk)


def is_announced(case: Case) -> bool:
    """Whether the members know of the end: the goodbye, the first step of its plan, is posted."""
    goodbye = CaseTask.objects.filter(case=case, plan=case.plans, place=FIRST_PLACE)
    return goodbye.exclude(done_at=None).exists()


def wait_of(step: str, tasks: Iterable[CaseTask], on: date) -> Refused | None:
    """Why a step of a plan with these tasks cannot be done yet: the last notice of an end comes days after the first
    one. None where it can.
    """
    if step != LAST_NOTICE:
        return None
    first = next((task for task in tasks if task.step == FIRST_NOTICE), None)
    if first is None:  # a plan that was made without one
        return None
    begins = last_notice_from(first.done_at and timezone.localdate(first.done_at))
    if begins is None:
        return Refused("notice_first_missing")
    return Refused("notice_too_soon", day=begins.isoformat()) if on < begins else None


def write_text(*, case: Case, task: CaseTask, text: str, by: User, now: datetime) -> None:
    """Put people's own words in the place of the text of an open step; an empty text is the playbook's again."""
    with on_record(case=case, action=Action.WORK, by=by, now=now):
        if not case.is_ongoing or not CaseTask.objects.filter(
            pk=task.pk, case=case, plan=case.plans, done_at=None
        ).update(text=text.strip()):
            raise CaseMovedOn(case.state)
        note_event(case=case, kind="text", by=by, now=now, told={"step": task.step, "text": text.strip()})
        audit.record(verb="case text written", thing=case, by=by, now=now, after={"step": task.step})


def finish(*, case: Case, version: int, by: User, now: datetime, on: date) -> Case:
    """End the work of an attempt early: from now on it is judged."""
    with on_record(case=case, action=Action.FINISH, by=by, now=now):
        return move(case=case, version=version, action=Action.FINISH, by=by, now=now, on=on)


def end_by_hand(*, case: Case, version: int, action: Action, reason: str, by: User, now: datetime, on: date) -> Case:
    """A manager ends the case as recovered or migrated, with a reason.

    The outcome says that a recovery was not measured, and of a migration how many were invited, came and stayed.
    """
    migrated = action is Action.END_MIGRATED
    with on_record(case=case, action=action, by=by, now=now, reason=reason):
        found = {"code": "moved", "moved": people_of(case, on).stored} if migrated else {"code": "by_hand"}
        ended = move(
            case=case,
            version=version,
            action=action,
            by=by,
            now=now,
            on=on,
            changes={"outcome": case.outcome | found | {"reason": reason}},
            told={"reason": reason},
            reason=reason,
        )
        end_treatments([case.pk], Treatment.Ended.MIGRATED if migrated else Treatment.Ended.BY_HAND)
        return ended


def confirm(*, case: Case, version: int, by: User, now: datetime, on: date) -> Case:
    """The second pair of eyes: whom the plan names, or the owner of the group, agrees to its end."""
    if not may_confirm(case, by):
        demand_right(case, Action.CONFIRM, by)
        approver = approver_of(case)
        raise Refused("approver_needed", person=str(approver)) if approver else Refused("second_person_needed")
    with on_record(case=case, action=Action.CONFIRM, by=by, now=now):
        return move(case=case, version=version, action=Action.CONFIRM, by=by, now=now, on=on)


def soft_close(*, case: Case, version: int, by: User, now: datetime, on: date) -> Case:
    """The countdown is over: mute the group. Still undoable, by keeping the group."""
    with on_record(case=case, action=Action.SOFT_CLOSE, by=by, now=now):
        _demand_complete(case, on)
        return move(case=case, version=version, action=Action.SOFT_CLOSE, by=by, now=now, on=on)


def prove(
    *,
    case: Case,
    version: int,
    proof: str,
    lesson: str,
    people: str = "",
    file: ProofFile | None = None,
    by: User,
    now: datetime,
    on: date,
) -> Case:
    """Somebody has dissolved the group on its platform and says how that can be seen: ends the case and the group.

    With a picture of it, kept encrypted with the files of the group; `people` says what becomes of who acted. Ends the
    recurring costs and writes down what the group came to. Raises FileNotTaken or TooManyFiles for the picture.
    """
    if not proof.strip():
        raise Refused("evidence_missing")
    with on_record(case=case, action=Action.PROVE, by=by, now=now, reason=proof):
        _demand_complete(case, on)
        told = {"proof": proof, "lesson": lesson}
        report: dict[str, Any] = {"code": "completed" if case.remedy == "farewell" else "dissolved"} | told
        report |= {"people": people} if people else {}
        if file:
            kept = papers.add_file(
                group=case.group, name=file.name, content=file.content, token=file.token, by=by, now=now
            )
            report["proof_file"] = kept.pk
        report["ended_costs"] = end_costs(group=case.group, by=by, now=now)
        report["result"] = final_result(case.group, on)
        ended = move(
            case=case,
            version=version,
            action=Action.PROVE,
            by=by,
            now=now,
            on=on,
            changes={"outcome": case.outcome | report},
            told=told,
            reason=proof,
        )
        for step in playbook_of(case).steps:
            if step.closes == PROOF:
                last = CaseTask.objects.filter(case=case, plan=case.plans, step=step.key, done_at=None)
                last.update(done_at=now, done_by=by, evidence=proof[:300])
        registration.close_group(group=case.group, on=on, by=by, now=now, reason=case.decision_reason)
        return ended


def second_person(case: Case) -> User | None:
    """Whose agreement the end of the group waits for; None where any other manager of the team will do."""
    owner = case.group.owner
    return approver_of(case) or (owner if owner.is_active and owner.pk != case.decided_by_id else None)


def may_confirm(case: Case, by: User) -> bool:
    """Whether this person may be the second to agree to the end of the group."""
    owner, approver = case.group.owner, approver_of(case)
    return may_be_second_person(
        by=by.pk,
        decider=case.decided_by_id,
        owner=owner.pk,
        owner_active=owner.is_active,
        leads=leads(by, case.team_id),
        approver=approver.pk if approver else None,
    )


def missing_to_close(case: Case, on: date) -> tuple[str, ...]:
    """Codes of what a closing or soft-closed case waits for before its next step; () in any other state too."""
    if case.state not in (State.CLOSING, State.SOFT_CLOSED):
        return ()
    needed = [step.key for step in playbook_of(case).steps if step.closes == case.state]
    undone = CaseTask.objects.filter(case=case, plan=case.plans, step__in=needed, done_at=None)
    agreed = CaseEvent.objects.filter(case=case, kind=Action.CONFIRM.value, at__gte=case.decided_at)
    closing = Closing(
        due=case.due_on or due_on(State(case.state), case.state_since, case.remedy, exit_rule_of(case)) or on,
        on=on,
        confirmed=agreed.exists(),
        undone=tuple(undone.values_list("step", flat=True)),
    )
    return missing_for_next(closing)


def _demand_complete(case: Case, on: date) -> None:
    missing = missing_to_close(case, on)
    if missing:
        raise Refused("not_ready_to_close", missing=list(missing), due=case.due_on)


def _count_down_from(case: Case, on: date) -> None:
    """The members hear of the end today: their countdown begins, and the steps after the goodbye follow it."""
    if on <= case.state_since:
        return
    due = due_on(State.CLOSING, on, case.remedy)
    Case.objects.filter(pk=case.pk).update(state_since=on, due_on=due, **CLOCK_AT_ZERO)
    days = {step.key: day for step, day in due_days(playbook_of(case), on, exit_rule_of(case))}
    later = list(CaseTask.objects.filter(case=case, plan=case.plans, done_at=None))
    for each in later:
        each.due_on = max(each.due_on, days.get(each.step, each.due_on))
    CaseTask.objects.bulk_update(later, ["due_on"])


def _start(case: Case, *, by: User, now: datetime, on: date, told: dict) -> None:
    """The first step is done: the plan runs; of a revival this is an attempt."""
    revival = case.remedy == "revive"
    changes = {"attempts": F("attempts") + 1, "attempt_began_on": on} if revival else {}
    before = {"was": values_of(case, BEGUN), "version": case.version + 1}
    move(
        case=case, version=case.version, action=Action.WORK, by=by, now=now, on=on, changes=changes, told=told | before
    )
    begin_treatment(case, on)

"""What people decide about a case: propose, decide a remedy, call it a false alarm, snooze, hand over, note.

A decision is the act of a manager of the team; operators propose. What was decided is never edited: a new decision
makes a new plan and the old one stays in the history.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F

from groups.models import User
from lifecycle.cases.assuming import assumed_of
from lifecycle.cases.exit_rules import exit_rule_of
from lifecycle.cases.moving import LEAST_REASON, CaseMovedOn, Refused, demand_right, move, note_event, on_record
from lifecycle.cases.playing import Held, offered
from lifecycle.cases.recommending import stored_form
from lifecycle.cases.situations import situations_of
from lifecycle.models import Case, CaseTask, Standing
from lifecycle.models.cases import Remedy
from lifecycle.models.health import HealthState
from lifecycle.rules.case_flow import Action, State, after, rank_of
from lifecycle.rules.decision import Situation, Thresholds, asks_again_before_dissolving, dissolution_ground, recommend
from lifecycle.rules.playbooks import due_days

MOST_SNOOZE_DAYS = 90


@dataclass(frozen=True)
class Decision:
    """`knowingly` says that the person saw the interruption page. `budget` is yuan, None = none set aside."""

    remedy: str
    reason: str
    playbook: str = ""
    budget: Decimal | None = None
    moves_to: str = ""
    knowingly: bool = False


def propose(*, case: Case, version: int, decision: Decision, by: User, now: datetime, on: date) -> Case:
    """Put a suggestion before the manager, who decides; the state stays as it is."""
    _demand_reason(decision.reason)
    with on_record(case=case, action=Action.PROPOSE, by=by, now=now, reason=decision.reason):
        return move(
            case=case,
            version=version,
            action=Action.PROPOSE,
            by=by,
            now=now,
            on=on,
            told={"remedy": decision.remedy, "playbook": decision.playbook, "reason": decision.reason},
            reason=decision.reason,
        )


def decide(*, case: Case, version: int, decision: Decision, by: User, now: datetime, on: date) -> Case:
    """Revive, migrate, dissolve, bid farewell, or keep the group because the signal was a false alarm.

    Makes the steps of the playbook, due from `on`. Raises Refused where the rules forbid it, CaseMovedOn where another
    decision came first, PermissionDenied for everybody but a manager of the team.
    """
    action = Action(decision.remedy)
    _demand_reason(decision.reason)
    with on_record(case=case, action=action, by=by, now=now, reason=decision.reason):
        if after(State(case.state), action, case.remedy) is None:
            raise CaseMovedOn(case.state)
        situation = situations_of([case], on)[case.pk]
        _demand_allowed(decision, situation)
        held = _playbook_of(case, decision)
        playbook = held and held.playbook
        moved = move(
            case=case,
            version=version,
            action=action,
            by=by,
            now=now,
            on=on,
            changes={
                "remedy": decision.remedy,
                "playbook": playbook.key if playbook else "",
                "playbook_version": playbook.version if playbook else 0,
                "playbook_row": held and held.row,
                "budget": decision.budget,
                "moves_to": decision.moves_to,
                "decided_at": now,
                "decided_by": by,
                "decision_reason": decision.reason,
                "snoozed_until": None,
                "snoozed_until_worse_than": None,
                "plans": F("plans") + (1 if playbook else 0),
                "outcome": case.outcome | {"before": _figures_of(case)} | _taken_back(case, decision),
            },
            told={
                "remedy": decision.remedy,
                "playbook": decision.playbook,
                "playbook_title": held.title if held and held.row else "",
                "reason": decision.reason,
                "recommended": stored_form(recommend(situation), situation, on),
                "ground": dissolution_ground(situation) if decision.remedy == Remedy.DISSOLVE else None,
            }
            | _assumed(case),
            reason=decision.reason,
        )
        if playbook:
            CaseTask.objects.bulk_create(
                CaseTask(team_id=case.team_id, case=moved, plan=moved.plans, place=place, step=step.key, due_on=due)
                for place, (step, due) in enumerate(due_days(playbook, on, exit_rule_of(case)), start=1)
            )
        return moved


def snooze(
    *, case: Case, version: int, until: date | None, until_worse: bool, reason: str, by: User, now: datetime, on: date
) -> Case:
    """Put an open case aside until a day, until the group stands worse than now, or whichever comes first."""
    if until is None and not until_worse:
        raise Refused("snooze_without_end")
    if until is not None and not 0 < (until - on).days <= MOST_SNOOZE_DAYS:
        raise Refused("snooze_too_long", most=MOST_SNOOZE_DAYS)
    worse_than = None
    if until_worse:
        worse_than = rank_of(HealthState(_standing_state(case)).name.lower())
        if worse_than is None:
            raise Refused("state_unknown")
    with on_record(case=case, action=Action.SNOOZE, by=by, now=now, reason=reason):
        return move(
            case=case,
            version=version,
            action=Action.SNOOZE,
            by=by,
            now=now,
            on=on,
            changes={"snoozed_until": until, "snoozed_until_worse_than": worse_than},
            told={"until": until and until.isoformat(), "until_worse": until_worse, "reason": reason},
            reason=reason,
        )


def assign(*, case: Case, version: int, owner: User, by: User, now: datetime, on: date) -> Case:
    """Hand the case to another member of its team."""
    if not owner.is_active or not owner.memberships.filter(team=case.team_id).exists():
        raise Refused("not_of_the_team")
    with on_record(case=case, action=Action.ASSIGN, by=by, now=now):
        return move(
            case=case,
            version=version,
            action=Action.ASSIGN,
            by=by,
            now=now,
            on=on,
            changes={"owner": owner},
            told={"owner": str(owner), "before": str(case.owner or "")},
        )


@transaction.atomic
def add_note(*, case: Case, text: str, by: User, now: datetime) -> None:
    """Write something down in the history; a note never collides with what others do."""
    demand_right(case, Action.NOTE, by)
    note_event(case=case, kind=Action.NOTE.value, by=by, now=now, told={"text": text})


def _demand_reason(reason: str) -> None:
    if len(reason.strip()) < LEAST_REASON:
        raise Refused("reason_too_short")


def _demand_allowed(decision: Decision, situation: Situation) -> None:
    limits = Thresholds()
    if decision.remedy == Remedy.REVIVE and situation.attempts >= limits.most_attempts:
        raise Refused("attempts_used_up", most=limits.most_attempts)
    if decision.remedy == Remedy.FAREWELL and not situation.mission_complete:
        raise Refused("mission_open")
    if decision.remedy == Remedy.MIGRATE and not decision.moves_to.strip():
        raise Refused("no_new_theme")
    if decision.remedy == Remedy.DISSOLVE:
        if dissolution_ground(situation) is None:
            raise Refused(
                "group_moves",
                active=situation.movement.at_least,
                most=situation.movement.at_most,
                needed=limits.active_needed(situation.members),
            )
        if asks_again_before_dissolving(situation) and not decision.knowingly:
            raise Refused("nothing_tried")


def _playbook_of(case: Case, decision: Decision) -> Held | None:
    """The playbook of the decision as the team has it today; None for a false alarm.

    One of another remedy or team, or one that was archived, is refused.
    """
    if decision.remedy == Remedy.KEEP:
        return None
    held = next((each for each in offered(case.team_id, decision.remedy) if each.key == decision.playbook), None)
    if held is None:
        raise Refused("playbook_unfit")
    return held


def _taken_back(case: Case, decision: Decision) -> dict[str, bool]:
    """What is being closed and stays after all is left in peace for a while, whatever the next signal is."""
    closing = case.state in (State.CLOSING, State.SOFT_CLOSED)
    return {"undone": True} if decision.remedy == Remedy.KEEP and closing else {}


def _assumed(case: Case) -> dict[str, Any]:
    """The figures that a person put in the place of those on record since the last decision, the newest ones."""
    event = assumed_of(case)
    return {"assumed": {"by": str(event.by), "inputs": event.content["inputs"]}} if event else {}


def _standing_state(case: Case) -> int:
    found = Standing.objects.filter(group=case.group_id).values_list("state", flat=True).first()
    return HealthState.UNKNOWN if found is None else found


def _figures_of(case: Case) -> dict[str, int | str]:
    """Where the group stands when the plan is made: what the outcome is compared with. -1 = not known."""
    standing = Standing.objects.filter(group=case.group_id).first()
    if standing is None:
        return {}
    return {
        "day": standing.day.isoformat(),
        "score": standing.score,
        "people_28": standing.people_28,
        "acts_28": standing.acts_28,
        "members": standing.members,
    }

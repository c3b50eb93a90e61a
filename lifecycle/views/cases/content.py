"""Reads everything that the page of one case shows: signal, recommendation, steps, outcome, history."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from groups.access import leads
from groups.currency import money_text
from groups.models import Plan, User
from groups.plan_words import exit_rule_sentences, quiet_hours_text
from groups.rules.quiet_hours import is_within
from lifecycle.cases.assuming import may_assume
from lifecycle.cases.closing import RESTORED, may_restore, report_of
from lifecycle.cases.people_moved import People
from lifecycle.cases.playing import playbook_of, title_of_playbook, words_of
from lifecycle.cases.wording.happenings import details_of
from lifecycle.cases.wording.happenings import title_of as title_of_event
from lifecycle.cases.wording.reasons import OUTCOMES, RECOMMENDED, reason_text, refusal_text
from lifecycle.cases.wording.steps import COUNTS, Words
from lifecycle.cases.working import PROOF, is_announced, missing_to_close, wait_of
from lifecycle.models import Case, CaseEvent, CaseTask, Flag, Standing, WecomGroup
from lifecycle.models.cases import Remedy
from lifecycle.models.health import Cause
from lifecycle.rules.case_flow import TIMERS, Action, ExitRule, State
from lifecycle.rules.playbook_content import script
from lifecycle.rules.playbooks import Line, filled, is_complete, step_of
from lifecycle.rules.timers import day_after
from lifecycle.views.cases.actions import FORWARD, PAGES, offered_to, title_of_action
from lifecycle.views.cases.awaiting import moved_text, next_of
from lifecycle.views.cases.clock import clock_of_case
from lifecycle.views.cases.forms import StepForm
from lifecycle.views.cases.outcomes import treatments_shown
from lifecycle.views.cases.worth import worth_of
from lifecycle.views.cases.worth_forms import FiguresForm

EVENTS = 60  # the latest that the page shows


def page_of(case: Case, user: User, today: date, typed: Mapping[int, StepForm] | None = None) -> dict[str, Any]:
    """The context of the page. `typed` holds forms of steps that were sent and refused, by the id of the task."""
    missing = missing_to_close(case, today)
    offered = [action for action in offered_to(user, case) if _is_ready(action, missing)]
    steps = _steps(case, Action.WORK, typed or {})
    plan = Plan.objects.filter(group=case.group_id, superseded_at=None).select_related("dissolution_approver").first()
    events = list(CaseEvent.objects.filter(case=case).select_related("by", "flag").order_by("-at", "-pk")[:EVENTS])
    return {
        "case": case,
        "today": today,
        "clock": clock_of_case(case, ExitRule(plan.revive_for_days, plan.dissolve_after_days) if plan else None),
        "exit_rule": exit_rule_sentences(plan) if plan and case.is_ongoing else [],
        "quiet": _quiet(plan) if plan else None,
        "manager": leads(user, case.team_id),
        "standing": _standing(case),
        "health": _health(case),
        "flags": Flag.objects.filter(group=case.group_id, lowered_on=None).order_by("-severity", "raised_on"),
        "recommendation": recommendation_of(case) if case.is_ongoing else None,
        "proposal": _proposal(events),
        "actions": [_button(action, case) for action in offered if not PAGES[action].quiet],
        "quiet_actions": [_button(action, case) for action in offered if PAGES[action].quiet],
        "stopped": _is_stopped(case),
        "steps": steps,
        "next": [] if _is_stopped(case) else next_of(case, steps, missing, today),
        "missing": missing,
        "agreed": _agreed(case, events),
        "moves_people": case.remedy == Remedy.MIGRATE and case.decided_at is not None,
        "taken_back": next((event for event in events if event.kind == RESTORED), None),
        "playbook": title_of_playbook(case),
        "outcome": outcome_of(case),
        "treatments": treatments_shown(case),
        "report": report_of(case) if case.state == State.DISSOLVED else None,
        "restorable": leads(user, case.team_id) and may_restore(case, today),
        "events": [_told(event) for event in events],
        "withdrawn": [Cause(each.cause).label for each in _withdrawn(events)],
        "dismissed_at": _dismissed_at(case) if case.is_ongoing else None,
    }


def _is_ready(action: Action, missing: Collection[str]) -> bool:
    """Whether a step of a closing would not only be refused, or was taken already."""
    if action is Action.CONFIRM:
        return "not_confirmed" in missing
    return action not in (Action.SOFT_CLOSE, Action.PROVE) or not missing


def _agreed(case: Case, events: list[CaseEvent]) -> CaseEvent | None:
    """Who agreed to the end that was decided last, and when."""
    if case.decided_at is None:
        return None
    return next((each for each in events if each.kind == Action.CONFIRM and each.at >= case.decided_at), None)


def _withdrawn(events: list[CaseEvent]) -> list[Flag]:
    """Signals of the case for which nothing speaks any more, since data of those days came in later."""
    flags = {event.flag_id: event.flag for event in events if event.kind == "signal" and event.flag}
    return [flag for flag in flags.values() if flag.lowered_on == flag.raised_on]


def _dismissed_at(case: Case) -> datetime | None:
    """When WeCom told that the group was dismissed there; nothing here ends by that."""
    gone = WecomGroup.objects.filter(group=case.group_id, dismissed_at__isnull=False)
    return gone.order_by("-dismissed_at").values_list("dismissed_at", flat=True).first()


def _quiet(plan: Plan) -> dict[str, Any] | None:
    """The hours in which nothing is posted to the members, and whether they hold at this moment."""
    hours = quiet_hours_text(plan.quiet_from, plan.quiet_to)
    if hours is None:
        return None
    return {"hours": hours, "now": is_within(timezone.localtime().time(), plan.quiet_from, plan.quiet_to)}


def recommendation_of(case: Case) -> dict[str, Any] | None:
    """What is recommended and why, in sentences; None for a case without a recommendation yet."""
    stored = case.recommendation
    if not stored:
        return None
    worth = worth_of(stored)
    figures = FiguresForm() if worth and may_assume(case) else None
    if worth and figures:
        worth["rows"] = [row | {"field": figures[row["name"]]} for row in worth["rows"]]
    return {
        "title": RECOMMENDED[stored["remedy"]],
        "remedy": stored["remedy"],
        "reasons": [reason_text(reason) for reason in stored["reasons"]],
        "others": [(Remedy(other["remedy"]).label, reason_text(other)) for other in stored["others"]],
        "worth": worth,
        "figures": figures,
        "version": stored["version"],
    }


def outcome_of(case: Case) -> dict[str, Any] | None:
    """Before, now and the goal, and how it ended; None before a plan was made. Figures that nobody knows are None."""
    if not case.outcome:
        return None
    before, now = case.outcome.get("before", {}), _standing(case)
    plan = Plan.objects.filter(group=case.group_id, superseded_at=None).first()
    rows = []
    for key, goal in (
        ("people_28", plan.goal_people_28 if plan else None),
        ("acts_28", plan.goal_28 if plan else None),
        ("members", None),
    ):
        rows.append((key, _seen(before.get(key)), _seen(getattr(now, key, None)), goal))
    return {
        "rows": rows,
        "people": plan is not None and plan.activity_kind == "transaction",
        "completed": case.outcome.get("code") == "completed",
        "code": OUTCOMES.get(case.outcome.get("code", ""), ""),
        "checks": [(on, score / 100) for on, score in case.outcome.get("checks", [])],
        "moved": moved_text(People(**case.outcome["moved"])) if "moved" in case.outcome else "",
        "reason": case.outcome.get("reason", ""),
        "proof": case.outcome.get("proof", ""),
        "lesson": case.outcome.get("lesson", ""),
    }


def _standing(case: Case) -> Standing | None:
    return getattr(case.group, "standing", None)


def _health(case: Case) -> dict[str, float | None] | None:
    """The score and that of a week ago, 0..100; None where there is no score."""
    standing = _standing(case)
    if standing is None or standing.score < 0:
        return None
    before = None if standing.score_week_ago < 0 else standing.score_week_ago / 100
    return {"score": standing.score / 100, "before": before}


def _seen(figure: int | None) -> int | None:
    return None if figure is None or figure < 0 else figure


def _button(action: Action, case: Case) -> dict[str, Any]:
    first = action.value == case.recommended if case.state == State.OPEN else action in FORWARD
    return {"action": action.value, "title": title_of_action(action, case), "first": first}


def _steps(case: Case, work: Action, typed: Mapping[int, StepForm]) -> list[dict[str, Any]]:
    """The steps of the plan at work with their words, text to copy, and the form of those that are still open."""
    open_now = case.state in ("planned", "running", "evaluating", "closing", "soft_closed")
    fields, playbook = text_fields(case), playbook_of(case)
    steps = []
    tasks = list(CaseTask.objects.filter(case=case, plan=case.plans).select_related("done_by").order_by("place"))
    for task in tasks:
        if task.done_at is None and _is_stopped(case):  # what was still to do must not be done now
            continue
        step, words = step_of(playbook, task.step), words_of(playbook, task.step)
        works = open_now and task.done_at is None and step is not None and step.closes != PROOF
        wait = wait_of(task.step, tasks, timezone.localdate()) if works else None
        steps.append(
            {
                "task": task,
                "title": words.title,
                "text": text_to_copy(words, fields, task.text),
                "lines": [] if task.text else script_lines(words, fields),
                "counted": COUNTS[step.asks] if step and step.asks and task.count is not None else "",
                "waits": refusal_text(wait) if wait else "",
                "closes": step.closes if step else "",
                "form": (typed.get(task.pk) or StepForm(step=step)) if works and step and not wait else None,
                "refused": task.pk in typed,
            }
        )
    return steps


def _is_stopped(case: Case) -> bool:
    """Whether members acted while the group was being closed, so that its end waits for a new decision."""
    return case.state == State.EVALUATING and case.remedy in (Remedy.DISSOLVE, Remedy.FAREWELL)


def text_to_copy(words: Words, fields: Mapping[str, str], own: str = "") -> str:
    """The text of a step for the members: people's own words as they are, else filled in; empty where there is none."""
    if own:
        return own
    text = str(words.text)
    if words.lines:
        return filled("\n".join([text, script(words.lines)]).strip(), fields)
    if words.bare_text and not is_complete(text, fields):
        text = str(words.bare_text)
    return filled(text, fields)


def script_lines(words: Words, fields: Mapping[str, str]) -> list[Line]:
    """Who says what when, filled in; empty where the step has no script."""
    return [Line(line.at, filled(str(line.who), fields), filled(str(line.says), fields)) for line in words.lines]


def text_fields(case: Case) -> dict[str, str]:
    """What the texts to copy are filled with. The last day is that on which the countdown ends.

    Until the goodbye is posted, it begins today at the earliest.
    """
    last_day = ""
    if case.state == State.CLOSING and case.due_on:
        last_day = case.due_on.isoformat()
        if not is_announced(case):
            last_day = max(case.due_on, day_after(timezone.localdate(), TIMERS.countdown)).isoformat()
    elif case.decided_at:
        last_day = day_after(timezone.localdate(case.decided_at), TIMERS.countdown).isoformat()
    return {
        "group": case.group.name,
        "theme": case.group.theme or case.group.name,
        "owner": str(case.group.owner),
        "new_group": case.moves_to,
        "last_day": last_day,
        "budget": "" if case.budget is None else money_text(case.budget, fen=True),
    }


def _proposal(events: list[CaseEvent]) -> dict[str, Any] | None:
    """The last proposal that no decision has answered yet."""
    decisions = {Remedy.REVIVE, Remedy.MIGRATE, Remedy.DISSOLVE, Remedy.FAREWELL, Remedy.KEEP}
    for event in events:
        if event.kind in decisions:
            return None
        if event.kind == Action.PROPOSE:
            return {
                "by": event.by,
                "at": event.at,
                "remedy": Remedy(event.content["remedy"]).label,
                "reason": event.content["reason"],
            }
    return None


def _told(event: CaseEvent) -> dict[str, Any]:
    return {
        "at": event.at,
        "by": event.by,
        "title": title_of_event(event.kind),
        "details": details_of(event.kind, event.content),
    }

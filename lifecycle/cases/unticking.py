"""Opens a step again in the minutes after it was ticked, by who ticked it; that it was done and undone stays on record.

Where it was the first step of the plan, the plan has not begun: the case is planned again and the attempt goes.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, QuerySet

from groups import audit
from groups.models import User
from lifecycle.cases.moving import CaseMovedOn, note_event, on_record
from lifecycle.cases.playing import playbook_of
from lifecycle.cases.taking_back import WITHIN
from lifecycle.models import Case, CaseEvent, CaseTask, Treatment
from lifecycle.rules.case_flow import Action
from lifecycle.rules.playbooks import step_of

UNTICKED = "unticked"


def steps_just_done(by: User, now: datetime) -> QuerySet[CaseTask]:
    """The steps that this person may open again now, the latest first; those of a plan that is over are left out."""
    return CaseTask.objects.visible_to(by).filter(
        done_by=by, done_at__gte=now - WITHIN, plan=F("case__plans"), case__state__in=Case.ONGOING
    )


def untick(*, case: Case, task: CaseTask, by: User, now: datetime) -> CaseTask:
    """Open the step again: evidence, count and cost go from it, and stay in the history.

    Raises CaseMovedOn where somebody else ticked it, too much time has passed, or the case went on since.
    """
    with on_record(case=case, action=Action.WORK, by=by, now=now):
        stands = Case.objects.select_for_update().get(pk=case.pk)
        done = CaseEvent.objects.filter(case=stands, kind=Action.WORK.value, content__step=task.step).order_by("-pk")
        event = done.first()
        if event is None or not steps_just_done(by, now).filter(pk=task.pk, case=stands).exists():
            raise CaseMovedOn(stands.state)
        if _closes(stands, task) not in ("", stands.state):  # what it was done for has happened
            raise CaseMovedOn(stands.state)
        CaseTask.objects.filter(pk=task.pk).update(done_at=None, done_by=None, evidence="", count=None, spent=None)
        if "was" in event.content and not stands.tasks.filter(plan=stands.plans).exclude(done_at=None).exists():
            _not_begun(stands, event)
        note_event(case=stands, kind=UNTICKED, by=by, now=now, told={"step": task.step})
        audit.record(verb="case step undone", thing=stands, by=by, now=now, after={"step": task.step})
    return CaseTask.objects.get(pk=task.pk)


def _closes(case: Case, task: CaseTask) -> str:
    step = step_of(playbook_of(case), task.step)
    return step.closes if step else ""


def _not_begun(case: Case, event: CaseEvent) -> None:
    """Set the case back to what it was before its first step; the night or another decision may have come first."""
    was = {name: Case._meta.get_field(name).to_python(value) for name, value in event.content["was"].items()}
    seen = Case.objects.filter(pk=case.pk, version=event.content["version"])
    if not seen.update(**was, version=F("version") + 1):
        raise CaseMovedOn(case.state)
    Treatment.objects.filter(case=case, plan=case.plans, ended="").delete()

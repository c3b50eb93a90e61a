"""Takes a decision back in the minutes after it was made, by who made it: what the case was before stands in its event.

The decision stays in the history, and that it was taken back is added.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from groups import audit
from groups.models import User
from lifecycle.cases.moving import UNDOABLE, CaseMovedOn, demand_right, note_event
from lifecycle.models import Case, CaseEvent, CaseTask
from lifecycle.rules.case_flow import Action

UNDO = "undo"
WITHIN = timedelta(minutes=5)  # the page offers it for ten seconds; slow networks and second thoughts are allowed for


def last_undoable(case: Case, by: User, now: datetime) -> CaseEvent | None:
    """The decision that this person may take back: the last thing that happened to the case, made moments ago."""
    event = CaseEvent.objects.filter(case=case).order_by("-pk").first()
    fits = event is not None and event.kind in UNDOABLE and "was" in event.content
    return event if fits and event.by_id == by.pk and now - event.at <= WITHIN else None


@transaction.atomic
def take_back(*, case: Case, event_id: int, by: User, now: datetime) -> Case:
    """Set the case back to what it was before its last decision; the steps that the decision made go with it.

    Raises CaseMovedOn where anything happened since, a step was done, or too much time has passed.
    """
    event = last_undoable(case, by, now)
    if event is None or event.pk != event_id:
        raise CaseMovedOn(case.state)
    demand_right(case, Action(event.kind), by)
    was = {name: Case._meta.get_field(name).to_python(value) for name, value in event.content["was"].items()}
    plan = event.content["plan"]
    made = CaseTask.objects.filter(case=case, plan=plan) if plan != was["plans"] else CaseTask.objects.none()
    if made.exclude(done_at=None).exists():
        raise CaseMovedOn(case.state)
    made.delete()
    seen = Case.objects.filter(pk=case.pk, version=event.content["version"])
    try:
        with transaction.atomic():
            changed = seen.update(**was, version=F("version") + 1)
    except IntegrityError:  # the night opened another case of the group meanwhile
        changed = 0
    if not changed:
        raise CaseMovedOn(case.state)
    note_event(case=case, kind=UNDO, by=by, now=now, told={"undone": event.kind})
    audit.record(
        verb="case decision taken back",
        thing=case,
        by=by,
        now=now,
        before={"state": case.state, "remedy": case.remedy},
        after={"state": was["state"], "remedy": was["remedy"]},
    )
    return Case.objects.get(pk=case.pk)

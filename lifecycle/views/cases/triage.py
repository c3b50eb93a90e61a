"""Triage: one case at a time with a key for each decision, and the way back for who decided a moment ago."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from groups.economics import profit_and_loss
from lifecycle.cases.moving import CaseMovedOn
from lifecycle.cases.taking_back import last_undoable, take_back
from lifecycle.models import Case
from lifecycle.rules.case_flow import Action
from lifecycle.views.cases import board
from lifecycle.views.cases.actions import PAGES, offered_to
from lifecycle.views.cases.content import recommendation_of
from lifecycle.views.cases.finding import case_seen_by

DONE = "triaged"  # in the session: the case that was decided last in triage
KEYS = {
    Action.REVIVE: "1", Action.MIGRATE: "2", Action.DISSOLVE: "3", Action.FAREWELL: "4",
    Action.SNOOZE: "h", Action.KEEP: "e", Action.ASSIGN: "a", Action.PROPOSE: "p",
}  # fmt: skip


def triage_page(request: HttpRequest, filters: board.Filters) -> HttpResponse:
    """The case of `?case=`, or the most urgent one that waits; who came from a decision is offered to take it back."""
    today = timezone.localdate()
    waiting = board.cases_of(request.user, filters, today).filter(column="triage", state=Case.State.OPEN)
    queue = list(waiting.order_by("due_on", "opened_on", "pk").values_list("pk", flat=True))
    places = {str(pk): place for place, pk in enumerate(queue)}
    place = places.get(request.GET.get("case", ""), 0)
    context: dict[str, Any] = {"total": len(queue), "number": place + 1, "toast": _toast(request)}
    if queue:
        case = case_seen_by(request.user, queue[place])
        context |= {
            "case": case,
            "recommendation": recommendation_of(case),
            "month": profit_and_loss([case.group_id], today, 1)[case.group_id][-1],
            "buttons": [(action.value, PAGES[action].title, KEYS[action]) for action in _offered(request, case)],
            "before": queue[place - 1] if place else None,
            "after": queue[place + 1] if place + 1 < len(queue) else None,
        }
    return render(request, "lifecycle/cases/triage.html", context)


def triage_address(request: HttpRequest, case: Case) -> str:
    """Where a decision made in triage leads: to the next case, with the way back."""
    request.session[DONE] = case.pk
    return reverse("case-board") + "?mode=triage"


@require_POST
def case_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the last decision back; triage shows the case again."""
    case = case_seen_by(request.user, pk)
    event = request.POST.get("event", "")
    try:
        known = int(event) if event.isascii() and event.isdigit() and len(event) < 19 else 0
        take_back(case=case, event_id=known, by=request.user, now=timezone.now())
    except CaseMovedOn:
        return render(request, "lifecycle/cases/moved_on.html", {"case": case}, status=409)
    messages.success(request, _("Taken back; the case is as it was"))
    return redirect(reverse("case-board") + f"?mode=triage&case={pk}")


def _offered(request: HttpRequest, case: Case) -> list[Action]:
    return [action for action in offered_to(request.user, case) if action in KEYS]


def _toast(request: HttpRequest) -> dict[str, Any] | None:
    pk = request.session.pop(DONE, None)
    case = Case.objects.visible_to(request.user).select_related("group").filter(pk=pk).first() if pk else None
    event = case and last_undoable(case, request.user, timezone.now())
    if not case or not event:
        return None
    text = f"{case.group} · {PAGES[Action(event.kind)].done}"
    return {"text": text, "address": reverse("case-undo", args=[case.pk]), "undo": [("event", event.pk)]}

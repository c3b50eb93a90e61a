"""The page of a person's steps, and what is done from its rows: marked done, opened again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from assessments.models import Condition
from assessments.verdicts import reopen_condition, update_condition
from community_ops.my_steps.open_steps import Kind, When, open_steps
from community_ops.my_steps.rows import Key, NoteForm, form_of, just_done, rows_of
from groups.access import leads_any
from lifecycle.cases.moving import CaseMovedOn, Refused
from lifecycle.cases.unticking import untick
from lifecycle.cases.wording.reasons import refusal_text
from lifecycle.cases.working import do_step
from lifecycle.models import CaseTask

PARTS = {
    When.LATE: gettext_lazy("Overdue"),
    When.TODAY: pgettext_lazy("due", "Today"),
    When.WEEK: gettext_lazy("Next 7 days"),
    When.LATER: pgettext_lazy("due", "Later"),
}
TEAM = "team"


@require_GET
def my_steps(request: HttpRequest) -> HttpResponse:
    """All open steps; `?whose=team` of the teams that the user leads, `?due=late` (or today, week, later) one part."""
    return _page(request)


def _page(request: HttpRequest, typed: Mapping[Key, forms.Form] | None = None) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    leads = leads_any(user)
    of_team = leads and request.GET.get("whose") == TEAM
    when = next((each for each in When if each.value == request.GET.get("due")), None)
    listing = open_steps(user, today, of_team=of_team, when=when, page=_number(request.GET.get("page", "")))
    rows = rows_of(listing, user, today, typed, of_team=of_team)
    kept = {"whose": TEAM if of_team else "", "due": when.value if when else ""}
    form = next(iter((typed or {}).values()), None)
    context: dict[str, Any] = {
        "rows": rows,
        "parts": PARTS,
        "leads": leads,
        "of_team": of_team,
        "when": when,
        "today": today,
        "views": [
            (each, label, listing.counts[each], _query(kept | {"due": each.value})) for each, label in PARTS.items()
        ],
        "total": sum(listing.counts.values()),
        "every": _query(kept | {"due": ""}),
        "listing": listing,
        "query": _query(kept | {"page": str(listing.page) if listing.page > 1 else ""}),
        "before": _query(kept | {"page": str(listing.page - 1)}) if listing.page > 1 else "",
        "after": _query(kept | {"page": str(listing.page + 1)}) if listing.page < listing.pages else "",
        "just_done": just_done(user, timezone.now()),
        "form": form,
    }
    return render(request, "my_steps/list.html", context, status=422 if typed else 200)


@require_POST
def step_done(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """A step was done: how, and what was counted. The way back is the list as it was filtered."""
    if kind == Kind.CASE:
        return _case_step_done(request, pk)
    if kind != Kind.CONDITION:
        raise Http404
    condition = Condition.objects.one_visible_to(request.user, pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, {(Kind.CONDITION, pk, condition.due_on): form})
    done = Condition.State.DONE
    owner, due_on, note = condition.owner, condition.due_on, form.cleaned_data["note"]
    update_condition(
        condition=condition,
        owner=owner,
        due_on=due_on,
        state=done,
        note=note or None,
        by=request.user,
        now=timezone.now(),
    )
    return _back(request)


def _case_step_done(request: HttpRequest, pk: int) -> HttpResponse:
    task = get_object_or_404(CaseTask.objects.visible_to(request.user).select_related("case__group"), pk=pk)
    form = form_of(task, request.POST)
    if form is None:
        raise Http404
    if form.is_valid():
        values = form.cleaned_data
        try:
            do_step(
                case=task.case,
                task=task,
                evidence=values["evidence"],
                count=values.get("count"),
                spent=values["spent"],
                by=request.user,
                now=timezone.now(),
                on=timezone.localdate(),
            )
        except CaseMovedOn:
            return render(request, "lifecycle/cases/moved_on.html", {"case": task.case}, status=409)
        except Refused as refused:
            form.add_error(None, refusal_text(refused))
        else:
            return _back(request)
    return _page(request, {(Kind.CASE, pk, task.due_on): form})


@require_POST
def step_undo(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Open a step again that was marked done a moment ago."""
    now = timezone.now()
    if kind == Kind.CASE:
        task = get_object_or_404(CaseTask.objects.visible_to(request.user).select_related("case__group"), pk=pk)
        try:
            untick(case=task.case, task=task, by=request.user, now=now)
        except CaseMovedOn:
            return render(request, "lifecycle/cases/moved_on.html", {"case": task.case}, status=409)
    elif kind == Kind.CONDITION:
        condition = Condition.objects.one_visible_to(request.user, pk)
        if not reopen_condition(condition=condition, by=request.user, now=now):
            messages.info(request, _("Too late to undo here; the verdict page can change the condition"))
            return _back(request)
    else:
        raise Http404
    messages.success(request, _("Opened again"))
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    kept = {name: request.GET.get(name, "") for name in ("whose", "due", "page")}
    return redirect(reverse("my-steps") + _query(kept))


def _query(parts: Mapping[str, str]) -> str:
    """The filters as an address carries them, from the question mark on."""
    return "?" + urlencode({name: value for name, value in parts.items() if value})


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1

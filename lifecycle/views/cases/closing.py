"""Pages around the goodbye: people's own words for a step, and taking the end of a group back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lifecycle.cases.closing import may_restore, restore
from lifecycle.cases.moving import CaseMovedOn, demand_right
from lifecycle.cases.playing import words_of_step
from lifecycle.cases.working import write_text
from lifecycle.rules.case_flow import Action
from lifecycle.views.cases.content import text_fields, text_to_copy
from lifecycle.views.cases.finding import case_seen_by
from lifecycle.views.cases.forms import ReasonForm, TextForm


@require_http_methods(["GET", "POST"])
def case_text(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """The text of a step, to be put in people's own words."""
    case = case_seen_by(request.user, pk)
    demand_right(case, Action.WORK, request.user)
    task = get_object_or_404(case.tasks, pk=step, plan=case.plans)
    words = words_of_step(case, task.step)
    text = text_to_copy(words, text_fields(case), task.text)
    form = TextForm(request.POST or None, initial={"text": text})
    context = {"case": case, "form": form, "title": words.title}
    if request.method == "GET" or not form.is_valid():
        return render(request, "lifecycle/cases/text.html", context, status=200 if request.method == "GET" else 422)
    try:
        write_text(case=case, task=task, text=form.cleaned_data["text"], by=request.user, now=timezone.now())
    except CaseMovedOn:
        return render(request, "lifecycle/cases/moved_on.html", {"case": case_seen_by(request.user, pk)}, status=409)
    messages.success(request, _("The text is kept with the case"))
    return redirect("case-page", pk=pk)


@require_http_methods(["GET", "POST"])
def case_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the end of a group back in our records, within 30 days."""
    case = case_seen_by(request.user, pk)
    demand_right(case, Action.KEEP, request.user)
    if not may_restore(case, timezone.localdate()):
        return render(request, "lifecycle/cases/moved_on.html", {"case": case}, status=409)
    form = ReasonForm(request.POST or None, case=case)
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        return render(request, "lifecycle/cases/restore.html", {"case": case, "form": form}, status=status)
    try:
        reason = form.cleaned_data["reason"]
        restore(case=case, reason=reason, by=request.user, now=timezone.now(), on=timezone.localdate())
    except CaseMovedOn:
        return render(request, "lifecycle/cases/moved_on.html", {"case": case_seen_by(request.user, pk)}, status=409)
    messages.success(request, _("The group goes on in our records"))
    return redirect("case-page", pk=pk)

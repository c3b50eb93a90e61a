"""Lines that come back: what is promised, what was missed and why, and a form for another one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groups import recurring
from groups.models import Group, MissedDue, RecurringLine
from groups.recurring_form import RecurringForm

LINES_SHOWN = 100
MISSED_SHOWN = 20


@require_http_methods(["GET", "POST"])
def recurring_page(request: HttpRequest) -> HttpResponse:
    """`?group=` narrows to one group; `?add=1` opens the form."""
    if "line" in request.POST:
        return _switch(request)
    asked = request.GET.get("group", "")
    group = Group.objects.one_visible_to(request.user, int(asked)) if asked.isascii() and asked.isdigit() else None
    form = RecurringForm(
        request.POST or None, user=request.user, chosen=group, initial={"group": group and group.pk, "what": ""}
    )
    if request.method == "POST" and form.is_valid():
        line = recurring.add_recurring(by=request.user, now=timezone.now(), **form.promise())
        told = {"what": line, "day": line.starts_on.isoformat()}
        messages.success(request, _("Saved: %(what)s, first due on %(day)s") % told)
        return redirect(_address(group))
    mine = {"group": group} if group else {}
    lines = RecurringLine.objects.visible_to(request.user).filter(**mine).select_related("group", "category")
    missed = MissedDue.objects.visible_to(request.user)
    if group:
        missed = missed.filter(recurring__group=group)
    context = {
        "group": group,
        "form": form,
        "form_open": bool(form.errors or "add" in request.GET),
        "add_address": f"{reverse('recurring-lines')}?add=1" + (f"&group={group.pk}" if group else ""),
        "lines": lines.order_by("ended_at", "next_due_on", "pk")[:LINES_SHOWN],
        "missed": missed.select_related("recurring__group", "recurring__category").order_by("-due_on", "-pk")[
            :MISSED_SHOWN
        ],
    }
    return render(request, "groups/recurring.html", context, status=422 if form.errors else 200)


def _switch(request: HttpRequest) -> HttpResponse:
    number = request.POST["line"]
    pk = int(number) if number.isascii() and number.isdigit() else 0
    line = RecurringLine.objects.select_related("group", "category").one_visible_to(request.user, pk)
    now, told = timezone.now(), {"what": line}
    action = request.POST.get("action", "")
    if action == "pause" and recurring.pause(line=line, by=request.user, now=now):
        messages.success(request, _("Paused: %(what)s") % told)
    elif action == "go_on" and recurring.go_on(line=line, today=timezone.localdate(), by=request.user, now=now):
        messages.success(request, _("Goes on: %(what)s") % told)
    elif action == "end" and recurring.end(line=line, by=request.user, now=now):
        messages.success(request, _("Ended: %(what)s") % told)
    return redirect(_address(line.group if "group" in request.GET else None))


def _address(group: Group | None) -> str:
    return reverse("recurring-lines") + (f"?group={group.pk}" if group else "")

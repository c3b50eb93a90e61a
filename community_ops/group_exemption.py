"""Exempts a group from cases for a time, or takes that back. Health is judged and shown all the same."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groups.access import leads
from groups.models import Group
from groups.paper_forms import ReasonForm
from lifecycle import exempting
from lifecycle.exemption_forms import ExemptionForm
from lifecycle.models import Exemption

SHOWN = 20


@require_http_methods(["GET", "POST"])
def group_exemption(request: HttpRequest, pk: int) -> HttpResponse:
    """`do` is exempt or withdraw. For who leads the team."""
    group = Group.objects.select_related("team").one_visible_to(request.user, pk)
    if not leads(request.user, group.team_id):
        raise PermissionDenied
    today, running = timezone.localdate(), not group.closed_on and not group.archived_at
    standing = exempting.exemption_of(group, today)
    possible = {"exempt": running and standing is None, "withdraw": running and standing is not None}
    what = request.POST.get("do", "") if request.method == "POST" else ""
    if what and not possible.get(what):
        messages.warning(request, _("The group stands otherwise meanwhile; nothing was changed"))
        return redirect("group-exemption", pk=group.pk)
    exempting_form = ExemptionForm(request.POST if what == "exempt" else None, today=today)
    withdrawing = ReasonForm(request.POST if what == "withdraw" else None, auto_id="id_withdraw_%s")
    form = withdrawing if what == "withdraw" else exempting_form
    if form.is_valid():
        _write(request, group, standing, form.cleaned_data)
        return redirect("group-page", pk=group.pk)
    made = Exemption.objects.filter(group=group).select_related("made_by").order_by("-from_day", "-pk")[:SHOWN]
    context = {
        "group": group,
        "possible": possible,
        "exempting": exempting_form,
        "withdrawing": withdrawing,
        "form": form,
        "standing": standing,
        "made": made,
    }
    return render(request, "groups/exemption.html", context, status=422 if form.errors else 200)


def _write(request: HttpRequest, group: Group, standing: Exemption | None, said: dict) -> None:
    now = timezone.now()
    if standing is not None:
        exempting.end_exemption(exemption=standing, reason=said["reason"], by=request.user, now=now)
        messages.success(request, _("Taken back: cases of %(group)s open again") % {"group": group})
        return
    try:
        exempting.exempt(group=group, **said, by=request.user, now=now, on=timezone.localdate(now))
    except exempting.ExemptAlready:
        messages.warning(request, _("The group stands otherwise meanwhile; nothing was changed"))
        return
    told = {"group": group, "day": said["until_day"]}
    messages.success(request, _("Recorded: no case opens for %(group)s until %(day)s") % told)

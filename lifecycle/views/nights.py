"""The log of the nights, for administrators: what ran, what was put aside and may be tried again, what waits."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groups.models import Group
from lifecycle import night_log, quarantine
from lifecycle.models import Source
from lifecycle.source_states import name_of, standing_outages


@require_http_methods(["GET", "POST"])
def night_log_page(request: HttpRequest) -> HttpResponse:
    """GET shows the log. POST `group` lets a group that was put aside be tried again."""
    if not request.user.is_administrator:
        raise PermissionDenied
    if request.method == "POST":
        return _try_again(request)
    context = {
        "nights": night_log.last_nights(),
        "put_aside": night_log.groups_put_aside(),
        "outages": [(name_of(each.source), each) for each in standing_outages(Source.objects.all())],
        "clockwork": night_log.clockwork(),
    }
    return render(request, "lifecycle/night_log.html", context)


def _try_again(request: HttpRequest) -> HttpResponse:
    pk = request.POST.get("group", "")
    group = get_object_or_404(Group, pk=int(pk) if pk.isdecimal() and len(pk) < 10 else 0)
    try:
        quarantine.try_again(group=group, by=request.user, now=timezone.now())
    except quarantine.NothingPutAside:
        messages.info(request, _("“%(group)s” is not put aside any more.") % {"group": group})
    else:
        messages.success(request, _("“%(group)s” will be judged again within a few minutes.") % {"group": group})
    return redirect("night-log")

"""The page on which people see where they are signed in, and end it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from groups import sessions
from groups.rules.devices import device_of


@require_http_methods(["GET", "POST"])
def my_sessions(request: HttpRequest) -> HttpResponse:
    """POST `end` names one row, `others` ends every other one; this one is ended by signing out."""
    now, here = timezone.now(), request.session.session_key
    mine = sessions.of_person(request.user.pk)
    if request.method == "POST":
        others = mine.exclude(session_key=here)
        if "others" not in request.POST:
            number = request.POST.get("end", "")
            others = others.filter(pk=number if number.isdecimal() and len(number) < 18 else 0)
        count = sessions.end_on_record(user=request.user, rows=others, by=request.user, now=now)
        if count:
            told = ngettext("%(count)s session ended", "%(count)s sessions ended", count)
            messages.success(request, told % {"count": count})
        else:
            messages.info(request, _("There was no other session to end"))
        return redirect("sessions")
    rows = [(row, device_of(row.device), row.session_key == here) for row in sessions.lasting(mine, now)]
    return render(request, "me/sessions.html", {"rows": rows, "others": sum(not this for _r, _d, this in rows)})

"""Ends a group, takes the end back, puts it away and brings it back: what may be done follows from how it stands."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groups import registration
from groups.access import leads
from groups.models import Group
from groups.paper_forms import ClosingForm, ReasonForm
from lifecycle.models import Case


@require_http_methods(["GET", "POST"])
def group_close(request: HttpRequest, pk: int) -> HttpResponse:
    """One page for all four; `do` is close, reopen, archive or restore. A group with an open case is ended there."""
    group = Group.objects.select_related("team").one_visible_to(request.user, pk)
    case = Case.objects.filter(group=group, ended_on=None).first()
    now = timezone.now()
    possible = {
        "close": not group.closed_on and not group.archived_at and not case,
        "reopen": registration.may_reopen(group, timezone.localdate(now)),
        "archive": not group.archived_at and not case and leads(request.user, group.team_id),
        "restore": registration.may_restore(group, now) and leads(request.user, group.team_id),
    }
    what = request.POST.get("do", "") if request.method == "POST" else ""
    if what in ("archive", "restore") and not leads(request.user, group.team_id):
        raise PermissionDenied
    if what and not possible.get(what):
        messages.warning(request, _("The group stands otherwise meanwhile; nothing was changed"))
        return redirect("group-close", pk=group.pk)
    closing = ClosingForm(request.POST if what == "close" else None, group=group, auto_id="id_close_%s")
    reasons = {word: ReasonForm(request.POST if what == word else None, auto_id=f"id_{word}_%s") for word in possible}
    form = closing if what in ("", "close") else reasons[what]
    if form.is_valid() and _done(request, group, what, form.cleaned_data):
        return redirect("group-page", pk=group.pk)
    context = {"group": group, "case": case, "possible": possible, "closing": closing, "reasons": reasons, "form": form}
    return render(request, "groups/closing.html", context, status=422 if form.errors else 200)


def _done(request: HttpRequest, group: Group, what: str, said: dict) -> bool:
    written = {"group": group, "by": request.user, "now": timezone.now(), "reason": said["reason"]}
    if what == "close":
        registration.close_group(on=said["on"], **written)
        messages.success(request, _("%(group)s is closed; its figures and its record stay") % {"group": group})
    elif what == "reopen":
        registration.reopen_group(**written)
        messages.success(request, _("%(group)s runs again") % {"group": group})
    elif what == "archive":
        registration.archive_group(**written)
        messages.success(request, _("%(group)s is in the archive and can be restored for 30 days") % {"group": group})
    else:
        try:
            registration.restore_group(**written)
        except IntegrityError:
            messages.error(request, _("Another group is registered under its id now; nothing was changed"))
            return True
        messages.success(request, _("%(group)s is back in the registry") % {"group": group})
    return True

"""What became of a change of many groups or an imported list, and taking it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from groups import undoing
from groups.models import RegistryChange, RegistryImport


@require_safe
def change_page(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the undoing is, or what came of it; polls itself while a worker is at it."""
    change = _one(request, pk)
    context = {
        "change": change,
        "number": change.groups.count(),
        "upload": RegistryImport.objects.visible_to(request.user).filter(change=change).only("pk", "file_name").first(),
        "may_undo": undoing.may_undo(change, request.user, timezone.now()),
    }
    return render(request, "groups/change.html", context)


@require_POST
def change_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a change of many groups back, or an imported list: a few groups at once, many by a worker."""
    now = timezone.now()
    change = _one(request, pk)
    if change.state == RegistryChange.State.STANDS and not undoing.may_undo(change, request.user, now):
        messages.error(request, _("This can be undone within 7 days only"))
        return redirect("group-list")
    done = undoing.undo(change=change, by=request.user, now=now)
    if change.state == RegistryChange.State.STANDS and done.state == RegistryChange.State.UNDONE:
        _tell(request, done)
        return redirect("group-list")
    return redirect("registry-change", done.pk)


def _one(request: HttpRequest, pk: int) -> RegistryChange:
    """Of whoever made it, and of administrators."""
    change = get_object_or_404(RegistryChange.objects.select_related("by", "undone_by"), pk=pk)
    if change.by_id != request.user.pk and not request.user.is_administrator:
        raise Http404
    return change


def _tell(request: HttpRequest, done: RegistryChange) -> None:
    back, stays = done.groups_back or 0, done.groups_left or 0
    messages.success(request, ngettext("Undone for %(n)s group", "Undone for %(n)s groups", back) % {"n": back})
    if stays:
        left = ngettext(
            "%(n)s group stays as it is: it was saved since, or its owner from before has left",
            "%(n)s groups stay as they are: they were saved since, or their owners from before have left",
            stays,
        )
        messages.warning(request, left % {"n": stays})

"""The pages of the connection to WeCom, for administrators, and the address that WeCom itself calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from axes.helpers import get_client_ip_address
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from groups import handover
from groups.models import Team
from lifecycle.models import WecomConnection, WecomOwner
from lifecycle.wecom import callbacks, connecting, linking, owners, page, runs
from lifecycle.wecom.envelopes import Forged
from lifecycle.wecom.troubles import WecomTrouble
from lifecycle.wecom.words import words_for
from lifecycle.wecom_forms import AddOwnerForm, ConnectionForm, OwnerForm

MOST_BYTES = 256 * 1024  # of a callback


@require_http_methods(["GET", "POST"])
def wecom_page(request: HttpRequest) -> HttpResponse:
    """GET shows how the connection is. POST `action` does something about it; without one it saves the keys."""
    if not request.user.is_administrator:
        raise PermissionDenied
    connected = WecomConnection.objects.first()
    action = ACTIONS.get(request.POST.get("action", ""))
    if action and connected:
        action(request)
        return redirect("wecom")
    keys, owner = _forms(request, connected)
    if request.method == "POST":
        form = owner if "userid" in request.POST else keys
        if form.is_valid() and (_add(request, owner) if form is owner else _connect(request, keys)):
            return redirect("wecom")
    now = timezone.now()
    context: dict[str, Any] = {
        "form": keys,
        "owner_form": owner,
        "callback_address": request.build_absolute_uri(reverse("wecom-callback")),
        "countings": WecomConnection.Counting.choices,
    }
    if connected:
        context |= {
            "status": page.status_of(connected, now),
            "owners": page.owners(request.GET.get("page", "")),
            "runs": page.last_runs(),
            "gone": page.dismissed_but_running(),
        }
    failed = bool(keys.errors or owner.errors)
    return render(request, "lifecycle/wecom/connection.html", context, status=422 if failed else 200)


@require_http_methods(["GET", "POST"])
def wecom_owner(request: HttpRequest, pk: int) -> HttpResponse:
    """Whose groups belong where. POST `action=register` registers those that wait."""
    if not request.user.is_administrator:
        raise PermissionDenied
    owner = get_object_or_404(WecomOwner.objects.select_related("team", "person"), pk=pk)
    now = timezone.now()
    if request.POST.get("action") == "register":
        made = linking.register_of(owner=owner, by=request.user, now=now)
        told = ngettext("%(groups)s group registered", "%(groups)s groups registered", made) % {"groups": made}
        messages.success(request, told if made else _("Nothing changed"))
        return redirect("wecom-owner", pk=pk)
    teams = list(Team.objects.order_by("name"))
    form = OwnerForm(request.POST if request.method == "POST" else None, owner=owner, teams=teams)
    if request.method == "POST" and form.is_valid() and _assigned(request, owner, form):
        return redirect("wecom-owner", pk=pk)
    context = {
        "owner": owner,
        "form": form,
        "groups": page.groups_of(owner),
        "waiting": linking.proposed().filter(owner=owner).count(),
    }
    return render(request, "lifecycle/wecom/owner.html", context, status=422 if form.errors else 200)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "POST"])
def wecom_callback(request: HttpRequest) -> HttpResponse:
    """GET is the check of WeCom's console, POST a callback: stored, answered at once, worked later.

    Everything that is not from WeCom gets the same answer, whatever is wrong with it.
    """
    if not callbacks.are_set_up():
        return _plain("", 404)
    now, address = timezone.now(), get_client_ip_address(request) or ""
    if callbacks.is_flooding(address, now=now):
        return _plain("", 429)
    try:
        if request.method == "GET":
            return _plain(callbacks.answer_to_check(request.GET, now=now), 200)
        body = request.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            return _plain("", 413)
        callbacks.take(request.GET, body, now=now)
    except callbacks.TooMany:
        return _plain("", 429)
    except Forged:
        callbacks.note_refused(address, now=now)
        return _plain("", 403)
    return _plain("success", 200)


def _plain(text: str | bytes, status: int) -> HttpResponse:
    answer = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    if status == 429:
        answer.headers["Retry-After"] = "60"
    return answer


def _forms(request: HttpRequest, connected: WecomConnection | None) -> tuple[ConnectionForm, AddOwnerForm]:
    typed = request.POST if request.method == "POST" else None
    adds = typed is not None and "userid" in typed
    return ConnectionForm(None if adds else typed, connected=connected), AddOwnerForm(typed if adds else None)


def _connect(request: HttpRequest, form: ConnectionForm) -> bool:
    try:
        connecting.connect(by=request.user, now=timezone.now(), **form.cleaned_data)
    except connecting.CorpIsFixed:
        form.add_error(
            "corp_id", _("Groups of the other company are known here. Connect it in an installation of its own")
        )
        return False
    messages.success(request, _("Saved. Test the connection now"))
    return True


def _add(request: HttpRequest, form: AddOwnerForm) -> bool:
    owner = owners.add(userid=form.cleaned_data["userid"], by=request.user, now=timezone.now())
    messages.success(request, _("Added: %(owner)s") % {"owner": owner})
    return True


def _assigned(request: HttpRequest, owner: WecomOwner, form: OwnerForm) -> bool:
    try:
        owners.assign(owner=owner, by=request.user, now=timezone.now(), **form.cleaned_data)
    except (handover.OwnerInactive, handover.NotOfTheTeam):
        form.add_error("person", _("This person is not in the team. Select somebody of it"))
        return False
    messages.success(request, _("Saved"))
    return True


def _test(request: HttpRequest) -> None:
    try:
        connecting.try_out()
    except WecomTrouble as trouble:
        messages.error(request, words_for(trouble.kind, trouble.code))
    else:
        messages.success(request, _("WeCom answers, and the app may read customer groups"))


def _run(request: HttpRequest) -> None:
    if runs.open_run(by=request.user, now=timezone.now()):
        messages.success(request, _("A run begins within half a minute"))
    else:
        messages.info(request, _("A run is under way already"))


def _pause(request: HttpRequest) -> None:
    if connecting.pause(by=request.user, now=timezone.now()):
        messages.success(request, _("Paused. Callbacks are kept until you resume"))


def _resume(request: HttpRequest) -> None:
    if connecting.resume(by=request.user, now=timezone.now()):
        messages.success(request, _("Resumed"))


def _disconnect(request: HttpRequest) -> None:
    connecting.forget_secrets(by=request.user, now=timezone.now())
    messages.success(request, _("Disconnected. The secrets are deleted; groups and figures stay"))


def _counting(request: HttpRequest) -> None:
    counting = request.POST.get("counting", "")
    if counting in WecomConnection.Counting.values and connecting.set_counting(
        counting=counting, by=request.user, now=timezone.now()
    ):
        messages.success(request, _("Saved. The next run reads the figures so"))


ACTIONS: dict[str, Callable[[HttpRequest], None]] = {
    "test": _test,
    "run": _run,
    "pause": _pause,
    "resume": _resume,
    "disconnect": _disconnect,
    "counting": _counting,
}

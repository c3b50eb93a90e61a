"""Pages that invite people by a link, and the page that the link opens."""

from __future__ import annotations

from datetime import timedelta

from axes.helpers import get_client_ip_address
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from groups import attempts, invitations
from groups.access import leads_any
from groups.models import Invitation
from groups.people_forms import USERNAME_TAKEN, InvitationForm, JoinForm

SHOWN = 100
OPENED = "invitation"  # in the session: the id of the invitation whose link was opened in this browser
MOST_ATTEMPTS = 20
WITHIN = timedelta(minutes=15)


@require_http_methods(["GET", "POST"])
def invitation_page(request: HttpRequest) -> HttpResponse:
    """Make an invitation, see the open and the last ones, take one back. The link is shown once."""
    if not leads_any(request.user):
        raise PermissionDenied
    if "revoke" in request.POST:
        return _revoke(request)
    form = InvitationForm(request.POST if request.method == "POST" else None, user=request.user)
    made, secret = None, ""
    if request.method == "POST" and form.is_valid():
        made, secret = invitations.invite(by=request.user, now=timezone.now(), **form.cleaned_data)
        form = InvitationForm(user=request.user)
    rows = Invitation.objects.led_by(request.user).select_related("team", "made_by", "used_by").order_by("-pk")
    context = {
        "form": form,
        "rows": rows[:SHOWN],
        "now": timezone.now(),
        "made": made,
        "link": request.build_absolute_uri(reverse("join-link", args=[made.pk, secret])) if secret else "",
    }
    return render(request, "people/invitations.html", context, status=422 if form.errors else 200)


def _revoke(request: HttpRequest) -> HttpResponse:
    number = request.POST["revoke"]
    invitation = Invitation.objects.led_by(request.user).filter(pk=number if number.isdecimal() else 0).first()
    if invitation and invitations.revoke(invitation=invitation, by=request.user, now=timezone.now()):
        messages.success(request, _("The link opens nothing any more"))
    else:
        messages.warning(request, _("This invitation was over already"))
    return redirect("invitation-list")


@login_not_required
@never_cache
@require_GET
def join_link(request: HttpRequest, pk: int, secret: str) -> HttpResponse:
    """What the link opens: the secret goes into the session and out of the address."""
    if request.user.is_authenticated:
        return render(request, "people/signed_in_already.html")
    if not invitations.opened_by(pk, secret, timezone.now()):
        if _too_often(request):
            return _later(request)
        return render(request, "people/invitation_over.html", status=410)
    request.session[OPENED] = pk
    return redirect("join", pk=pk)


@login_not_required
@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, pk: int) -> HttpResponse:
    """The person says name, user name and password, and is signed in."""
    if request.user.is_authenticated:
        return render(request, "people/signed_in_already.html")
    if request.method == "POST" and _too_often(request):
        return _later(request)
    invitation = Invitation.objects.open_at(timezone.now()).select_related("team", "made_by").filter(pk=pk).first()
    if invitation is None or request.session.get(OPENED) != pk:
        return render(request, "people/invitation_over.html", status=410)
    form = JoinForm(request.POST if request.method == "POST" else None, initial={"display_name": invitation.name})
    if request.method == "POST" and form.is_valid():
        return _joined(request, invitation, form)
    context = {"form": form, "invitation": invitation}
    return render(request, "people/join.html", context, status=422 if form.errors else 200)


def _joined(request: HttpRequest, invitation: Invitation, form: JoinForm) -> HttpResponse:
    said = {name: form.cleaned_data[name] for name in ("username", "display_name", "password")}
    try:
        user = invitations.accept(invitation=invitation, now=timezone.now(), **said)
    except invitations.InvitationOver:
        return render(request, "people/invitation_over.html", status=410)
    except invitations.UsernameTaken:
        form.add_error("username", USERNAME_TAKEN)
        return render(request, "people/join.html", {"form": form, "invitation": invitation}, status=422)
    request.session.flush()
    login(request, user, backend="community_ops.colleagues.ColleagueBackend")
    messages.success(request, _("Welcome, %(name)s") % {"name": user})
    return redirect("home")


def _too_often(request: HttpRequest) -> bool:
    key = f"join {get_client_ip_address(request)}"
    return attempts.count(key, within=WITHIN, now=timezone.now()) > MOST_ATTEMPTS


def _later(request: HttpRequest) -> HttpResponse:
    wait = int(WITHIN.total_seconds())
    answer = render(request, "people/later.html", {"minutes": wait // 60}, status=429)
    answer.headers["Retry-After"] = str(wait)
    return answer

"""The page on which administrators make access tokens for other systems, and take them back."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groups import tokens
from groups.models import ApiToken
from groups.token_form import TokenForm

SHOWN = 200


@require_http_methods(["GET", "POST"])
def token_page(request: HttpRequest) -> HttpResponse:
    """Make a token, shown once; see all, the living first; POST `revoke` takes one back."""
    if not request.user.is_administrator:
        raise PermissionDenied
    if "revoke" in request.POST:
        return _revoke(request)
    form = TokenForm(request.POST if request.method == "POST" else None)
    made, text, now = None, "", timezone.now()
    if request.method == "POST" and form.is_valid():
        made, text = tokens.make_token(by=request.user, now=now, **form.cleaned_data)
        form = TokenForm()
    rows = ApiToken.objects.select_related("person").prefetch_related("teams").order_by("-pk")[:SHOWN]
    context = {
        "form": form,
        "rows": sorted(rows, key=lambda each: bool(each.revoked_at or each.expires_at <= now)),
        "now": now,
        "made": made,
        "text": text,
    }
    return render(request, "people/tokens.html", context, status=422 if form.errors else 200)


def _revoke(request: HttpRequest) -> HttpResponse:
    number = request.POST["revoke"]
    token = ApiToken.objects.filter(pk=number if number.isdecimal() and len(number) < 10 else 0).first()
    if token and tokens.revoke(token=token, by=request.user, now=timezone.now()):
        messages.success(request, _("“%(name)s” opens nothing any more") % {"name": token})
    else:
        messages.warning(request, _("This token was revoked already"))
    return redirect("token-list")

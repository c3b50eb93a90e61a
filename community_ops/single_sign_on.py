"""Signing in by the company's identity provider: on the way there, and on the way back."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

import structlog
from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from community_ops.session_limits import PASSED
from community_ops.two_factor import BACKEND
from groups import identities

PROOF = "sso_proof"  # in the session: the ID token, which the provider knows its own session by

log = structlog.get_logger(__name__)


@login_not_required
@require_GET
@never_cache
def sso_start(request: HttpRequest) -> HttpResponse:
    """Lead on to the provider. A link, not a form: our policy lets forms lead to ourselves only."""
    provider = _provider_or_404()
    if request.user.is_authenticated:
        return redirect(_own_page(request))
    try:
        return provider.ask(request, request.build_absolute_uri(reverse("sso-back")), _own_page(request))
    except provider.ProviderDown as down:
        return _down(request, down)


@login_not_required
@require_GET
@never_cache
def sso_back(request: HttpRequest) -> HttpResponse:
    """Sign the person in whom the provider names, if an account of ours is theirs."""
    provider = _provider_or_404()
    if request.user.is_authenticated:
        return redirect("home")  # the same answer came twice
    try:
        claims, proof, next_page = provider.answer(request)
    except provider.ProviderDown as down:
        return _down(request, down)
    except provider.NotProved as wrong:
        log.warning("sso_not_proved", reason=repr(wrong.__cause__ or wrong))
        return render(request, "registration/sso_failed.html", status=400)
    if not _signed_in(request, claims):
        return render(request, "registration/sso_unknown.html", status=403)
    request.session[PROOF] = proof
    return redirect(next_page)


@require_POST
@never_cache
def sign_out(request: HttpRequest) -> HttpResponse:
    """End our session; whoever came by the provider is offered to end the one there too.

    A link on a page, not a redirect: our policy lets no answer to a form lead elsewhere, and other tools may hang on
    the session there.
    """
    proof = request.session.get(PROOF)
    logout(request)
    if not proof or not settings.OIDC_ISSUER:
        return redirect("login")
    provider = _provider_or_404()
    try:
        way_out = provider.way_out(proof, request.build_absolute_uri(reverse("login")))
    except provider.ProviderDown as down:
        log.warning("sso_provider_down", reason=repr(down.__cause__ or down))
        way_out = ""
    if not way_out:
        return redirect("login")
    context = {"way_out": way_out, "sso_name": settings.OIDC_NAME}
    return render(request, "registration/signed_out.html", context)


@transaction.atomic
def _signed_in(request: HttpRequest, claims: identities.Claims) -> bool:
    """The provider asks for a second step of its own, so ours counts as passed."""
    user = identities.come_in(claims=claims, now=timezone.now())
    if user is None:
        return False
    login(request, user, backend=BACKEND)
    request.session[PASSED] = True
    return True


def _provider_or_404() -> ModuleType:
    """What speaks with the provider costs its start only where there is one."""
    if not settings.OIDC_ISSUER:
        raise Http404
    return import_module("community_ops.identity_provider")


def _own_page(request: HttpRequest) -> str:
    address = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        return address
    return resolve_url(settings.LOGIN_REDIRECT_URL)


def _down(request: HttpRequest, down: Exception) -> HttpResponse:
    log.error("sso_provider_down", reason=repr(down.__cause__ or down))
    return render(request, "registration/sso_down.html", {"sso_name": settings.OIDC_NAME}, status=503)

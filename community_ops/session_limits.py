"""Ends sessions that lasted or rested too long, and asks for the second step where it is required."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from groups import sessions
from groups.access import leads_any

PASSED = "second_step"  # in the session: the person proved more than the password
# What a person who must still set up the second step may open.
WITHOUT_SECOND_STEP = {"two-factor", "logout", "language", "healthz", "readyz"}


class SessionLimitsMiddleware:
    """After 8 hours, or 2 hours without a page, the person is a stranger again; see groups/sessions.py."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = timezone.now()
            if sessions.is_over(request, now):
                sessions.end(sessions.of_person(request.user.pk).filter(session_key=request.session.session_key))
                logout(request)
            else:
                sessions.note_seen(request, now)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Managers and administrators set up the second step before anything else, where it is required."""
        if not settings.REQUIRE_TWO_FACTOR or not request.user.is_authenticated or request.session.get(PASSED):
            return None
        if request.resolver_match.url_name in WITHOUT_SECOND_STEP or not leads_any(request.user):
            return None
        messages.warning(request, _("Your role needs a second step at sign-in. Set it up to go on"))
        return redirect("two-factor")

"""Pages for what went wrong, which tell the person what to do and an attacker nothing."""

from __future__ import annotations

import secrets

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.views.decorators.csrf import requires_csrf_token

from assessments.answer_texts import texts_typed
from assessments.models.drafts import LeftTheTeam

log = structlog.get_logger(__name__)


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "failures/400.html", status=400)


@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "failures/403.html", status=403)


@requires_csrf_token
def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Also the answer for rows of other teams: whether they exist does not show, but to those who began them."""
    if isinstance(exception, LeftTheTeam):
        return render(request, "failures/left_the_team.html", {"texts": texts_typed(request.POST)}, status=404)
    return render(request, "failures/404.html", status=404)


@requires_csrf_token
def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token was missing or old."""
    return render(request, "failures/csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without the request: nothing of the page shell, the session or the database is asked again."""
    reference = secrets.token_hex(4).upper()
    log.error("page_failed", reference=reference, path=request.path)
    return HttpResponse(loader.render_to_string("failures/500.html", {"reference": reference}), status=500)

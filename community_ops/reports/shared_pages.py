"""Doors of a shared report for anybody who has its link: the page, the picture, the paper. Nothing else opens by it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from axes.helpers import get_client_ip_address
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from community_ops.reports import sharing
from community_ops.reports.files import as_answer, paper_of, picture_of, words_of
from community_ops.reports.forms import UnlockForm
from groups import attempts
from groups.models import SharedReport

MOST_ATTEMPTS = 20  # wrong links and passwords of one address of the network
MOST_OF_A_LINK = 50  # passwords tried on one report, from anywhere
MOST_FILES = 60  # pictures and papers of one report
WITHIN = timedelta(minutes=15)
UNLOCKED = "unlocked-reports"  # in the session: the digests of the passwords that were entered


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def shared_report(request: HttpRequest, secret: str) -> HttpResponse:
    """The report in the language of its reader (`?lang=`); first its password, where it has one."""
    shared = sharing.opened_by(secret, timezone.now())
    if shared is None:
        return _later(request) if _too_often(request) else _over(request, secret)
    if not _is_unlocked(request, shared):
        return _locked(request, shared)
    figures, words = shared.contents, words_of(shared.contents)
    context: dict[str, Any] = {
        "shared": shared,
        "secret": secret,
        "title": words.title_of(figures),
        "description": words.described(figures),
    }
    return _unlisted(render(request, "reports/shared.html", context))


@login_not_required
@never_cache
@require_GET
def shared_png(request: HttpRequest, secret: str) -> HttpResponse:
    return _file(request, secret, "png")


@login_not_required
@never_cache
@require_GET
def shared_pdf(request: HttpRequest, secret: str) -> HttpResponse:
    return _file(request, secret, "pdf")


def _file(request: HttpRequest, secret: str, kind: str) -> HttpResponse:
    now = timezone.now()
    shared = sharing.opened_by(secret, now)
    if shared is None or not _is_unlocked(request, shared):
        return _later(request) if _too_often(request) else _over(request, secret)
    if attempts.count(f"share files {shared.pk}", within=WITHIN, now=now) > MOST_FILES:
        return _later(request)
    number = str(shared)
    content = picture_of(shared.contents, number=number) if kind == "png" else paper_of(shared.contents, number=number)
    return as_answer(content, f"{number}.{kind}")


def _is_unlocked(request: HttpRequest, shared: SharedReport) -> bool:
    return not shared.password or shared.link_digest in request.session.get(UNLOCKED, [])


def _locked(request: HttpRequest, shared: SharedReport) -> HttpResponse:
    form = UnlockForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        tried = attempts.count(f"share {shared.pk}", within=WITHIN, now=timezone.now())
        if _too_often(request) or tried > MOST_OF_A_LINK:
            return _later(request)
        if sharing.is_password_of(shared, form.cleaned_data["password"]):
            request.session[UNLOCKED] = [*request.session.get(UNLOCKED, []), shared.link_digest]
            return redirect(request.get_full_path())
        form.add_error("password", _("This is not the password of the report"))
    return _unlisted(render(request, "reports/locked.html", {"form": form}, status=422 if form.errors else 200))


def _over(request: HttpRequest, secret: str) -> HttpResponse:
    """Since when a link that was right opens nothing; nothing of its report is told."""
    ended = sharing.ended_of(secret, timezone.now())
    return _unlisted(render(request, "reports/over.html", {"ended": ended}, status=410))


def _too_often(request: HttpRequest) -> bool:
    key = f"share {get_client_ip_address(request)}"
    return attempts.count(key, within=WITHIN, now=timezone.now()) > MOST_ATTEMPTS


def _later(request: HttpRequest) -> HttpResponse:
    wait = int(WITHIN.total_seconds())
    answer = render(request, "people/later.html", {"minutes": wait // 60}, status=429)
    answer.headers["Retry-After"] = str(wait)
    return answer


def _unlisted(answer: HttpResponse) -> HttpResponse:
    answer.headers["X-Robots-Tag"] = "noindex"
    # The address is the secret, so no page is told of it. With "no-referrer" a browser hides the origin of a form, too,
    # and the password would be refused.
    answer.headers["Referrer-Policy"] = "strict-origin"
    return answer

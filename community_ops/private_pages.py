"""Headers of pages that only their reader may keep, and the answer to a fragment request of a lost session."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url


class PrivatePagesMiddleware:
    """Every answer is `no-store` unless its view says otherwise: pages carry names, money and who is signed in.

    Static files are answered before this by WhiteNoise and keep their own headers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        sign_in = resolve_url(settings.LOGIN_URL)
        lost = response.status_code == 302 and urlsplit(response.headers["Location"]).path == sign_in
        if lost and request.headers.get("HX-Request"):
            # Never a log-in page inside a table cell: the whole page goes to sign in, and comes back to itself.
            page = urlsplit(request.headers.get("HX-Current-URL", "")).path or "/"
            return HttpResponse(
                status=204,
                headers={"HX-Redirect": f"{sign_in}?{urlencode({'next': page})}", "Cache-Control": "no-store"},
            )
        return response

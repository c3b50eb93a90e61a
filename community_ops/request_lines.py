"""The log line of a request, without the secret of an address that carries one."""

from __future__ import annotations

import re

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware

# Whoever reads the log must not be able to join, to set the password of somebody, or to sign in as them.
SECRET = re.compile(r"(/join/\d+/|/share/|/new-password/[^/]+/)[^/?]+|(/login/sso/back/\?).+")


class RequestLinesMiddleware(RequestMiddleware):
    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return SECRET.sub(r"\1\2...", RequestMiddleware.format_request(request))

"""The log line of a request, without the secret of an address that carries one."""

from __future__ import annotations

import re

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware

# Whoever reads the log must not be able to join, or to set the password of somebody.
SECRET = re.compile(r"(/join/\d+/|/new-password/[^/]+/)[^/?]+")


class RequestLinesMiddleware(RequestMiddleware):
    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return SECRET.sub(r"\1...", RequestMiddleware.format_request(request))

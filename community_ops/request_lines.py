"""Lines of the log about a request, without the secret of an address that carries one."""

from __future__ import annotations

import logging
import re

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware

# Whoever reads the log must not be able to join, to set the password of somebody, or to sign in as them.
SECRET = re.compile(r"(/join/\d+/|/share/|/new-password/[^/]+/)[^/?]+|(/login/sso/back/\?).+")


class RequestLinesMiddleware(RequestMiddleware):
    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return SECRET.sub(r"\1\2...", RequestMiddleware.format_request(request))


class WithoutSecrets(logging.Filter):
    """Django itself logs the path of each request that it refuses: a link that is over, or wants its password first."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(SECRET.sub(r"\1\2...", each) if isinstance(each, str) else each for each in record.args)
        return True


logging.getLogger("django.request").addFilter(WithoutSecrets())

"""Pages to look things up: the living styleguide, and what every figure means."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in the reader's language and theme; for administrators, and for everybody while developing."""
    if not (settings.DEBUG or request.user.is_administrator):
        raise PermissionDenied
    return render(request, "styleguide.html")


def metrics_help(request: HttpRequest) -> HttpResponse:
    return render(request, "metrics_help.html")

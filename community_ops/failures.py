"""Pages for what went wrong, which tell the person what to do and an attacker nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token was missing or old."""
    return render(request, "failures/csrf.html", status=403)

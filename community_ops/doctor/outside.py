"""What is reached over the network: the product under its own address, and the mail server."""

from __future__ import annotations

import smtplib
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.core import mail
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from community_ops.doctor.findings import Finding, fault, good, note

SECONDS = 5.0


def look() -> list[Finding]:
    return [of_site(settings.SITE_URL, settings.SECURE_COOKIES, answer_of(settings.SITE_URL)), of_mail()]


def answer_of(address: str) -> str:
    """`ok`, or why not."""
    try:
        answer = httpx.get(f"{address.rstrip('/')}/healthz", timeout=SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return type(error).__name__
    return "ok" if answer.status_code == 200 and answer.text == "ok" else f"HTTP {answer.status_code}"


def of_site(address: str, secure: bool, answered: str) -> Finding:
    if secure and urlsplit(address).scheme != "https":
        return fault(
            "SITE_URL",
            format_lazy(_("{address} does not begin with https://, so nobody can sign in there"), address=address),
            _("Set SITE_URL to the address that people open, with https://"),
        )
    if answered != "ok":
        return fault(
            "SITE_URL",
            format_lazy(_("{address} does not answer: {error}"), address=address, error=answered),
            _("See whether the web process and the proxy run, and whether ALLOWED_HOSTS names the host"),
        )
    return good("SITE_URL", format_lazy(_("{address} answers"), address=address))


def of_mail() -> Finding:
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return note("EMAIL_URL", _("No mail server is set, so no mail is sent"), _("Set EMAIL_URL and EMAIL_FROM"))
    try:
        connection = mail.get_connection(timeout=SECONDS)
        connection.open()
        connection.close()
    except (OSError, smtplib.SMTPException) as error:
        return fault(
            "EMAIL_URL",
            format_lazy(_("The mail server does not let us in: {error}"), error=type(error).__name__),
            _("See whether the host, port, user and password of EMAIL_URL are right"),
        )
    return good("EMAIL_URL", _("The mail server lets us in"))

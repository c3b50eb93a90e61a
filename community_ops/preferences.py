"""Language and theme of the person who asks, and what the page shell needs to know about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from community_ops.demo import clock
from community_ops.navigation import menu_for

LANGUAGES = dict(settings.LANGUAGES)
# What the switch says, in the language that it switches to.
SWITCH = (("zh-hans", "zh-Hans", "中"), ("en", "en", "EN"))
HTML_LANG = {code: html for code, html, _label in SWITCH}


def language_of(request: HttpRequest) -> str:
    """`?lang=` once, then the profile, then the cookie, then what the browser asks for, then Chinese."""
    asked = request.GET.get("lang", "")
    if asked in LANGUAGES:
        return asked
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated and user.language in LANGUAGES:
        return user.language
    return translation.get_language_from_request(request)


class PreferencesMiddleware:
    """Activates the language and the business time zone for one request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        timezone.activate(settings.TIME_ZONE)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def utc_offset(moment: datetime) -> str:
    """The offset of the business time zone, as UTC+8 or UTC+5:30."""
    minutes = int(timezone.localtime(moment).utcoffset().total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of base.html: language, theme, menu."""
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    language = translation.get_language() or settings.LANGUAGE_CODE
    theme = user.theme if signed_in else "auto"
    return {
        "html_lang": HTML_LANG.get(language, "zh-Hans"),
        "language_switch": [
            {"code": code, "lang": html, "label": label, "current": code == language} for code, html, label in SWITCH
        ],
        "theme": theme,
        "delta_colours": user.delta_colours if signed_in else "neutral",
        "shortcuts": signed_in and user.shortcuts_enabled,
        "time_zone_label": utc_offset(timezone.now()),
        "demo_days_ahead": clock.days_shown(),
        "unread_notices": getattr(user, "unread_notices", 0),
        "menu": menu_for(request) if signed_in else None,
    }

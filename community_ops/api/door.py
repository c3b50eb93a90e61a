"""Who comes in, how often, and what every answer looks like: around each operation of the API."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

import structlog
from axes.helpers import get_client_ip_address
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from ninja.errors import HttpError, ValidationError
from ninja.security import HttpBearer

from community_ops.api.errors import ApiError, Field, answer_of, refused
from community_ops.api.values import REFUSED
from groups import attempts, tokens
from groups.models import Team
from groups.tokens import Bearer

log = structlog.get_logger(__name__)

MINUTE = timedelta(minutes=1)
WRONG_WITHIN = timedelta(minutes=15)
MOST_WRONG = 30
BUSY_SECONDS = 15


class Holder(HttpBearer):
    """Lets a token in that has the right; `request.bearer` is then who came."""

    def __init__(self, right: str) -> None:
        super().__init__()
        self.right = right

    def __call__(self, request: HttpRequest) -> Bearer:
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not text:
            raise ApiError(401, "no_token", headers={"WWW-Authenticate": "Bearer"})
        return self.authenticate(request, text.strip())

    def authenticate(self, request: HttpRequest, token: str) -> Bearer:
        now = timezone.now()
        bearer = tokens.bearer_of(token, now)
        if bearer is None:
            _count_wrong(request)
            raise ApiError(401, "wrong_token", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
        if attempts.count(f"api {bearer.token.pk}", within=MINUTE, now=now) > settings.API_REQUESTS_A_MINUTE:
            raise _later("too_many_requests", MINUTE)
        if not bearer.may(self.right):
            raise ApiError(403, "no_right", right=self.right)
        request.bearer = bearer
        return bearer


def _count_wrong(request: HttpRequest) -> None:
    key = f"api wrong {get_client_ip_address(request)}"
    if attempts.count(key, within=WRONG_WITHIN, now=timezone.now()) > MOST_WRONG:
        raise _later("too_many_attempts", WRONG_WITHIN)


def _later(code: str, wait: timedelta) -> ApiError:
    seconds = int(wait.total_seconds())
    return ApiError(429, code, headers={"Retry-After": str(seconds)}, seconds=seconds)


def team_of(bearer: Bearer, slug: str) -> Team:
    """The team that a batch is for: the only one of the token, or the one that the batch names."""
    names = ", ".join(sorted(bearer.teams))
    if not slug:
        if len(bearer.teams) != 1:
            raise ApiError(422, "which_team", fields=[Field("team", "missing")], teams=names)
        return next(iter(bearer.teams.values()))
    if slug not in bearer.teams:
        raise ApiError(404, "unknown_team", fields=[Field("team", "unknown_choice", value=slug)], teams=names)
    return bearer.teams[slug]


def answered(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view without sign-in and form token, every failure of it as JSON."""

    @wraps(view, assigned=("__doc__",), updated=())
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except ApiError as error:
            response = answer_of(error)
        except (OperationalError, InterfaceError):
            log.warning("api_busy", exc_info=True)
            headers = {"Retry-After": str(BUSY_SECONDS)}
            response = answer_of(ApiError(503, "busy", headers=headers, seconds=BUSY_SECONDS))
        except Exception:
            reference = secrets.token_hex(4).upper()
            log.exception("api_failed", reference=reference)
            response = answer_of(ApiError(500, "failed", reference=reference))
        if response.status_code == 405:
            allowed = response.headers["Allow"]
            response = answer_of(ApiError(405, "wrong_method", headers={"Allow": allowed}, allowed=allowed))
        patch_vary_headers(response, ["Accept-Language", "Authorization"])
        return response

    answer.login_required = False  # type: ignore[attr-defined]  # what login_not_required sets
    answer.csrf_exempt = True  # type: ignore[attr-defined]
    return answer


def error_of(request: HttpRequest, raised: Exception) -> HttpResponse:
    """What ninja is told to do with every exception."""
    if isinstance(raised, ApiError):
        return answer_of(raised)
    if isinstance(raised, HttpError) and isinstance(raised.__cause__, ApiError):
        return answer_of(raised.__cause__)
    if isinstance(raised, ValidationError):
        return answer_of(refused([_field(request, each) for each in raised.errors]))
    if isinstance(raised, RequestDataTooBig):
        return answer_of(ApiError(413, "body_too_large", most=settings.DATA_UPLOAD_MAX_MEMORY_SIZE >> 20))
    if isinstance(raised, Http404):
        return answer_of(ApiError(404, "not_found"))
    raise raised


# What pydantic calls a problem, and the code of its words.
CODES = {
    "extra_forbidden": "unknown_field",
    "missing": "missing",
    "too_short": "no_rows",
    "too_long": "too_many",
    "list_type": "not_a_list",
    "literal_error": "unknown_choice",
    "int_parsing": "not_a_number",
    "int_type": "not_a_number",
    "int_from_float": "not_whole",
    "greater_than_equal": "too_large",
    "less_than_equal": "too_large",
    "string_type": "not_text",
    "string_too_long": "too_long",
}
OBJECTS = ("model_type", "model_attributes_type", "dict_type")


def _field(request: HttpRequest, error: dict[str, Any]) -> Field:
    """One problem by row and field; the value is that of the request, where it sent one."""
    kind = error["type"]
    place = [part for part in error["loc"][1:] if part not in ("batch", "query")]
    row = next((part for part in place if isinstance(part, int)), None)
    name = str(place[-1]) if place and isinstance(place[-1], str) else ""
    own = error["msg"] == REFUSED  # of values.py, whose codes are those of files
    code = kind if own else "not_an_object" if kind in OBJECTS else CODES.get(kind, kind)
    value = None if code == "missing" else error.get("input")
    if value is None and code not in ("missing", "no_rows"):
        value = _told(getattr(request, "told", None), place)
    return Field(name, code, None if row is None else row + 1, value)


def _told(body: Any, place: list[Any]) -> Any:
    for part in place:
        try:
            body = body[part]
        except (KeyError, IndexError, TypeError):
            return None
    return body

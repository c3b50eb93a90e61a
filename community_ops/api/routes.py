"""The operations of the API and their addresses below /api/v1/."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import path, register_converter
from django.urls.converters import StringConverter
from django.views.decorators.http import require_GET
from ninja import NinjaAPI, Query
from ninja.errors import HttpError, ValidationError

from community_ops.api import telling, writing
from community_ops.api.door import Holder, answered, error_of, team_of
from community_ops.api.errors import ApiError
from community_ops.api.once import carried_out
from community_ops.api.reading import StrictParser
from community_ops.api.schemas import (
    Days,
    DaysTaken,
    Error,
    Events,
    EventsTaken,
    GroupPage,
    Health,
    Orders,
    OrdersTaken,
)
from groups.models import Right

PREFIX = "/api/v1/"
REFUSALS = frozenset({400, 401, 403, 404, 409, 413, 415, 422, 429, 503})
READS = frozenset({400, 401, 403, 404, 422, 429, 503})

api = NinjaAPI(
    title="Community Ops",
    version="1",
    description="Daily figures, orders, joins and leaves in; groups and their health out.",
    parser=StrictParser(),
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)
for _kind in (Exception, HttpError, ValidationError, Http404):
    api.add_exception_handler(_kind, error_of)
IDEMPOTENT = {
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "Sent again with the same key within 24 hours, a request gets the answer of the first time.",
            "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,200}$"},
        }
    ]
}


def _told(taken: Any, refusals: frozenset[int] = REFUSALS) -> dict[Any, Any]:
    return {200: taken, refusals: Error}


@api.put(
    "activity/daily", auth=Holder(Right.ACTIVITY.value), response=_told(DaysTaken), url_name="api-activity",
    openapi_extra=IDEMPOTENT,
)  # fmt: skip
def put_days(request: HttpRequest, batch: Days) -> HttpResponse:
    """Daily figures of up to 5,000 groups and days, as they are now: the same again changes nothing."""
    team = team_of(request.bearer, batch.team)
    return carried_out(request, lambda: writing.write_days(request.bearer, team, batch, request.body))


@api.put(
    "orders", auth=Holder(Right.ORDERS.value), response=_told(OrdersTaken), url_name="api-orders",
    openapi_extra=IDEMPOTENT,
)  # fmt: skip
def put_orders(request: HttpRequest, batch: Orders) -> HttpResponse:
    """Up to 5,000 paid orders of one shop system; an order number counts once."""
    team = team_of(request.bearer, batch.team)
    return carried_out(request, lambda: writing.write_orders(request.bearer, team, batch))


@api.post(
    "members/events", auth=Holder(Right.MEMBERS.value), response=_told(EventsTaken), url_name="api-member-events",
    openapi_extra=IDEMPOTENT,
)  # fmt: skip
def post_events(request: HttpRequest, batch: Events) -> HttpResponse:
    """Up to 5,000 joins and leaves; each counts once, and members are hashed on arrival."""
    team = team_of(request.bearer, batch.team)
    return carried_out(request, lambda: writing.write_events(request.bearer, team, batch))


@api.get("groups", auth=Holder(Right.READ.value), response=_told(GroupPage, READS), url_name="api-groups")
def get_groups(
    request: HttpRequest,
    team: str = "",
    platform: str = "",
    state: str = "",
    key: str = "",
    after: str = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> HttpResponse:
    """Groups of the token's teams and where they stand, page by page."""
    words = {"team": team, "platform": platform, "state": state, "key": key, "after": after}
    clean = {name: word.replace("\0", "") for name, word in words.items()}
    return JsonResponse(telling.group_page(request.bearer, limit=limit, **clean))


@api.get(
    "groups/{int:pk}/health", auth=Holder(Right.READ.value), response=_told(Health, READS), url_name="api-group-health"
)
def get_health(request: HttpRequest, pk: int, days: Annotated[int, Query(ge=1, le=400)] = 56) -> HttpResponse:
    """The judged days of a group, its score with what took points off, and its causes."""
    return JsonResponse(telling.health_of(request.bearer, pk, days))


def schema() -> dict[str, Any]:
    """The description of the API in OpenAPI."""
    return api.get_openapi_schema(path_prefix=PREFIX)


@require_GET
def openapi(request: HttpRequest) -> HttpResponse:
    """The same as a document, for tools; it says nothing that is not on the page."""
    return JsonResponse(schema())


class Anything(StringConverter):
    """Also what holds an end of a line, which `path` leaves to the pages and their answer in HTML."""

    regex = r"[\s\S]+"


register_converter(Anything, "anything")


def nowhere(request: HttpRequest, rest: str = "") -> HttpResponse:
    raise ApiError(404, "not_found")


OPERATIONS = [each for each in api.urls[0] if each.name != "api-root"]
urlpatterns = [
    *(path(str(each.pattern), answered(each.callback), name=each.name) for each in OPERATIONS),
    path("openapi.json", answered(openapi), name="api-schema"),
    path("<anything:rest>", answered(nowhere), name="api-nowhere"),
]

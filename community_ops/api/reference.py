"""The page that describes the API: what the OpenAPI document says, as tables, with an example to copy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from community_ops.api.errors import MESSAGES
from community_ops.api.routes import OPERATIONS, PREFIX, schema

# The words of the page by the name of an operation: what it does, and the right that it asks for.
ABOUT: dict[str, tuple[str | Promise, str]] = {
    "api-activity": (_("Send daily figures of groups, as they are now"), "activity:write"),
    "api-orders": (_("Send paid orders of a shop system"), "orders:write"),
    "api-member-events": (_("Send joins and leaves of members"), "members:write"),
    "api-groups": (_("Read groups and where they stand, page by page"), "read"),
    "api-group-health": (_("Read the health of a group with its reasons"), "read"),
}
CODES = (
    "no_token", "wrong_token", "no_right", "too_many_requests", "not_json", "broken_json", "body_too_large", "invalid",
    "unknown_team", "key_reused", "month_closed", "busy",
)  # fmt: skip


class Dots(dict[str, str]):
    """Fills a sentence whose figures nobody knows yet."""

    def __missing__(self, key: str) -> str:
        return "…"


@dataclass(frozen=True)
class Value:
    """A field of a request: its name, its type and bounds, and whether it must be there."""

    name: str
    kind: str
    needed: bool
    place: str = ""


@dataclass(frozen=True)
class Operation:
    """One address and what may be sent there."""

    method: str
    address: str
    about: str | Promise
    right: str
    values: list[Value]


@require_GET
def api_reference(request: HttpRequest) -> HttpResponse:
    context = {
        "operations": operations(),
        "example": example(request.build_absolute_uri(PREFIX)),
        "requests": settings.API_REQUESTS_A_MINUTE,
        "refusals": [(code, str(MESSAGES[code]).format_map(Dots())) for code in CODES],
    }
    return render(request, "api.html", context)


def example(base: str) -> str:
    """A request that can be copied into a shell."""
    day = timezone.localdate() - timedelta(days=1)
    rows = f'{{"rows": [{{"group": "my-first-group", "date": "{day}", "messages": 12, "speakers": 3, "members": 80}}]}}'
    return (
        f"curl -X PUT {base}activity/daily \\\n"
        f'  -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\\n'
        f'  -H "Idempotency-Key: figures-of-{day}" \\\n'
        f"  -d '{rows}'"
    )


@cache  # the document is the same for as long as the process lives
def operations() -> list[Operation]:
    """From the OpenAPI document, in the order of the routes."""
    document = schema()
    found = []
    for route in OPERATIONS:
        pattern = str(route.pattern).replace("<int:pk>", "{pk}")
        for method, told in document["paths"][PREFIX + pattern].items():
            about, right = ABOUT[route.name]
            found.append(Operation(method.upper(), PREFIX + pattern, about, right, _values(told, document)))
    return found


def _values(told: dict[str, Any], document: dict[str, Any]) -> list[Value]:
    values = [
        Value(each["name"], _kind(each["schema"]), each["required"], each["in"]) for each in told.get("parameters", ())
    ]
    if "requestBody" in told:
        batch = _resolved(told["requestBody"]["content"]["application/json"]["schema"], document)
        values += _fields(batch, document, "")
        values += _fields(_resolved(batch["properties"]["rows"]["items"], document), document, "rows[]")
    return values


def _fields(shape: dict[str, Any], document: dict[str, Any], place: str) -> list[Value]:
    needed = shape.get("required", ())
    return [
        Value(name, _kind(_resolved(each, document)), name in needed, place or "body")
        for name, each in shape["properties"].items()
    ]


def _resolved(shape: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in shape:
        shape = document["components"]["schemas"][shape["$ref"].rsplit("/", 1)[-1]]
    return shape


def _kind(shape: dict[str, Any]) -> str:
    """The type in the words of JSON Schema, with its bounds."""
    if "enum" in shape:
        return " | ".join(map(str, shape["enum"]))
    if "anyOf" in shape:
        return " | ".join(_kind(each) for each in shape["anyOf"])
    kind = shape.get("type", "any")
    words = [" | ".join(kind) if isinstance(kind, list) else kind]
    words += [shape["format"]] if "format" in shape else []
    for low, high in (("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems")):
        if high in shape:
            words.append(f"{shape.get(low, 0)}–{shape[high]}")
    return " ".join(words)

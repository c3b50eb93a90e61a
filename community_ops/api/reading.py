"""Reads the body of a request strictly: UTF-8, JSON as it is specified, no key twice, no number that is none."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja.parser import Parser

from community_ops.api.errors import ApiError, shown

LONGEST_INTEGER = 19  # digits; what is longer is too large for every field, and must not cost time
LONGEST_NUMBER = 40
TOO_LARGE = 10**LONGEST_INTEGER


class StrictParser(Parser):
    """What ninja calls for the body; also remembers it, so that a refusal can tell the value of a field."""

    def parse_body(self, request: HttpRequest) -> Any:
        request.told = parsed(request)
        return request.told


def parsed(request: HttpRequest) -> Any:
    """The JSON of the body; ApiError where it is none."""
    charset = (request.content_params or {}).get("charset", "utf-8").lower()
    if request.content_type != "application/json" or charset not in ("utf-8", "utf8"):
        raise ApiError(415, "not_json")
    try:
        text = request.body.decode("utf-8")
    except UnicodeDecodeError as broken:
        raise ApiError(400, "broken_json", at=broken.start) from broken
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer, parse_float=_fraction
        )
    except json.JSONDecodeError as broken:
        raise ApiError(400, "broken_json", at=broken.pos) from broken
    except RecursionError as deep:
        raise ApiError(400, "too_deep") from deep


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ApiError(400, "duplicate_key", field=shown(name))
        found[name] = value
    return found


def _constant(word: str) -> NoReturn:
    raise ApiError(400, "not_a_json_number", value=word)


def _integer(digits: str) -> int:
    if len(digits) <= LONGEST_INTEGER:
        return int(digits)
    return -TOO_LARGE if digits.startswith("-") else TOO_LARGE


def _fraction(digits: str) -> Decimal:
    """Exactly as written: a float would round money."""
    if len(digits) > LONGEST_NUMBER:
        raise ApiError(400, "not_a_json_number", value=shown(digits))
    return Decimal(digits)

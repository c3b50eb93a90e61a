"""A request with an idempotency key is carried out once: sent again it gets the answer of the first time."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from community_ops.api.errors import ApiError
from groups.models import ApiAnswer
from groups.tokens import ANSWERS_KEPT, Bearer

IN_ORDER = {"sort_keys": True}  # the database keeps no order of keys
KEY = re.compile(r"[A-Za-z0-9_-]{1,200}", re.ASCII)
# Of two at once the second waits here until the first has committed, and finds its row.
CLAIM = """
    INSERT INTO groups_apianswer AS a (token_id, key, request_hash, body, made_at)
    VALUES (%(token)s, %(key)s, %(hash)s, NULL, %(now)s)
    ON CONFLICT (token_id, key) DO UPDATE
    SET request_hash = EXCLUDED.request_hash, body = NULL, made_at = EXCLUDED.made_at
    WHERE a.made_at < %(over)s
    RETURNING id
"""


def carried_out(request: HttpRequest, work: Callable[[], dict[str, Any]]) -> HttpResponse:
    """Run the work in one transaction and answer what it returns; a repeated key gets the stored answer.

    The key commits with what the work wrote, or not at all: a refused or broken request may be sent again.
    """
    bearer: Bearer = request.bearer
    key = request.headers.get("Idempotency-Key")
    if key is not None and not KEY.fullmatch(key):
        raise ApiError(400, "bad_key")
    try:
        with transaction.atomic():
            before = _claim(request, bearer, key) if key is not None else None
            if before is not None:
                return JsonResponse(before, headers={"Idempotent-Replayed": "true"}, json_dumps_params=IN_ORDER)
            body = work()
            if key is not None:
                ApiAnswer.objects.filter(token=bearer.token, key=key).update(body=body)
    except IntegrityError as broken:
        if "a closed month takes no line" in str(broken):
            raise ApiError(409, "month_closed") from broken
        raise
    return JsonResponse(body, json_dumps_params=IN_ORDER)


def _claim(request: HttpRequest, bearer: Bearer, key: str) -> dict[str, Any] | None:
    """The answer of the first time; None if this is the first time and the key is ours until we commit."""
    now = timezone.now()
    asked = hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.body).hexdigest()
    values = {"token": bearer.token.pk, "key": key, "hash": asked, "now": now, "over": now - ANSWERS_KEPT}
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        if cursor.fetchone():
            return None
    first = ApiAnswer.objects.get(token=bearer.token, key=key)
    if first.request_hash != asked:
        raise ApiError(422, "key_reused")
    return first.body

"""Writes what must be told to a worker or to the outside, inside the transaction of its cause."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from groups.models import OutboxMessage
from groups.request_ids import current_request


class PostedOutsideTransaction(RuntimeError):
    """A message that could be sent although its cause was rolled back was refused."""


def post(*, key: str, kind: str, payload: dict[str, Any], now: datetime) -> None:
    """Put one message beside its cause; see `post_all`."""
    post_all({key: payload}, kind=kind, now=now)


def post_all(payloads: Mapping[str, dict[str, Any]], *, kind: str, now: datetime) -> None:
    """Put messages, by key, beside their cause in one statement; the tick sends them (lifecycle.outbox_drain), at
    least once.

    The same `key` posted again is no second message. `payload` holds ids only: it ends up in the broker and in logs.
    Nothing is sent here, so a request neither waits for the broker nor fails with it.
    """
    if not transaction.get_connection().in_atomic_block:
        raise PostedOutsideTransaction(kind)
    shared = {"kind": kind, "available_at": now, "request_id": current_request()[:40]}
    OutboxMessage.objects.bulk_create(
        [OutboxMessage(key=key, payload=payload, **shared) for key, payload in payloads.items()],
        ignore_conflicts=True,
    )

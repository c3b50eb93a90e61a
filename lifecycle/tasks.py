"""Doors of the workers: each reads the clock and calls one function."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from lifecycle import imports

DATABASE_TROUBLE = {
    "autoretry_for": (OperationalError, InterfaceError),
    "retry_backoff": True,
    "retry_jitter": True,
    "max_retries": 5,
}


@shared_task(name="lifecycle.read_import", **DATABASE_TROUBLE)
def read_import(import_id: int, **_: Any) -> None:
    """Read one upload and bring it in, unless somebody else is at it or has done it."""
    imports.run(import_id, now=timezone.now(), today=timezone.localdate())

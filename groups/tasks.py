"""Doors of the workers: each reads the clock and calls one function. The rows that wait are the queue."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from groups import registry_import, undoing


@shared_task(
    name="groups.work_on_list",
    autoretry_for=(OperationalError, InterfaceError),
    retry_backoff=True,
    retry_jitter=True,
    max_retries=5,
)
def work_on_list(list_id: int, **_: Any) -> None:
    """Read, preview or write a list of groups: whatever it waits for."""
    registry_import.work(list_id, now=timezone.now())


@shared_task(
    name="groups.undo_change",
    autoretry_for=(OperationalError, InterfaceError),
    retry_backoff=True,
    retry_jitter=True,
    max_retries=5,
)
def undo_change(change_id: int, **_: Any) -> None:
    """Take a change of many groups back, if somebody asked for it."""
    undoing.work(change_id, now=timezone.now())

"""Doors of the workers: each reads the clock and calls one function. The tables are the queue; see pipeline."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from groups import recurring
from lifecycle import imports, nights, order_imports, outbox_drain, pipeline, policy_trials, upkeep
from lifecycle.held_off import nights_are_held_off
from lifecycle.known_members import members_on
from lifecycle.wecom import working

CHUNK_EXPIRES = 110  # seconds; the next tick sends new ones
DATABASE_TROUBLE = {
    "autoretry_for": (OperationalError, InterfaceError),
    "retry_backoff": True,
    "retry_jitter": True,
    "max_retries": 5,
}


@shared_task(name="lifecycle.ensure_nights", **DATABASE_TROUBLE)
def ensure_nights(**_: Any) -> None:
    """Tick: open the nights that are missing, and call some of the crew when there is work."""
    upkeep.note_tick("ensure_nights")
    if nights_are_held_off():
        return
    for _n in range(min(nights.ensure_nights(now=timezone.now()), settings.NIGHT_CREW)):
        night_chunk.apply_async(expires=CHUNK_EXPIRES)


@shared_task(name="lifecycle.night_chunk", **DATABASE_TROUBLE)
def night_chunk(**_: Any) -> None:
    """Work pieces for some seconds; the rest is left to the next message."""
    if pipeline.work_for(settings.NIGHT_CHUNK_SECONDS, now=timezone.now()):
        night_chunk.apply_async(expires=CHUNK_EXPIRES)


@shared_task(name="lifecycle.drain_outbox", **DATABASE_TROUBLE)
def drain_outbox(**_: Any) -> None:
    """Tick: send what was saved to be sent."""
    outbox_drain.drain()


@shared_task(name="lifecycle.enter_due_lines", **DATABASE_TROUBLE)
def enter_due_lines(**_: Any) -> None:
    """Tick: enter the recurring lines that are due, and those that were missed."""
    now = timezone.now()
    recurring.enter_due(today=timezone.localdate(now), now=now, members_on=members_on)


@shared_task(name="lifecycle.reap", **DATABASE_TROUBLE)
def reap(**_: Any) -> None:
    """Tick: pick up what got lost, throw away what is kept no longer, make room for the months to come."""
    upkeep.reap(now=timezone.now())


@shared_task(name="lifecycle.read_import", **DATABASE_TROUBLE)
def read_import(import_id: int, **_: Any) -> None:
    """Read an upload and bring it in; then its groups are judged anew."""
    now = timezone.now()
    if imports.run(import_id, now=now, today=timezone.localdate(now)):
        night_chunk.apply_async(expires=CHUNK_EXPIRES)


@shared_task(name="lifecycle.wecom_tick", **DATABASE_TROUBLE)
def wecom_tick(**_: Any) -> None:
    """Tick: open today's run of WeCom when its hour has come, and call somebody when there is work."""
    if working.tick(timezone.now()):
        wecom_work.apply_async(expires=CHUNK_EXPIRES)


@shared_task(name="lifecycle.wecom_work", **DATABASE_TROUBLE)
def wecom_work(**_: Any) -> None:
    """Ask WeCom for some seconds; the rest is left to the next message."""
    if working.work_for(settings.WECOM_CHUNK_SECONDS, timezone.now):
        wecom_work.apply_async(expires=CHUNK_EXPIRES)


@shared_task(name="lifecycle.work_on_orders", **DATABASE_TROUBLE)
def work_on_orders(upload_id: int, **_: Any) -> None:
    """Read a file of orders, or bring it in: whatever it waits for."""
    now = timezone.now()
    order_imports.work(upload_id, now=now, today=timezone.localdate(now))


@shared_task(name="lifecycle.try_policy", **DATABASE_TROUBLE)
def try_policy(draft_id: int, **_: Any) -> None:
    """Go on with the trial of a drafted policy for some seconds; the rest is left to the next message."""
    if policy_trials.try_for(settings.NIGHT_CHUNK_SECONDS, draft_id, timezone.now()):
        try_policy.apply_async(kwargs={"draft_id": draft_id}, expires=CHUNK_EXPIRES)

"""Doors of the workers to what joins the apps."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from community_ops import learning
from lifecycle.tasks import DATABASE_TROUBLE


@shared_task(name="community_ops.learn", **DATABASE_TROUBLE)
def learn(**_: Any) -> None:
    """Tick: gather experience and score verdicts, if today's are not there yet."""
    now = timezone.now()
    learning.learn(now=now, today=timezone.localdate(now))

"""Tells a watchman outside that all is well. If nothing comes he calls: the one alarm that also sees everything off."""

from __future__ import annotations

import logging
from datetime import datetime

import httpx
from django.conf import settings
from django.utils import timezone

from community_ops.watching import figures, limits
from community_ops.watching.figures import Figures

log = logging.getLogger(__name__)
SECONDS = 10.0


def troubles(read: Figures, hour: int) -> list[str]:
    """What keeps the sign of life back: the same that `doctor` calls bad."""
    late = read.nights_late > 1 or (read.nights_late == 1 and hour >= limits.NIGHT_LATE_FROM_HOUR)
    found = {
        "nights": late,
        "outbox": (read.oldest_unsent or 0) > limits.UNSENT_SECONDS,
        "imports": (read.oldest_import or 0) > limits.IMPORT_SECONDS,
    }
    return [name for name, holds in found.items() if holds]


def send(*, now: datetime) -> bool:
    """Ask for ALIVE_URL unless something is wrong; says whether it was asked for. It never raises for the network."""
    if not settings.ALIVE_URL:
        return False
    if found := troubles(figures.read(now=now), timezone.localtime(now).hour):
        log.warning("no sign of life: %s", ", ".join(found))
        return False
    try:
        httpx.get(settings.ALIVE_URL, timeout=SECONDS).raise_for_status()
    except httpx.HTTPError as error:
        log.warning("the sign of life was not taken: %s", type(error).__name__)
        return False
    return True

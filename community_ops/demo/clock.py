"""The clock of an installation that shows the demo: how many days it is ahead of the real one.

`demo load` puts a file with a zero into `.local`; a process that starts where it lies reads the time through it. An
installation without the demo has no such file, and its clock is never touched.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.utils import timezone

READ_AGAIN_AFTER = 1.0  # seconds
MOST_DAYS = 3650
_real_now: Callable[[], datetime] = timezone.now
_known: tuple[float, int] = (float("-inf"), 0)


def clock_file() -> Path:
    return Path(settings.LOCAL_DIR) / "demo-clock"


def days_ahead() -> int:
    """How far the clock of the demo is ahead, 0 where there is none; read again every second."""
    global _known
    at, days = _known
    if time.monotonic() - at > READ_AGAIN_AFTER:
        days = _read()
        _known = (time.monotonic(), days)
    return days


def days_shown() -> int:
    """How far this process is ahead; no file is read where it does not follow the clock of a demo."""
    return days_ahead() if timezone.now is now else 0


def set_days_ahead(days: int | None) -> None:
    """Put the clock so many days ahead, in every process of the installation; None takes it away."""
    global _known
    path = clock_file()
    if days is None:
        path.unlink(missing_ok=True)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text(f"{days}\n")
        fresh.replace(path)
    _known = (float("-inf"), 0)


def now() -> datetime:
    """The moment that the product takes for the present one."""
    return _real_now() + timedelta(days=days_ahead())


# What a field begins with is written into migrations by this name, whichever clock is in its place.
now.__module__ = timezone.__name__


def follow() -> None:
    """Make this process live by the clock of the demo. Call once at the start, where the file lies.

    Fields that begin with the present moment took the real clock when their models were loaded; they follow too.
    """
    timezone.now = now
    for model in apps.get_models(include_auto_created=True, include_swapped=True):
        for field in model._meta.local_fields:
            if field.default is _real_now:
                field.default = now
                vars(field).pop("_get_default", None)


def _read() -> int:
    try:
        days = int(clock_file().read_text())
    except (OSError, ValueError):
        return 0
    return days if 0 <= days <= MOST_DAYS else 0

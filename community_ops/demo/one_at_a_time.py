"""Lets one process at a time make or take off the demo, whoever asked for it: a page, a command, the first start.

A lock of the session that nobody waits for: whoever holds it and dies has let go of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

TRY = "SELECT pg_try_advisory_lock(hashtext('demo'))"
LET_GO = "SELECT pg_advisory_unlock(hashtext('demo'))"


class DemoInHands(RuntimeError):
    """Another process makes or takes off the demo at this moment. Nothing was written."""


@contextmanager
def demo_in_our_hands() -> Iterator[None]:
    """Nobody else makes or takes off the demo meanwhile. May be entered again within. Raises DemoInHands."""
    with connection.cursor() as cursor:
        cursor.execute(TRY)
        if not cursor.fetchone()[0]:
            raise DemoInHands
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(LET_GO)

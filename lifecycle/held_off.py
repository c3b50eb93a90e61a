"""Keeps the workers' hands off the nights while a history is being made, night by night, with people's work between.

A lock of the session: whoever holds it and dies has let go of it. It does not stop a piece that is being worked.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

HOLD = "SELECT pg_advisory_lock(hashtext('nights held off'))"
LET_GO = "SELECT pg_advisory_unlock(hashtext('nights held off'))"
IS_FREE = "SELECT pg_try_advisory_xact_lock_shared(hashtext('nights held off'))"


@contextmanager
def nights_held_off() -> Iterator[None]:
    """Workers open no night and begin no piece meanwhile; what this process does goes on. Not within a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(LET_GO)


def nights_are_held_off() -> bool:
    """Whether another session keeps the workers waiting; the next tick asks again."""
    with connection.cursor() as cursor:
        cursor.execute(IS_FREE)
        return not cursor.fetchone()[0]

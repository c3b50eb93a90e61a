"""Runs two calls at the same moment in threads with connections of their own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Thread
from typing import Any

from django.db import connection


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call returned, or the exception that it raised, in their order."""
    barrier, results = Barrier(len(calls)), [None] * len(calls)

    def run(place: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(120)
            results[place] = calls[place]()
        except Exception as raised:
            results[place] = raised
        finally:
            connection.close()

    threads = [Thread(target=run, args=[place]) for place in range(len(calls))]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return results


def meeting(step: Callable[..., Any], seconds: float = 1) -> Callable[..., Any]:
    """The step, after which two threads wait for each other: what both have read by then, both act upon.

    A lock that holds the second one back before the step lets the first go on after some seconds.
    """
    barrier = Barrier(2)

    def met(*args: Any, **kwargs: Any) -> Any:
        result = step(*args, **kwargs)
        with suppress(BrokenBarrierError):
            barrier.wait(seconds)
        return result

    return met

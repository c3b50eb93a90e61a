"""The request that something belongs to, from the click through the outbox to the task on another machine."""

from __future__ import annotations

import structlog

HEADER = "request_id"  # of log lines and of Celery's messages alike


def current_request() -> str:
    """The id of the request, or of the task's request, that runs now; empty outside of both."""
    return str(structlog.contextvars.get_contextvars().get(HEADER, ""))

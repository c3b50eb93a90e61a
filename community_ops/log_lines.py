"""Log lines: one JSON object a line, whatever was said and by whom, with the request or task that it belongs to.

A request has an id (django_structlog); what it posts to the outbox carries that id, and so does the task that the
message becomes, on whichever machine. So one search finds everything that a click set off.
"""

from __future__ import annotations

import json
from typing import Any

import structlog
from celery import Task, signals
from celery.app.task import Context

from groups.request_ids import HEADER, current_request

# What is said of every line, ours and those of libraries alike.
SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
]
QUIET = {
    # They log whole addresses, and an address of WeCom carries its token.
    "httpx": "WARNING",
    "httpcore": "WARNING",
    # A line for every tick and every message.
    "celery.beat": "WARNING",
    "celery.worker.strategy": "WARNING",
}


# JSON leaves them as they are, and readers of lines end a line there.
ENDS_OF_LINES = {code: f"\\u{code:04x}" for code in (0x85, 0x2028, 0x2029)}


def one_line(line: object, **options: Any) -> str:
    """JSON in which no letter ends the line for anybody."""
    return json.dumps(line, **options).translate(ENDS_OF_LINES)


def logging_settings(level: str, form: str) -> dict[str, Any]:
    """Django's LOGGING, and the same for structlog. `form`: json, or text for reading by eye."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer = (
        structlog.processors.JSONRenderer(serializer=one_line, ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
                "foreign_pre_chain": SHARED,
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
        # Django gives its own loggers a handler of their own; theirs would be a second line of the same.
        "loggers": {name: {"level": quiet} for name, quiet in QUIET.items()}
        | {"django": {"handlers": [], "propagate": True}, "django.server": {"handlers": [], "propagate": True}},
        "root": {"handlers": ["console"], "level": level},
    }


@signals.setup_logging.connect
def leave_logging_to_django(**_: Any) -> None:
    """Celery would put handlers of its own on the root."""


@signals.before_task_publish.connect
def send_with_request(headers: dict[str, Any] | None = None, **_: Any) -> None:
    if headers is not None and HEADER not in headers and (request := current_request()):
        headers[HEADER] = request


@signals.task_prerun.connect
def begin_with_request(task_id: str, task: Task, **_: Any) -> None:
    context: Context = task.request
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(
        task=task.name, task_id=task_id, **({HEADER: request} if (request := context.get(HEADER)) else {})
    )


@signals.task_postrun.connect
def end_with_task(**_: Any) -> None:
    structlog.contextvars.clear_contextvars()

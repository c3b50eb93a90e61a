"""One JSON object a line, with the request that it belongs to, from the click to the task."""

from __future__ import annotations

import io
import json
import logging
from types import SimpleNamespace

import pytest
import structlog
from django.db import transaction
from django.utils import timezone

from community_ops import log_lines
from groups import outbox
from groups.models import OutboxMessage
from lifecycle import outbox_drain


@pytest.fixture
def lines():
    """What a handler with our formatter writes, line by line."""
    told = log_lines.logging_settings("INFO", "json")["formatters"]["lines"]
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processors=told["processors"], foreign_pre_chain=told["foreign_pre_chain"])
    )
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)
    structlog.contextvars.clear_contextvars()


def test_whatever_is_said_is_one_object_a_line(lines):
    hostile = "社群\r\n{}\u2028\u2029\x85\x1e"
    structlog.contextvars.bind_contextvars(request_id="r-1")
    structlog.get_logger("ours").warning("said", text=hostile, code=200)
    logging.getLogger("of.a.library").warning("two %s\nlines", "long")
    try:
        raise ValueError("wrong\nvalue")
    except ValueError:
        logging.getLogger("of.a.library").exception("failed")
    ours, library, failed = lines()
    assert (ours["event"], ours["text"], ours["code"], ours["level"]) == (
        "said",
        "社群\r\n{}\u2028\u2029\x85\x1e",
        200,
        "warning",
    )
    assert (library["event"], library["logger"]) == ("two long\nlines", "of.a.library")
    assert "ValueError: wrong\nvalue" in failed["exception"]
    assert {each["request_id"] for each in (ours, library, failed)} == {"r-1"}


@pytest.mark.django_db
def test_a_message_and_its_task_know_the_request_that_posted_it(monkeypatch):
    sent = []
    monkeypatch.setattr(outbox_drain.current_app, "send_task", lambda name, **told: sent.append(told))
    structlog.contextvars.bind_contextvars(request_id="r-2")
    with transaction.atomic():
        outbox.post(key="with", kind="night_chunk", payload={}, now=timezone.now())
    structlog.contextvars.clear_contextvars()
    with transaction.atomic():
        outbox.post(key="without", kind="night_chunk", payload={}, now=timezone.now())
    assert list(OutboxMessage.objects.order_by("id").values_list("request_id", flat=True)) == ["r-2", ""]
    assert outbox_drain.drain() == 2
    assert [told["headers"] for told in sent] == [{"request_id": "r-2"}, None]


def test_a_task_speaks_for_its_request_and_what_it_sends_does_too_and_the_next_one_does_not():
    log_lines.begin_with_request("t-1", SimpleNamespace(name="groups.work_on_list", request={"request_id": "r-3"}))
    assert structlog.contextvars.get_contextvars() == {
        "task": "groups.work_on_list", "task_id": "t-1", "request_id": "r-3"
    }  # fmt: skip
    headers = {}
    log_lines.send_with_request(headers)
    assert headers == {"request_id": "r-3"}
    log_lines.begin_with_request("t-2", SimpleNamespace(name="lifecycle.reap", request={}))
    assert "request_id" not in structlog.contextvars.get_contextvars()
    log_lines.end_with_task()
    assert structlog.contextvars.get_contextvars() == {}

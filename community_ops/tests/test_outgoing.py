"""Case 6: a broker that hangs must not hang a page, and must let go of whoever speaks to it."""

import ast

from django.conf import settings

from community_ops.tests.test_source_rules import called, sources

# What sends messages: the doors of workers, the upkeep, the drain of the outbox, and the probe of a shell.
SENDERS = {
    "lifecycle/tasks.py", "lifecycle/upkeep.py", "lifecycle/outbox_drain.py", "groups/tasks.py",
    "community_ops/tasks.py", "community_ops/management/commands/workers_answer.py", "community_ops/supervisor.py",
}  # fmt: skip
SENDING = {"delay", "apply_async", "send_task", "delay_on_commit"}


def test_no_page_speaks_to_the_broker():
    """What a page wants done is a row of the outbox; a view that called a task would wait for the broker."""
    found = {name for name, text in sources() for node in ast.walk(ast.parse(text)) if called(node) in SENDING}
    assert found and found <= SENDERS


def test_whoever_speaks_to_the_broker_gives_up_in_time():
    """Without a limit a frozen broker holds a sender for ever."""
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    assert 0 < options["socket_connect_timeout"] <= 5
    assert 0 < options["socket_timeout"] <= 10
    assert settings.CELERY_TASK_PUBLISH_RETRY_POLICY["max_retries"] <= 2
    assert settings.CELERY_RESULT_BACKEND is None

"""Sends the messages of the outbox to the workers, at least once, and tidies what was sent long ago."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import current_app
from django.db import connection, transaction
from django.db.models.functions import Now
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from groups.models import OutboxMessage
from groups.request_ids import HEADER

log = logging.getLogger(__name__)

# What a kind of message calls: the task, with the payload as its arguments.
TASKS = {
    "read_import": "lifecycle.read_import",
    "work_on_list": "groups.work_on_list",
    "undo_change": "groups.undo_change",
    "work_on_orders": "lifecycle.work_on_orders",
    "night_chunk": "lifecycle.night_chunk",
    "try_policy": "lifecycle.try_policy",
    "work_on_sample": "community_ops.work_on_sample",
}
AT_ONCE = 100
LONGEST_WAIT = timedelta(hours=1)
KEPT_AFTER_SENDING = timedelta(days=30)


class UnknownKind(LookupError):
    """No task is named for this kind of message."""


def drain() -> int:
    """Send what is due, oldest first; returns how many. Stops when the broker does not answer; the rows stay."""
    sent = 0
    while True:
        with transaction.atomic():
            due = list(
                OutboxMessage.objects.select_for_update(skip_locked=True)
                .filter(sent_at=None, available_at__lte=Now())
                .order_by("id")[:AT_ONCE]
            )
            for message in due:
                try:
                    _publish(message)
                except (BrokerError, RedisError, OSError) as error:
                    _note(message, error, wait=timedelta(0))
                    return sent
                except Exception as error:
                    log.exception("outbox message %s cannot be sent", message.pk)
                    _note(message, error, wait=min(timedelta(seconds=5 * 2 ** min(message.attempts, 10)), LONGEST_WAIT))
                else:
                    _mark_sent(message)
                    sent += 1
        if len(due) < AT_ONCE:
            return sent


def _publish(message: OutboxMessage) -> None:
    if message.kind not in TASKS:
        raise UnknownKind(message.kind)
    headers = {HEADER: message.request_id} if message.request_id else None
    current_app.send_task(TASKS[message.kind], kwargs=message.payload, headers=headers)


def _mark_sent(message: OutboxMessage) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE groups_outboxmessage SET sent_at = clock_timestamp(), attempts = attempts + 1, last_error = ''"
            " WHERE id = %s",
            [message.pk],
        )


def _note(message: OutboxMessage, error: Exception, *, wait: timedelta) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE groups_outboxmessage SET attempts = LEAST(attempts + 1, 30000), last_error = %s,"
            " available_at = clock_timestamp() + %s WHERE id = %s",
            [f"{type(error).__name__}: {error}"[:300], wait, message.pk],
        )


def tidy() -> int:
    """Delete messages that were sent more than a month ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM groups_outboxmessage WHERE sent_at < clock_timestamp() - %s::interval", [KEPT_AFTER_SENDING]
        )
        return cursor.rowcount

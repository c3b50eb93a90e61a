"""Sends what was put into messages: claimed by lease, tried again with patience, never more than a service takes.

A message is marked as tried before it goes out and as delivered after, so a sender that dies in between sends it once
more, with the same number in its text; it is never lost.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from community_ops.notices.quiet import is_quiet, robot_is_quiet
from community_ops.notices.transport import NotDelivered, send_mail, show_robot, tell_robot
from groups import audit
from groups.models import Delivery, QuietHours, Robot
from lifecycle.failpoints import reach

LEASE_SECONDS = 60
MOST_A_MINUTE = 20  # what WeCom, DingTalk and Feishu take of one robot
# Not less than a minute, so that a message counts once against that limit.
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 60, 3600
GIVE_UP_AFTER = timedelta(days=1)
KEPT_DAYS = 30
DELETED = "deliveries deleted"  # what the page of retention counts them as
PICTURE_REFUSED = "picture_refused"
LOOK_AGAIN_SECONDS = 600  # at what waits for the end of quiet hours

CLAIM = """
    UPDATE groups_delivery SET attempts = least(attempts + 1, 30000),
        tried_at = clock_timestamp(), lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
    WHERE id = (
        SELECT d.id FROM groups_delivery d
        LEFT JOIN groups_robot r ON r.id = d.robot_id
        WHERE d.state = 'todo' AND d.next_at <= clock_timestamp() AND r.paused_at IS NULL
            AND (d.lease_until IS NULL OR d.lease_until < clock_timestamp())
            AND (d.robot_id IS NULL OR (
                SELECT count(*) FROM groups_delivery s WHERE s.robot_id = d.robot_id
                AND greatest(s.tried_at, s.sent_at) > clock_timestamp() - interval '1 minute'
            ) < %(most)s)
        ORDER BY d.next_at, d.id LIMIT 1 FOR UPDATE OF d SKIP LOCKED)
    RETURNING id, attempts
"""
SENT = """
    UPDATE groups_delivery SET state = 'sent', sent_at = clock_timestamp(), lease_until = NULL, problem = ''
    WHERE id = %(id)s AND state = 'todo'
"""
# Nothing went out, so the attempt does not count.
LATER = """
    UPDATE groups_delivery SET next_at = clock_timestamp() + make_interval(secs => %(wait)s), lease_until = NULL,
        tried_at = NULL, attempts = greatest(attempts - 1, 0)
    WHERE id = %(id)s AND state = 'todo'
"""
AGAIN = """
    UPDATE groups_delivery SET next_at = clock_timestamp() + make_interval(secs => %(wait)s), lease_until = NULL,
        problem = %(problem)s
    WHERE id = %(id)s AND state = 'todo'
"""


@dataclass(frozen=True)
class Claimed:
    pk: int
    attempts: int


def deliver(seconds: float, *, now: datetime) -> int:
    """Send what is due, for about so many seconds; returns how many were delivered."""
    until, delivered = time.monotonic() + seconds, 0
    while time.monotonic() < until and (claimed := claim()):
        delivered += _deliver(claimed, now)
    return delivered


def claim() -> Claimed | None:
    """The message that has waited longest; nobody else takes it before its lease is over.

    One claim at a time, so that two senders do not both find room for the twentieth message of a minute.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('messages that leave'))")
        cursor.execute(CLAIM, {"lease": LEASE_SECONDS, "most": MOST_A_MINUTE})
        found = cursor.fetchone()
    return Claimed(*found) if found else None


def _deliver(claimed: Claimed, now: datetime) -> int:
    found = Delivery.objects.select_related("robot", "user__quiet_hours").filter(pk=claimed.pk)
    message = found.first()
    if message is None:  # its robot was removed a moment ago
        return 0
    if _is_quiet(message, now):
        with connection.cursor() as cursor:
            cursor.execute(LATER, {"id": message.pk, "wait": LOOK_AGAIN_SECONDS})
        return 0
    try:
        _send(message)
    except NotDelivered as why:
        _try_again(message, why, now)
        return 0
    reach("before_commit")
    _delivered(message, now)
    return 1


def _is_quiet(message: Delivery, now: datetime) -> bool:
    """Quiet hours may have begun since the message was made."""
    local = timezone.localtime(now)
    if message.robot:
        return robot_is_quiet(message.robot, local)
    return is_quiet(getattr(message.user, "quiet_hours", None) or QuietHours(user=message.user), local)


def _send(message: Delivery) -> None:
    if message.robot and message.picture:
        show_robot(message.robot, bytes(message.picture))
    elif message.robot:
        tell_robot(message.robot, f"{message.subject}\n{message.body}")
    elif not message.user.is_active:
        raise NotDelivered("account_closed", lasting=True)
    else:
        send_mail(message.user.email, message.subject, message.body, number=message.number)


@transaction.atomic
def _delivered(message: Delivery, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SENT, {"id": message.pk})
    if message.robot_id:
        Robot.objects.filter(pk=message.robot_id).update(delivered_at=now, failing_since=None)


@transaction.atomic
def _try_again(message: Delivery, why: NotDelivered, now: datetime) -> None:
    wait = min(FIRST_WAIT_SECONDS * 2 ** min(message.attempts - 1, 10), LONGEST_WAIT_SECONDS)
    with connection.cursor() as cursor:
        cursor.execute(AGAIN, {"id": message.pk, "wait": wait, "problem": why.code})
    if message.robot_id is None:
        if why.lasting or message.made_at < now - GIVE_UP_AFTER:
            Delivery.objects.filter(pk=message.pk, state="todo").update(state="failed")
        return
    if why.code == PICTURE_REFUSED:  # the robot takes texts still
        Delivery.objects.filter(pk=message.pk, state="todo").update(state="failed")
        return
    robot = Robot.objects.select_for_update().get(pk=message.robot_id)
    since = robot.failing_since or now
    Robot.objects.filter(pk=robot.pk, failing_since=None).update(failing_since=now)
    if why.lasting or since < now - GIVE_UP_AFTER:
        pause(robot, why.code if why.lasting else "no_answer_for_a_day", now=now)


def pause(robot: Robot, reason: str, *, now: datetime) -> None:
    """Stop a robot that cannot deliver. What waits is kept until it is resumed; administrators are told."""
    if Robot.objects.filter(pk=robot.pk, paused_at=None).update(paused_at=now, pause_reason=reason):
        audit.record(verb="robot paused", thing=robot, by=None, now=now, after={"reason": reason})


def tidy(*, now: datetime) -> int:
    """Delete messages that were delivered or given up long ago."""
    deleted, _ = Delivery.objects.exclude(state="todo").filter(made_at__lt=now - timedelta(days=KEPT_DAYS)).delete()
    return deleted

"""Makes, pauses and removes the robots of staff chats. Their addresses are sealed at the door and never shown again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from community_ops.notices.robot_services import path_of
from community_ops.notices.transport import tell_robot
from groups import audit
from groups.models import Delivery, Robot, Team, User
from groups.sealing import seal


@transaction.atomic
def add_robot(
    *,
    name: str,
    service: str,
    address: str,
    team: Team | None,
    language: str,
    on_holidays: bool,
    weekly_on: int | None = None,
    monthly_on: int | None = None,
    by: User,
    now: datetime,
) -> Robot:
    """Keep a robot; AddressRefused unless the address is that of a robot of this service."""
    path_of(service, address)
    robot = Robot.objects.create(
        name=name,
        service=service,
        sealed_address=seal(address.strip().encode()),
        address_end=address.strip()[-4:],
        team=team,
        language=language,
        on_holidays=on_holidays,
        weekly_on=weekly_on,
        monthly_on=monthly_on,
        made_at=now,
        made_by=by,
    )
    told = {"name": name, "service": service, "team": team.pk if team else None, "address_end": robot.address_end}
    audit.record(verb="robot added", thing=robot, by=by, now=now, after=told)
    return robot


def try_robot(robot: Robot, text: str, *, by: User, now: datetime) -> None:
    """Send a text now; NotDelivered with the reason if the service did not take it. On record either way."""
    with transaction.atomic():
        audit.record(verb="robot tried", thing=robot, by=by, now=now)
    tell_robot(robot, text)
    Robot.objects.filter(pk=robot.pk).update(delivered_at=now, failing_since=None)


@transaction.atomic
def report_on(robot: Robot, *, weekday: int | None, month_day: int | None, by: User, now: datetime) -> None:
    """Let the robot bring the weekly report from this weekday on, as date.weekday counts, and the monthly one from
    this day of the month on; None = not at all.
    """
    others = Robot.objects.filter(pk=robot.pk).exclude(weekly_on=weekday, monthly_on=month_day)
    if others.update(weekly_on=weekday, monthly_on=month_day):
        told = {"weekday": weekday, "month_day": month_day}
        audit.record(verb="robot reports", thing=robot, by=by, now=now, after=told)


@transaction.atomic
def hold(robot: Robot, *, by: User, now: datetime) -> None:
    """Pause by hand: nothing is sent, what waits is kept."""
    if Robot.objects.filter(pk=robot.pk, paused_at=None).update(paused_at=now, pause_reason=""):
        audit.record(verb="robot paused", thing=robot, by=by, now=now)


@transaction.atomic
def resume(robot: Robot, *, by: User, now: datetime) -> None:
    """Go on: what waited is sent at once."""
    if (
        Robot.objects.filter(pk=robot.pk)
        .exclude(paused_at=None)
        .update(paused_at=None, pause_reason="", failing_since=None)
    ):
        Delivery.objects.filter(robot=robot, state=Delivery.State.TODO).update(next_at=now, attempts=0)
        audit.record(verb="robot resumed", thing=robot, by=by, now=now)


@transaction.atomic
def remove(robot: Robot, *, by: User, now: datetime) -> None:
    """Forget the robot, its address and what it was told."""
    audit.record(verb="robot removed", thing=robot, by=by, now=now, before={"name": robot.name})
    robot.delete()

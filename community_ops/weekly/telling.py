"""Tells robots of the weekly report from the weekday that was chosen for each on: once for each week and robot.

Where the service takes pictures, that of the report follows as a message of its own: neither waits for the other.

People are told by a notice of their own (community_ops.notices.gathering), with the same rule for the day.
"""

from __future__ import annotations

import logging
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from community_ops.notices.digest import link, message, put
from community_ops.notices.quiet import robot_is_quiet
from community_ops.notices.robot_services import LARGEST_PICTURE_BYTES, takes_pictures
from community_ops.weekly.behind import Scope
from community_ops.weekly.contents import described, message_lines, title_of
from community_ops.weekly.figures import figures_of
from community_ops.weekly.files import picture_of
from community_ops.weekly.weeks import last_day, last_week, week_name
from groups.access import teams_below
from groups.models import Delivery, Robot, Team
from lifecycle.models import NightRun

log = logging.getLogger(__name__)


def is_judged(week: date) -> bool:
    """Whether the night of the last day of the week is done, so that the figures stand."""
    return NightRun.objects.filter(day__gte=last_day(week)).exclude(done_at=None).exists()


def tell_robots(*, now: datetime) -> int:
    """Make the messages that are due; returns how many. Any number of times, by any number of processes."""
    local = timezone.localtime(now)
    week = last_week(local.date())
    robots = Robot.objects.filter(paused_at=None, weekly_on__lte=local.weekday()).order_by("pk")
    awake = {key_of(robot, week): robot for robot in robots if not robot_is_quiet(robot, local)}
    if not awake or not is_judged(week):
        return 0
    shown = {f"{key}-picture": robot for key, robot in awake.items() if takes_pictures(robot.service)}
    made = set(Delivery.objects.filter(key__in=[*awake, *shown]).values_list("key", flat=True))
    told = sum(_tell(robot.pk, key, week, now) for key, robot in awake.items() if key not in made)
    return told + sum(_show(robot.pk, key, week, now) for key, robot in shown.items() if key not in made)


def key_of(robot: Robot, week: date) -> str:
    return f"weekly-{robot.pk}-{week_name(week)}"


@transaction.atomic
def _tell(robot_id: int, key: str, week: date, now: datetime) -> int:
    robot = _claimed(robot_id, key)
    if robot is None:
        return 0
    with override(robot.language or settings.LANGUAGE_CODE):
        scope = scope_of_robot(robot)
        figures = figures_of(scope, week, today=timezone.localdate(now), now=now, by="")
        query = f"?week={week.isoformat()}" + (f"&team={scope.team.pk}" if scope.team else "")
        lines = [*message_lines(figures), link(reverse("weekly-report") + query)]
        lines.append(_("To hear less: %(address)s") % {"address": link(reverse("robot-page", args=[robot.pk]))})
        put([message(key, f"{title_of(figures)} {week_name(week)}", "\n".join(lines), now, robot=robot)])
    return 1


@transaction.atomic
def _show(robot_id: int, key: str, week: date, now: datetime) -> int:
    """The picture carries the number of its message. One that cannot be made, or is too large, is not sent."""
    robot = _claimed(robot_id, key)
    if robot is None:
        return 0
    with override(robot.language or settings.LANGUAGE_CODE):
        figures = figures_of(scope_of_robot(robot), week, today=timezone.localdate(now), now=now, by="")
        shown = message(key, f"{title_of(figures)} {week_name(week)}", described(figures), now, robot=robot)
        put([shown])
        try:
            picture = picture_of(figures, number=shown.number)
        except RuntimeError:
            log.exception("the weekly report of robot %s cannot be set as a picture", robot.pk)
            picture = b""
    if 0 < len(picture) <= LARGEST_PICTURE_BYTES:
        Delivery.objects.filter(pk=shown.pk).update(picture=picture)
        return 1
    Delivery.objects.filter(pk=shown.pk).update(state=Delivery.State.FAILED, problem="picture_not_made")
    return 0


def _claimed(robot_id: int, key: str) -> Robot | None:
    """The robot, locked, if it is still to be told; of two at once the second finds nothing."""
    robot = Robot.objects.select_for_update(skip_locked=True).filter(pk=robot_id, paused_at=None).first()
    return None if robot is None or Delivery.objects.filter(key=key).exists() else robot


def scope_of_robot(robot: Robot) -> Scope:
    """The teams that the robot tells of: one with those below it, or all."""
    if robot.team_id is None:
        return Scope(tuple(Team.objects.order_by("pk").values_list("pk", flat=True)))
    return Scope(tuple(sorted(teams_below(robot.team_id))), robot.team)

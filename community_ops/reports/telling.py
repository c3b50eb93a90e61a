"""Tells robots of the weekly and the monthly report from the day that was chosen for each on: once a report and robot.

Where the service takes pictures, that of the report follows as a message of its own: neither waits for the other.

People are told of both by a notice (community_ops.notices.gathering), with the same rule for the day.
"""

from __future__ import annotations

import logging
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from community_ops.notices.digest import link, message, put
from community_ops.notices.quiet import robot_is_quiet
from community_ops.notices.robot_services import LARGEST_PICTURE_BYTES, takes_pictures
from community_ops.reports.behind import Scope
from community_ops.reports.contents import described, message_lines, title_of
from community_ops.reports.figures import figures_of
from community_ops.reports.files import picture_of
from community_ops.reports.spans import ReportSpan, last_span
from groups.access import teams_below
from groups.models import Delivery, ReportKind, Robot, Team
from lifecycle.models import NightRun

log = logging.getLogger(__name__)


def is_judged(span: ReportSpan) -> bool:
    """Whether the night of the last day is done, so that the figures stand."""
    return NightRun.objects.filter(day__gte=span.last).exclude(done_at=None).exists()


def tell_robots(*, now: datetime) -> int:
    """Make the messages that are due; returns how many. Any number of times, by any number of processes."""
    local = timezone.localtime(now)
    due = {
        ReportKind.WEEKLY: Robot.objects.filter(weekly_on__lte=local.weekday()),
        ReportKind.MONTHLY: Robot.objects.filter(monthly_on__lte=local.day),
    }
    return sum(_tell_of(last_span(kind, local.date()), robots, now) for kind, robots in due.items())


def _tell_of(span: ReportSpan, robots: QuerySet[Robot], now: datetime) -> int:
    local = timezone.localtime(now)
    found = robots.filter(paused_at=None).order_by("pk")
    awake = {key_of(robot, span): robot for robot in found if not robot_is_quiet(robot, local)}
    if not awake or not is_judged(span):
        return 0
    shown = {f"{key}-picture": robot for key, robot in awake.items() if takes_pictures(robot.service)}
    made = set(Delivery.objects.filter(key__in=[*awake, *shown]).values_list("key", flat=True))
    told = sum(_tell(robot.pk, key, span, now) for key, robot in awake.items() if key not in made)
    return told + sum(_show(robot.pk, key, span, now) for key, robot in shown.items() if key not in made)


def key_of(robot: Robot, span: ReportSpan) -> str:
    return f"{span.kind.value}-{robot.pk}-{span.name}"


@transaction.atomic
def _tell(robot_id: int, key: str, span: ReportSpan, now: datetime) -> int:
    robot = _claimed(robot_id, key)
    if robot is None:
        return 0
    with override(robot.language or settings.LANGUAGE_CODE):
        scope = scope_of_robot(robot)
        figures = figures_of(scope, span, today=timezone.localdate(now), now=now, by="")
        query = span.query | ({"team": str(scope.team.pk)} if scope.team else {})
        address = f"{reverse(f'{span.kind.value}-report')}?{urlencode(query)}"
        lines = [*message_lines(figures), link(address)]
        lines.append(_("To hear less: %(address)s") % {"address": link(reverse("robot-page", args=[robot.pk]))})
        put([message(key, f"{title_of(figures)} {span.name}", "\n".join(lines), now, robot=robot)])
    return 1


@transaction.atomic
def _show(robot_id: int, key: str, span: ReportSpan, now: datetime) -> int:
    """The picture carries the number of its message. One that cannot be made, or is too large, is not sent."""
    robot = _claimed(robot_id, key)
    if robot is None:
        return 0
    with override(robot.language or settings.LANGUAGE_CODE):
        figures = figures_of(scope_of_robot(robot), span, today=timezone.localdate(now), now=now, by="")
        shown = message(key, f"{title_of(figures)} {span.name}", described(figures), now, robot=robot)
        put([shown])
        try:
            picture = picture_of(figures, number=shown.number)
        except RuntimeError:
            log.exception("the report %s cannot be set as a picture", key)
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

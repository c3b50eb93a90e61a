"""When nothing leaves the house: for a person by their own hours and days, for a robot at night and on days off."""

from __future__ import annotations

from datetime import datetime

from groups.models import QuietHours, Robot
from groups.rules.quiet_hours import is_within
from lifecycle.rules.calendar import is_day_off

ROBOT_HOUR = 9
ROBOT_LAST_HOUR = 21


def is_quiet(hours: QuietHours, local: datetime) -> bool:
    """Whether nothing may be sent to this person at this moment."""
    if hours.on_holidays and is_day_off(local.date()):
        return True
    return is_within(local.time(), hours.begin, hours.end)


def robot_is_quiet(robot: Robot, local: datetime) -> bool:
    """Whether nothing may be posted into this chat at this moment."""
    if not ROBOT_HOUR <= local.hour < ROBOT_LAST_HOUR:
        return True
    return is_day_off(local.date()) and not robot.on_holidays

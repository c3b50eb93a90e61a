"""Makes a robot of a staff chat for tests: paused, so that nothing is sent to it."""

from __future__ import annotations

from django.utils import timezone

from community_ops.notices import robots
from groups.models import Robot, User

ADDRESS = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123abcd-0123-4567"


def make_paused_robot() -> Robot:
    """By the administrator of the demo."""
    by, now = User.objects.get(username="adm"), timezone.now()
    told = {"team": None, "language": "zh-hans", "on_holidays": False, "by": by, "now": now}
    made = robots.add_robot(name="Robot 7", service="wecom", address=ADDRESS, **told)
    robots.hold(made, by=by, now=now)
    return made

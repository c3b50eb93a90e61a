"""Puts what was gathered into messages: the daily mail of a person, mails of their own, the daily word of a robot.

A message and the marks on what it tells commit together; community_ops.notices.delivering sends it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from community_ops.notices.gathering import RECENT_DAYS
from community_ops.notices.transport import mail_is_set_up
from community_ops.notices.wording import digest_title, number_line, sentence_of
from groups.access import team_roles, teams_below
from groups.models import Delivery, Notice, QuietHours, Robot, User
from groups.notices import quiet_hours_of
from lifecycle.models import Case
from lifecycle.models.health import Cause
from lifecycle.rules.calendar import WORKDAY, day_kinds

MOST_LINES = 30
ROBOT_LINES = 10
MORNING = time(9)
ROBOT_HOUR = 9
ROBOT_LAST_HOUR = 21


def compose(*, now: datetime) -> int:
    """Make the messages that are due now; returns how many. Any number of times, by any number of processes."""
    made = 0
    if mail_is_set_up():
        waits = Notice.objects.filter(Q(to_digest=True) | Q(to_mail=True), user=OuterRef("pk"))
        for user in User.objects.filter(Exists(waits), is_active=True).exclude(email="").order_by("pk"):
            made += _mails_to(user, now)
    for robot_id in Robot.objects.filter(paused_at=None).order_by("pk").values_list("pk", flat=True):
        made += _word_of_robot(robot_id, now)
    return made


def is_quiet(hours: QuietHours, local: datetime) -> bool:
    """Whether nothing may leave the house for this person at this moment."""
    if hours.on_holidays and is_holiday(local.date()):
        return True
    at = local.time()
    if hours.begin <= hours.end:
        return hours.begin <= at < hours.end
    return at >= hours.begin or at < hours.end


def is_holiday(day: date) -> bool:
    return day_kinds(day, day).kinds[0] != WORKDAY


def _mails_to(user: User, now: datetime) -> int:
    local = timezone.localtime(now)
    if is_quiet(hours := quiet_hours_of(user), local):
        return 0
    with transaction.atomic():
        # Locked: of two at once the second finds nothing left.
        mine = Notice.objects.select_for_update().filter(user=user).filter(_still_seen(user)).order_by("pk")
        at_once = list(mine.filter(to_mail=True))
        made = _mail(user, at_once, f"mail-{user.pk}-{at_once[-1].pk}" if at_once else "", now)
        day = _digest_day(hours, local)
        if not Delivery.objects.filter(key=f"digest-{user.pk}-{day}").exists():
            made += _mail(user, list(mine.filter(to_digest=True)), f"digest-{user.pk}-{day}", now)
    return made


def _still_seen(user: User) -> Q:
    return Q(team=None) | Q(team__in=list(team_roles(user)))


def _digest_day(hours: QuietHours, local: datetime) -> date:
    """Today once the quiet hours of the night are over; before that it is still yesterday's."""
    begins = hours.end if hours.begin > hours.end else MORNING
    return local.date() if local.time() >= begins else local.date() - timedelta(days=1)


def _mail(user: User, notices: list[Notice], key: str, now: datetime) -> int:
    if not notices:
        return 0
    with override(user.language or settings.LANGUAGE_CODE):
        lines = [f"· {sentence_of(each)}\n  {link(reverse('notice', args=[each.pk]))}" for each in notices[:MOST_LINES]]
        if (more := len(notices) - MOST_LINES) > 0:
            lines.append(ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more})
        foot = _("To hear less: %(address)s") % {"address": link(reverse("my-notices"))}
        subject = sentence_of(notices[0]) if len(notices) == 1 else digest_title(len(notices))
        _put(key, subject, "\n".join(lines) + f"\n\n{foot}", now, user=user)
    told = Notice.objects.filter(pk__in=[each.pk for each in notices])
    told.update(to_mail=False, to_digest=False)  # a mail of its own need not come again with the daily one
    return 1


def _word_of_robot(robot_id: int, now: datetime) -> int:
    local = timezone.localtime(now)
    with transaction.atomic():
        robot = Robot.objects.select_for_update(skip_locked=True).filter(pk=robot_id, paused_at=None).first()
        if robot is None or not ROBOT_HOUR <= local.hour < ROBOT_LAST_HOUR:
            return 0
        if is_holiday(local.date()) and not robot.on_holidays:
            return 0
        key = f"robot-{robot.pk}-{local.date()}"
        if Delivery.objects.filter(key=key).exists():
            return 0
        cases = new_cases(robot, local.date())
        if not cases:
            return 0
        with override(robot.language):
            about = [case_key(case) for case in cases]
            _put(key, _robot_title(len(cases)), _robot_body(cases), now, robot=robot, about=about)
    return 1


def case_key(case: Case) -> str:
    """What a robot was told: the case, and anew when it relapsed."""
    return f"{case.pk}-{case.relapsed_on}" if case.relapsed_on else str(case.pk)


def new_cases(robot: Robot, today: date) -> list[Case]:
    """Recent cases that this robot was not told of, those of the sickest groups first."""
    since = max(today - timedelta(days=RECENT_DAYS), timezone.localdate(robot.made_at) - timedelta(days=1))
    cases = Case.objects.filter(Q(opened_on__gte=since) | Q(relapsed_on__gte=since), ended_on=None)
    cases = cases.exclude(cause=Cause.MISSION_COMPLETE).select_related("group", "group__standing")
    if robot.team_id is not None:
        cases = cases.filter(team__in=teams_below(robot.team_id))
    sent = Delivery.objects.filter(robot=robot, made_at__date__gte=since).values_list("about", flat=True)
    told = {key for about in sent for key in about}
    return [case for case in cases.order_by("group__standing__score", "pk") if case_key(case) not in told]


def _robot_title(count: int) -> str:
    return ngettext("%(count)s group is dying", "%(count)s groups are dying", count) % {"count": count}


def _robot_body(cases: list[Case]) -> str:
    lines = [
        f"· {case.group.name} ({Cause(case.cause).label}) {link(reverse('case-page', args=[case.pk]))}"
        for case in cases[:ROBOT_LINES]
    ]
    if (more := len(cases) - ROBOT_LINES) > 0:
        lines.append(ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more})
    lines.append(_("All of them: %(address)s") % {"address": link(reverse("case-board"))})
    return "\n".join(lines)


def _put(key: str, subject: str, body: str, now: datetime, *, about: Iterable[str] = (), **to: Robot | User) -> None:
    """Save the message with its number in the text, beside the marks on what it tells."""
    message = Delivery.objects.create(
        key=key, subject=subject, body="", about=list(about), next_at=now, made_at=now, **to
    )
    message.body = f"{body}\n{number_line(message.number)}"
    message.save(update_fields=["body"])


def link(path: str) -> str:
    """The whole address of a page, for those who read outside."""
    return settings.SITE_URL.rstrip("/") + path

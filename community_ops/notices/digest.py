"""Puts what was gathered into messages: the daily mail of a person, mails of their own, the daily word of a robot.

A message and the marks on what it tells commit together; community_ops.notices.delivering sends it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from community_ops.notices.gathering import RECENT_DAYS
from community_ops.notices.quiet import is_quiet, robot_is_quiet
from community_ops.notices.transport import mail_is_set_up
from community_ops.notices.wording import digest_title, number_line, sentence_of
from groups.access import teams_below, teams_seen_by
from groups.models import Delivery, Notice, QuietHours, Robot, User
from lifecycle.models import Case
from lifecycle.models.health import Cause

MOST_LINES = 30
ROBOT_LINES = 10
MORNING = time(9)
AT_ONCE = 200  # people in one transaction
LONGEST_SUBJECT = Delivery._meta.get_field("subject").max_length


def compose(*, now: datetime) -> int:
    """Make the messages that are due now; returns how many. Any number of times, by any number of processes."""
    made = 0
    if mail_is_set_up():
        due = _people_due(now)
        for first in range(0, len(due), AT_ONCE):
            made += _mails(due[first : first + AT_ONCE], now)
    return made + _words_of_robots(now)


def let_go(*, now: datetime) -> int:
    """Stop waiting to send what is no news any more: its person has no address, left, or no mail server was there."""
    old = Notice.objects.filter(Q(to_digest=True) | Q(to_mail=True), made_at__lt=_since(now))
    return old.update(to_digest=False, to_mail=False)


@dataclass(frozen=True)
class Due:
    """A person who is not in quiet hours, and the daily mail that was not made yet; empty if it was."""

    user: User
    digest: str


def _since(now: datetime) -> datetime:
    return now - timedelta(days=RECENT_DAYS)


def _people_due(now: datetime) -> list[Due]:
    """Who can be sent something now. Two queries, however many people wait."""
    local = timezone.localtime(now)
    waits = Notice.objects.filter(user=OuterRef("pk"), made_at__gte=_since(now))
    people = User.objects.filter(is_active=True).exclude(email="").select_related("quiet_hours")
    people = people.annotate(at_once=Exists(waits.filter(to_mail=True)), daily=Exists(waits.filter(to_digest=True)))
    keys: dict[int, tuple[User, str]] = {}
    for user in people.filter(Q(at_once=True) | Q(daily=True)).order_by("pk"):
        hours = getattr(user, "quiet_hours", None) or QuietHours(user=user)
        if not is_quiet(hours, local):
            keys[user.pk] = user, f"digest-{user.pk}-{_digest_day(hours, local)}"
    made = set(Delivery.objects.filter(key__in=[key for _user, key in keys.values()]).values_list("key", flat=True))
    return [
        Due(user, "" if key in made else key)
        for user, key in keys.values()
        if user.at_once or (user.daily and key not in made)
    ]


@transaction.atomic
def _mails(due: list[Due], now: datetime) -> int:
    """The mails of some people, in a fixed number of statements."""
    waiting = Notice.objects.filter(Q(to_digest=True) | Q(to_mail=True), made_at__gte=_since(now))
    # Locked: of two at once the second finds nothing left.
    locked = list(waiting.filter(user__in=[each.user for each in due]).select_for_update(of=("self",)).order_by("pk"))
    seen = teams_seen_by(each.user.pk for each in due)
    found = groupby(sorted(locked, key=lambda each: (each.user_id, each.pk)), key=lambda each: each.user_id)
    of_person = {user: list(notices) for user, notices in found}
    letters, told = [], []
    for each in due:
        mine = of_person.get(each.user.pk, [])
        shown = [one for one in mine if one.team_id is None or each.user.is_administrator
                 or (one.user_id, one.team_id) in seen]  # fmt: skip
        if at_once := [one for one in shown if one.to_mail]:
            letters.append(_letter(each.user, at_once, f"mail-{each.user.pk}-{at_once[-1].pk}", now))
        # A mail of its own need not come again with the daily one.
        if each.digest and (daily := [one for one in shown if one.to_digest and not one.to_mail]):
            letters.append(_letter(each.user, daily, each.digest, now))
        # What its person does not see any more does not wait either.
        told += [one.pk for one in mine if one.to_mail or each.digest]
    put(letters)
    Notice.objects.filter(pk__in=told).update(to_mail=False, to_digest=False)
    return len(letters)


def _digest_day(hours: QuietHours, local: datetime) -> date:
    """Today once the quiet hours of the night are over; before that it is still yesterday's."""
    begins = hours.end if hours.begin > hours.end else MORNING
    return local.date() if local.time() >= begins else local.date() - timedelta(days=1)


def _letter(user: User, notices: list[Notice], key: str, now: datetime) -> Delivery:
    with override(user.language or settings.LANGUAGE_CODE):
        lines = [f"· {sentence_of(each)}\n  {link(reverse('notice', args=[each.pk]))}" for each in notices[:MOST_LINES]]
        if (more := len(notices) - MOST_LINES) > 0:
            lines.append(ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more})
        subject = sentence_of(notices[0]) if len(notices) == 1 else digest_title(len(notices))
        body = "\n".join(lines) + f"\n\n{_to_stop(reverse('my-notices'))}"
    return message(key, subject, body, now, user=user)


def _to_stop(path: str) -> str:
    return _("To hear less: %(address)s") % {"address": link(path)}


def _words_of_robots(now: datetime) -> int:
    local = timezone.localtime(now)
    awake = [robot for robot in Robot.objects.filter(paused_at=None).order_by("pk") if not robot_is_quiet(robot, local)]
    keys = {f"robot-{robot.pk}-{local.date()}": robot.pk for robot in awake}
    made = set(Delivery.objects.filter(key__in=list(keys)).values_list("key", flat=True)) if keys else set()
    return sum(_word_of_robot(pk, key, now) for key, pk in keys.items() if key not in made)


@transaction.atomic
def _word_of_robot(robot_id: int, key: str, now: datetime) -> int:
    robot = Robot.objects.select_for_update(skip_locked=True).filter(pk=robot_id, paused_at=None).first()
    if robot is None or Delivery.objects.filter(key=key).exists():
        return 0
    cases = new_cases(robot, timezone.localdate(now))
    if not cases:
        return 0
    with override(robot.language):
        about = [case_key(case) for case in cases]
        put([message(key, _robot_title(len(cases)), _robot_body(robot, cases), now, robot=robot, about=about)])
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


def _robot_body(robot: Robot, cases: list[Case]) -> str:
    lines = [
        f"· {case.group.name} ({Cause(case.cause).label}) {link(reverse('case-page', args=[case.pk]))}"
        for case in cases[:ROBOT_LINES]
    ]
    if (more := len(cases) - ROBOT_LINES) > 0:
        lines.append(ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more})
    lines.append(_("All of them: %(address)s") % {"address": link(reverse("case-board"))})
    lines.append(_to_stop(reverse("robot-page", args=[robot.pk])))
    return "\n".join(lines)


def message(
    key: str, subject: str, body: str, now: datetime, *, about: Iterable[str] = (), **to: Robot | User
) -> Delivery:
    """A message that is not saved yet, in one language; names with line ends do not break its subject."""
    subject = " ".join(subject.split())
    subject = subject if len(subject) <= LONGEST_SUBJECT else f"{subject[: LONGEST_SUBJECT - 1]}…"
    return Delivery(key=key, subject=subject, body=body, about=list(about), next_at=now, made_at=now, **to)


def put(messages: list[Delivery]) -> None:
    """Save the messages, each with its number in the text, in the transaction of the marks on what they tell."""
    for message in Delivery.objects.bulk_create(messages):
        with override(message.robot.language if message.robot else message.user.language or settings.LANGUAGE_CODE):
            message.body = f"{message.body}\n{number_line(message.number)}"
    Delivery.objects.bulk_update(messages, ["body"])


def link(path: str) -> str:
    """The whole address of a page, for those who read outside."""
    return settings.SITE_URL.rstrip("/") + path

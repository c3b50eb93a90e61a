"""What a person wants to hear of, and how: the defaults, the own choices, what was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from groups.access import leads_any, team_roles
from groups.models import Group, Notice, NoticeChoice, NoticeKind, NoticeMute, QuietHours, ReportDay, User, Weekday


@dataclass(frozen=True)
class Ways:
    """How one kind of notice reaches a person."""

    inside: bool = True
    in_digest: bool = True
    by_mail: bool = False


# Inside everything; mails of their own only where a person asked for them.
DEFAULTS = {kind: Ways(in_digest=kind != NoticeKind.IMPORT) for kind in NoticeKind}
FOR_ADMINISTRATORS = (NoticeKind.NIGHT, NoticeKind.ROBOT, NoticeKind.MACHINE)
FOR_LEADERS = (NoticeKind.WEEKLY, NoticeKind.MONTHLY)


def kinds_for(user: User) -> list[NoticeKind]:
    """The kinds that this person can ever be told of."""
    others = () if user.is_administrator else FOR_ADMINISTRATORS
    others += () if leads_any(user) else FOR_LEADERS
    return [kind for kind in NoticeKind if kind not in others]


def ways_of(user: User) -> dict[NoticeKind, Ways]:
    """What holds for each kind. One query."""
    own = {each.kind: each for each in NoticeChoice.objects.filter(user=user)}
    return {
        kind: Ways(own[kind].inside, own[kind].in_digest, own[kind].by_mail) if kind in own else DEFAULTS[kind]
        for kind in kinds_for(user)
    }


@transaction.atomic
def choose(user: User, ways: Mapping[NoticeKind, Ways]) -> None:
    """Keep how the person wants to hear of these kinds; the others stay as they are."""
    NoticeChoice.objects.bulk_create(
        [
            NoticeChoice(user=user, kind=kind, inside=way.inside, in_digest=way.in_digest, by_mail=way.by_mail)
            for kind, way in ways.items()
        ],
        update_conflicts=True,
        unique_fields=["user", "kind"],
        update_fields=["inside", "in_digest", "by_mail"],
    )


def stop_kind(user: User, kind: NoticeKind) -> None:
    """Tell the person of this kind in no way any more; what was told stays."""
    choose(user, {kind: Ways(inside=False, in_digest=False, by_mail=False)})


def mute(user: User, group: Group, *, now: datetime) -> None:
    """Tell the person nothing more of this group."""
    NoticeMute.objects.get_or_create(user=user, group=group, defaults={"made_at": now})


def report_day_of(user: User) -> int:
    """The weekday from which on the person is told of last week's report, as date.weekday counts."""
    found = ReportDay.objects.filter(user=user).first()
    return found.weekday if found else Weekday.MONDAY


def choose_report_day(user: User, weekday: int) -> None:
    ReportDay.objects.update_or_create(user=user, defaults={"weekday": weekday})


def quiet_hours_of(user: User) -> QuietHours:
    return QuietHours.objects.filter(user=user).first() or QuietHours(user=user)


def inbox(user: User) -> QuerySet[Notice]:
    """What the person was told inside, of the teams that they still see."""
    seen = Q(team=None) | Q(team__in=list(team_roles(user)))
    return Notice.objects.filter(seen, user=user, inside=True)


def mark_all_read(user: User, *, now: datetime) -> int:
    """All that the bell counts, also of teams that the person does not see any more."""
    return mark_read(Notice.objects.filter(user=user, inside=True), now=now)


def mark_read(notices: QuerySet[Notice], *, now: datetime) -> int:
    return notices.filter(read_at=None).update(read_at=now)

"""Writes and reads the quiet seasons of groups (models.rests); the nights take their silent days for not observed.

What is told or taken back of days that were judged has the group judged again from there on.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from groups import audit
from groups.models import Group, User
from lifecycle.marks import mark_dirty
from lifecycle.models import Rest, Standing


class RestsAlready(ValueError):
    """Another quiet season of the group has some of these days."""


def rests_of(group: Group) -> QuerySet[Rest]:
    """Those that hold, the latest first."""
    return Rest.objects.filter(group=group, taken_back_at=None).order_by("-from_day")


def rest_on(group: Group, day: date) -> Rest | None:
    """The quiet season that a day lies in, else the next one to come within the month."""
    return rests_of(group).filter(until_day__gte=day).order_by("from_day").first()


@transaction.atomic
def tell(*, group: Group, from_day: date, until_day: date, reason: str, by: User, now: datetime) -> Rest:
    """The group rests on these days, both included. Raises RestsAlready."""
    Group.objects.select_for_update(no_key=True).get(pk=group.pk)
    if rests_of(group).filter(from_day__lte=until_day, until_day__gte=from_day).exists():
        raise RestsAlready
    rest = Rest.objects.create(
        group=group,
        team_id=group.team_id,
        from_day=from_day,
        until_day=until_day,
        reason=reason,
        made_at=now,
        made_by=by,
    )
    audit.record(verb="quiet season told", thing=group, by=by, now=now, after=_told(rest), reason=reason)
    _judge_again(rest, now)
    return rest


@transaction.atomic
def take_back(*, rest: Rest, reason: str, by: User, now: datetime) -> bool:
    """Silence counts again on all of its days. False if somebody took it back before."""
    standing = Rest.objects.filter(pk=rest.pk, taken_back_at=None)
    if not standing.update(taken_back_at=now, taken_back_by=by):
        return False
    audit.record(verb="quiet season taken back", thing=rest.group, by=by, now=now, before=_told(rest), reason=reason)
    _judge_again(rest, now)
    return True


def _judge_again(rest: Rest, now: datetime) -> None:
    if Standing.objects.filter(group=rest.group_id, day__gte=rest.from_day).exists():
        with connection.cursor() as cursor:
            mark_dirty(cursor, {rest.group_id: rest.from_day.toordinal()}, now)


def _told(rest: Rest) -> dict[str, str]:
    return {"rests_from": rest.from_day.isoformat(), "rests_until": rest.until_day.isoformat()}

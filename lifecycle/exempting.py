"""Writes and reads the exemptions of groups (models.exemptions): while one holds, `cases.opening` opens no case."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from groups import audit
from groups.models import Group, User
from lifecycle.models import Exemption


class ExemptAlready(ValueError):
    """The group is exempt on this day."""


def exemptions_on(day: date) -> QuerySet[Exemption]:
    """Those that hold on a day."""
    return Exemption.objects.filter(taken_back_at=None, from_day__lte=day, until_day__gte=day)


def exemption_of(group: Group, day: date) -> Exemption | None:
    """The exemption of the group that holds on a day."""
    return exemptions_on(day).filter(group=group).select_related("made_by").order_by("-until_day").first()


@transaction.atomic
def exempt(*, group: Group, until_day: date, reason: str, by: User, now: datetime, on: date) -> Exemption:
    """No case opens for the group from today to `until_day`, that day included. Raises ExemptAlready."""
    Group.objects.select_for_update(no_key=True).get(pk=group.pk)
    if exemption_of(group, on):
        raise ExemptAlready
    made = Exemption.objects.create(
        group=group, team_id=group.team_id, from_day=on, until_day=until_day, reason=reason, made_at=now, made_by=by
    )
    audit.record(verb="group exempted", thing=group, by=by, now=now, after=_told(made), reason=reason)
    return made


@transaction.atomic
def end_exemption(*, exemption: Exemption, reason: str, by: User, now: datetime) -> bool:
    """Cases open again from now on. False if somebody took it back before."""
    standing = Exemption.objects.filter(pk=exemption.pk, taken_back_at=None)
    if not standing.update(taken_back_at=now, taken_back_by=by):
        return False
    before = _told(exemption)
    audit.record(verb="exemption taken back", thing=exemption.group, by=by, now=now, before=before, reason=reason)
    return True


def _told(exemption: Exemption) -> dict[str, str]:
    return {"exempt_from": exemption.from_day.isoformat(), "exempt_until": exemption.until_day.isoformat()}

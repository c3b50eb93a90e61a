"""Groups that the nights put aside, and a person's word to try them again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min

from groups import audit
from groups.models import Group, User
from lifecycle.models import DirtyGroup, NightFault

PUT_ASIDE = (NightFault.State.ERROR, NightFault.State.POISON)


class NothingPutAside(LookupError):
    """The group is not put aside (any more)."""


@transaction.atomic
def try_again(*, group: Group, by: User, now: datetime) -> None:
    """Let a group that was put aside be judged from the day of its first fault on, alone, three times at most."""
    faults = NightFault.objects.filter(group=group, state__in=PUT_ASIDE)
    since = faults.aggregate(day=Min("run__day"))["day"]
    if not faults.update(state=NightFault.State.TRYING, attempts=0, last_at=now):
        raise NothingPutAside(group.pk)
    mark, made = DirtyGroup.objects.select_for_update().get_or_create(
        group=group, defaults={"since": since, "marked_at": now}
    )
    mark.since = min(mark.since, since)
    mark.marked_at = now
    mark.attempts, mark.lease_until = 1, now - timedelta(hours=1)  # as after a failure: it is tried alone
    mark.save()
    audit.record(verb="group tried again", thing=group, by=by, now=now, after={"since": since.isoformat()})

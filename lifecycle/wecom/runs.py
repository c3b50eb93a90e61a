"""The life of a run: opened by the clock or a person, led from phase to phase, ended when nothing is left to do.

A run lists the groups, reads each, asks for the figures of their owners, and credits what is certain to groups. One
that is not through when the next day's begins is overtaken by it: figures still missing are asked for again then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from groups import audit
from groups.models import User
from lifecycle.models import WecomConnection, WecomGroup, WecomOwner, WecomRun, WecomStep
from lifecycle.wecom import steps

OWNERS_PER_CALL = 100
GROUPS_PER_STEP = 20
OWNERS_PER_STEP = 20
OWNERS_PER_CREDIT = 500
Kind, State, Phase = WecomStep.Kind, WecomStep.State, WecomRun.Phase


def open_due(now: datetime) -> WecomRun | None:
    """Open today's run if its hour has come and it was not opened before."""
    local = timezone.localtime(now)
    if local.hour < settings.WECOM_STARTS_AT_HOUR:
        return None
    connected = WecomConnection.objects.first()
    if connected is None or not connected.is_usable:
        return None
    if WecomRun.objects.filter(day=local.date(), by=None).exists():
        return None
    return open_run(by=None, now=now)


@transaction.atomic
def open_run(*, by: User | None, now: datetime) -> WecomRun | None:
    """Open a run; None if one is open that this one does not overtake, or today's was opened meanwhile."""
    connected = WecomConnection.objects.select_for_update().get()
    today = timezone.localdate(now)
    running = WecomRun.objects.filter(done_at=None).first()
    if running and (by or running.day >= today):
        return None
    if by is None and WecomRun.objects.filter(day=today, by=None).exists():
        return None
    if running:
        running.steps.filter(state=State.TODO).update(state=State.GIVEN_UP, lease_until=None)
        WecomRun.objects.filter(pk=running.pk).update(done_at=now, overtaken=True, phase=Phase.DONE)
    run = WecomRun.objects.create(day=today, by=by, opened_at=now)
    owners = list(WecomOwner.objects.order_by("pk").values_list("pk", flat=True)) if connected.by_owner else []
    steps.add(run, Kind.LIST, _batches(owners, OWNERS_PER_CALL) if owners else [[]])
    if by:
        audit.record(verb="WeCom run started", thing=connected, by=by, now=now)
    return run


def move_on(now: datetime) -> bool:
    """Lead the open run to its next phase if nothing of this one is left to do; whether it moved."""
    with transaction.atomic():
        run = WecomRun.objects.select_for_update().filter(done_at=None).first()
        if run is None or run.steps.filter(state=State.TODO).exists():
            return False
        if run.phase == Phase.LIST:
            run.phase = Phase.MEMBERS
            steps.add(run, Kind.READ, _batches(_to_read(run), GROUPS_PER_STEP))
        elif run.phase == Phase.MEMBERS:
            run.phase = Phase.FIGURES
            _succeeded(run, now)
            _add_figures(run, now)
        elif run.phase == Phase.FIGURES:
            run.phase = Phase.CREDIT
            owners = WecomOwner.objects.order_by("pk").values_list("pk", flat=True)
            steps.add(run, Kind.CREDIT, _batches(list(owners), OWNERS_PER_CREDIT))
        else:
            run.phase, run.done_at = Phase.DONE, now
        run.save(update_fields=["phase", "done_at"])
        return True


def yesterday_of(run: WecomRun) -> date:
    """The last day for which the platform has figures when the run is opened."""
    return run.day - timedelta(days=1)


def _to_read(run: WecomRun) -> list[int]:
    """The groups that were listed; if the list could not be read wholly, all that are known."""
    known = WecomGroup.objects.order_by("pk")
    if not run.steps.filter(kind=Kind.LIST, state=State.GIVEN_UP).exists():
        known = known.filter(Q(listed_at__gte=run.opened_at))
    return list(known.values_list("pk", flat=True))


def _succeeded(run: WecomRun, now: datetime) -> None:
    """All groups were read, or refused one by one: the source is not silent."""
    if not run.steps.filter(state=State.GIVEN_UP).exists():
        WecomConnection.objects.update(last_success_at=now)


def _add_figures(run: WecomRun, now: datetime) -> None:
    day_before = yesterday_of(run) - timedelta(days=1)
    behind = WecomOwner.objects.filter(Q(asked_through=None) | Q(asked_through__lt=day_before)).order_by("pk")
    steps.add(run, Kind.BACKFILL, _batches(list(behind.values_list("pk", flat=True)), OWNERS_PER_STEP))
    everybody = list(WecomOwner.objects.order_by("pk").values_list("pk", flat=True))
    steps.add(run, Kind.YESTERDAY, _batches(everybody, OWNERS_PER_CALL))


def _batches(ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]

"""Asks a worker to load the sample data or to take them off, one at a time, and finds asks that got lost.

The row is the queue and the claim: the database refuses a second one that is at work. Whoever asked last holds; a load
that is stopped finds out when it tells how far it is, and takes back what it has not committed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now

from groups import audit, outbox
from groups.models import OutboxMessage, SampleWork, User
from groups.teams import demand_real_clock

State, Kind = SampleWork.State, SampleWork.Kind
LOST_AFTER = timedelta(minutes=2)
VERBS = {Kind.LOAD: "sample data asked for", Kind.CLEAR: "sample data to be taken off"}


class WorkedOnAlready(Exception):
    """Sample data are being loaded or taken off at this moment. Nothing was written."""


class IsSample(Exception):
    """Who asks is a person of the sample data, and would go with them. Nothing was written."""


def last() -> SampleWork | None:
    """The work that was asked for last."""
    return SampleWork.objects.select_related("asked_by").order_by("-pk").first()


def ask(*, kind: str, by: User, now: datetime) -> SampleWork:
    """Have the sample data loaded or taken off. Of two at once one wins.

    Raises WorkedOnAlready, IsSample, and for a load ClockMoved while the clock of a demo is ahead.
    """
    if by.is_demo:
        raise IsSample
    if kind == Kind.LOAD:
        demand_real_clock()
    try:
        with transaction.atomic():
            work = SampleWork.objects.create(kind=kind, asked_by=by, made_at=now)
            audit.record(verb=VERBS[Kind(kind)], thing=work, by=by, now=now)
            _call_a_worker(work.pk, now)
    except IntegrityError:
        raise WorkedOnAlready from None
    return work


@transaction.atomic
def take_off_instead(*, work: SampleWork, by: User, now: datetime) -> SampleWork:
    """Stop a load and take off what it has made. Raises WorkedOnAlready if it is over, or no load; IsSample."""
    stopped = SampleWork.objects.filter(pk=work.pk, kind=Kind.LOAD, state=State.AT_WORK)
    if not stopped.update(state=State.STOPPED, ended_at=now, claim=None, lease_until=None):
        raise WorkedOnAlready
    audit.record(verb="loading sample data stopped", thing=work, by=by, now=now)
    return ask(kind=Kind.CLEAR, by=by, now=now)


def is_asleep(work: SampleWork, now: datetime) -> bool:
    """Whether nobody is at it although somebody should be: a worker died, or none answers. The upkeep rings again."""
    if SampleWork.objects.filter(pk=work.pk, lease_until__gt=Now()).exists():
        return False
    return work.claim is not None or (work.asked_at or work.made_at) < now - LOST_AFTER


def lost(now: datetime) -> list[int]:
    """Work that waits for a worker although its message is out: the broker lost it, or the worker died."""
    unsent = OutboxMessage.objects.filter(kind="work_on_sample", sent_at=None).values_list(
        "payload__work_id", flat=True
    )
    waiting = SampleWork.objects.filter(state=State.AT_WORK, asked_at__lt=now - LOST_AFTER)
    waiting = waiting.filter(Q(lease_until=None) | Q(lease_until__lt=Now())).exclude(
        pk__in=list(unsent.values_list("payload__work_id", flat=True))
    )
    return list(waiting.values_list("pk", flat=True))


def _call_a_worker(work_id: int, now: datetime) -> None:
    SampleWork.objects.filter(pk=work_id).update(asked_at=now)
    outbox.post(key=f"work_on_sample:{uuid4()}", kind="work_on_sample", payload={"work_id": work_id}, now=now)

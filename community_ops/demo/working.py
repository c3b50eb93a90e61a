"""What a worker does with an ask for the sample data: it loads them or takes them off, and tells how far it is.

The row of the ask is the queue (groups.sample_work). What is told is committed beside the open transactions, so that a
page can show it. Nobody can sign in as a person of sample data that were loaded this way.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from community_ops.demo import clock
from community_ops.demo.clearing import DemoOwnsGroups, clear_demo
from community_ops.demo.loading import load_demo
from community_ops.demo.one_at_a_time import DemoInHands, demo_in_our_hands
from groups import audit, leases
from groups.leases import Lease, TakenOver
from groups.models import SampleWork

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
State, Kind = SampleWork.State, SampleWork.Kind
VERBS = {Kind.LOAD: "sample data loaded", Kind.CLEAR: "sample data taken off"}


def work(work_id: int, *, now: datetime) -> bool:
    """Load or take off, as was asked; whether somebody should look again soon, since another process is at the demo.

    Repeatable: what was killed is begun again from nothing.
    """
    lease = leases.claim(SampleWork, work_id, [State.AT_WORK])
    if lease is None:
        return False
    try:
        if lease.attempt > MOST_ATTEMPTS:
            lease.finish(state=State.GAVE_UP, ended_at=now)
        else:
            _work(SampleWork.objects.select_related("asked_by").get(pk=work_id), lease, now)
    except TakenOver:
        return False
    except DemoInHands:
        _wait(lease)
        return True
    except DemoOwnsGroups as owned:
        lease.finish(state=State.REFUSED, ended_at=now, owned=owned.names)
    except (OperationalError, InterfaceError):
        lease.release()
        raise
    except Exception:
        log.exception("sample data %s: %s failed, attempt %s", work_id, lease.state, lease.attempt)
        lease.release()
        raise
    return False


def _work(asked: SampleWork, lease: Lease, now: datetime) -> None:
    if asked.kind == Kind.LOAD:
        with lease.beside_a_transaction():
            counts = load_demo(
                password=None,
                now=now,
                today=timezone.localdate(now),
                tell=lambda _stage, percent: lease.reach(percent),
            )
        _finish(asked, lease, counts)
    else:
        with demo_in_our_hands(), transaction.atomic():
            _finish(asked, lease, clear_demo())
        clock.set_days_ahead(None)


@transaction.atomic
def _finish(asked: SampleWork, lease: Lease, counts: dict[str, int]) -> None:
    ended = timezone.now()
    lease.finish(state=State.DONE, ended_at=ended, counts=counts, progress_done=100, progress_total=100)
    audit.record(verb=VERBS[Kind(asked.kind)], thing=asked, by=asked.asked_by, now=ended, after=counts)


def _wait(lease: Lease) -> None:
    """Give the claim back without counting the try."""
    lease.rows.update(claim=None, lease_until=None, attempts=lease.attempt - 1)

"""The same work without the protections, as it is often written: controls that must fail under the same faults."""

import os
import signal
from datetime import date

from celery import shared_task

from groups.models import Group
from lifecycle.tests.nights_making import write_readings


@shared_task(name="naive.whole_night", acks_late=False, reject_on_worker_lost=False, max_retries=0)
def whole_night(day: str, dies_at: int) -> None:
    """One message, one loop over all groups; the broker is the only one that knows about it."""
    for group_id in Group.objects.order_by("id").values_list("id", flat=True):
        if group_id == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)
        write_readings([group_id], date.fromisoformat(day), date.fromisoformat(day), None)


@shared_task(name="naive.one_group")
def one_group(group_id: int, day: str) -> None:
    """One message per group; a message that is gone is a group without a reading."""
    write_readings([group_id], date.fromisoformat(day), date.fromisoformat(day), None)

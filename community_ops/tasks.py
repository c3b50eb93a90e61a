"""Doors of the workers to what joins the apps."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from community_ops import learning
from community_ops.demo import working
from community_ops.notices import delivering, digest, gathering
from community_ops.reports import telling as reports
from community_ops.watching import sign_of_life
from lifecycle import retention, told_calendar
from lifecycle.tasks import DATABASE_TROUBLE

LOOK_AGAIN_SECONDS = 5
SAMPLE_SECONDS = 1200  # made in one go; a small machine that is busy takes minutes
DELIVER_SECONDS = 4.0  # the worker has other ticks to hear


@shared_task(name="community_ops.learn", **DATABASE_TROUBLE)
def learn(**_: Any) -> None:
    """Tick: gather experience and score verdicts, if today's are not there yet."""
    now = timezone.now()
    learning.learn(now=now, today=timezone.localdate(now))


@shared_task(name="community_ops.tell", **DATABASE_TROUBLE)
def tell(**_: Any) -> None:
    """Tick: gather what is to be told, put it into messages, and send those that are due."""
    now = timezone.now()
    told_calendar.freshen()  # nothing is sent on holidays to who wants it so
    gathering.gather(now=now)
    digest.compose(now=now)
    reports.tell_robots(now=now)
    digest.let_go(now=now)
    delivering.deliver(DELIVER_SECONDS, now=now)
    retention.note_deleted({delivering.DELETED: delivering.tidy(now=now)}, now=now)


@shared_task(name="community_ops.say_alive", **DATABASE_TROUBLE)
def say_alive(**_: Any) -> None:
    """Tick: tell the watchman outside that all is well."""
    sign_of_life.send(now=timezone.now())


@shared_task(
    name="community_ops.work_on_sample",
    soft_time_limit=SAMPLE_SECONDS,
    time_limit=SAMPLE_SECONDS + 60,
    **DATABASE_TROUBLE,
)
def work_on_sample(work_id: int, **_: Any) -> None:
    """Load the sample data or take them off, or look again soon while another process is at them."""
    if working.work(work_id, now=timezone.now()):
        work_on_sample.apply_async(kwargs={"work_id": work_id}, countdown=LOOK_AGAIN_SECONDS)

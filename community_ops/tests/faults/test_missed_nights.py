"""Case 13: beat was away for days; the nights are made up in order, each as of its day, and nobody is told twice."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from celery.schedules import crontab
from django.utils import timezone

from community_ops.celery import app
from community_ops.notices import gathering
from community_ops.tests.faults import making
from groups.models import Group, Notice
from groups.tests.making import make_group
from lifecycle import nights, pipeline
from lifecycle.models import Case, HealthState, NightItem, NightRun, Standing
from lifecycle.tests.health_making import write_talk


@pytest.mark.services
def test_three_missed_days_are_made_up_in_order_as_of_each_day(make_crew):
    before, first, second, third = making.last_days(4)
    old = making.make_groups(6)
    making.last_night_was(3)
    closed, late = old[0], make_group(opened_on=third).pk
    Group.objects.filter(pk=closed).update(closed_on=first)
    crew = make_crew(NIGHT_DAYS_AT_ONCE="1")
    crew.start_worker()
    crew.start_beat()
    crew.wait_until(lambda: making.nights_done(4))
    wanted = {(group_id, day) for group_id in old for day in (before, first)}
    wanted |= {(group_id, day) for group_id in old[1:] for day in (second, third)} | {(late, third)}
    assert set(making.rows_per_group_and_day()) == wanted
    done = NightRun.objects.order_by("done_at", "day").values_list("day", flat=True)
    assert list(done) == [before, first, second, third]
    assert list(NightItem.objects.order_by("done_at").values_list("run__day", flat=True)) == list(done)


@pytest.mark.usefixtures("transactional_db")
def test_a_group_that_fell_silent_in_the_missed_days_is_told_of_once():
    now = timezone.now()
    last_active = making.yesterday() - timedelta(days=33)
    group = make_group(opened_on=last_active - timedelta(days=149))
    write_talk(group, group.opened_on, [8] * 150 + [0] * 33)
    making.last_night_was(30)
    gathering.gather(now=now)
    assert not Notice.objects.exists()
    nights.ensure_nights(now=now)
    pipeline.run_to_the_end(now=now)
    assert Standing.objects.get().state in (HealthState.DORMANT, HealthState.DEAD)
    assert Case.objects.count() == 1
    for _n in range(2):
        gathering.gather(now=now)
    assert Notice.objects.filter(kind="dying").count() == 1


def test_naive_a_crontab_makes_up_one_of_three_missed_days():
    """A beat with the night in its schedule rings once after it was away, whatever it missed."""
    now = datetime(2026, 11, 22, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    schedule = crontab(hour=2, minute=10, nowfun=lambda: now, app=app)
    rings, last_run = 0, now - timedelta(days=3, hours=1)
    while schedule.is_due(last_run).is_due:
        rings, last_run = rings + 1, now
    assert rings == 1

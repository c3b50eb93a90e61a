"""Many groups at once, and what must be true of them after the nights."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from django.db import connection
from django.utils import timezone

from groups.models import Group, Plan
from groups.tests.making import make_team, make_user
from lifecycle import nights, pipeline
from lifecycle.models import NightRun


def make_groups(count: int) -> list[int]:
    """Groups of one team with their plans, opened ten days ago, made in bulk; returns their ids."""
    opened_on = yesterday() - timedelta(days=9)
    team = make_team()
    owner = make_user(team)
    now = timezone.now()
    made = Group.objects.bulk_create(
        Group(team=team, platform="wecom", name=f"Group {n}", owner=owner, opened_on=opened_on, created_at=now)
        for n in range(count)
    )
    Plan.objects.bulk_create(
        Plan(
            group=group,
            team=team,
            monetization="repurchase",
            activity_kind="conversation",
            lifespan="lasting",
            starts_on=opened_on,
            made_at=now,
        )
        for group in made
    )
    return [group.pk for group in made]


def yesterday() -> date:
    return timezone.localdate() - timedelta(days=1)


def last_night_was(days_ago: int) -> None:
    """Judge all groups for the day so many days before yesterday; the nights since are missing."""
    now = timezone.now()
    nights.open_nights([yesterday() - timedelta(days=days_ago)], now=now)
    pipeline.run_to_the_end(now=now)


def last_days(count: int) -> list[date]:
    """So many days up to yesterday, oldest first."""
    return nights.days_between(yesterday() - timedelta(days=count - 1), yesterday())


def nights_done(count: int) -> bool:
    return NightRun.objects.exclude(done_at=None).count() >= count


def rows_per_group_and_day() -> Counter:
    with connection.cursor() as cursor:
        cursor.execute("SELECT group_id, day FROM lifecycle_health")
        return Counter(cursor.fetchall())


def assert_each_day_once(group_ids: list[int], days: list[date]) -> None:
    """Exactly one reading for every group and day, and none besides."""
    found = rows_per_group_and_day()
    wanted = {(group_id, day) for group_id in group_ids for day in days}
    assert set(found) == wanted, f"{len(wanted - set(found))} missing, {len(set(found) - wanted)} too many"
    assert set(found.values()) <= {1}

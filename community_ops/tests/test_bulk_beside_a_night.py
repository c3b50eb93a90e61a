"""Case 30: many groups are changed from the list while a night judges them: both finish, nothing is lost."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from groups import bulk_changes
from groups.models import Group, RegistryChange
from groups.tests.making import make_group, make_team, make_user
from lifecycle import nights, pipeline
from lifecycle.models import Standing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("transactional_db")]

GROUPS = 60


def test_a_bulk_change_and_a_night_serialise():
    team = make_team()
    op = make_user(team)
    opened = timezone.localdate() - timedelta(days=20)
    for _ in range(GROUPS):
        make_group(team=team, owner=op, opened_on=opened)
    yesterday = timezone.localdate() - timedelta(days=1)
    nights.open_nights([yesterday - timedelta(days=1), yesterday], now=timezone.now(), again=True)
    start, failed = threading.Barrier(3), []

    def beside(call):
        try:
            start.wait(120)
            call()
        except Exception as error:  # told below
            failed.append(error)
        finally:
            connection.close()

    def tag(order, words):
        for word in words:
            bulk_changes.change_many(
                groups=Group.objects.order_by(order),
                kind=RegistryChange.Kind.ADD_TAG,
                value=word,
                token=uuid4(),
                by=op,
                now=timezone.now(),
            )

    calls = [
        lambda: pipeline.run_to_the_end(now=timezone.now()),
        lambda: tag("pk", ["a", "b", "c"]),
        lambda: tag("-pk", ["d", "e", "f"]),
    ]
    threads = [threading.Thread(target=beside, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failed == []
    assert {frozenset(tags) for tags in Group.objects.values_list("tags", flat=True)} == {frozenset("abcdef")}
    assert set(Group.objects.values_list("version", flat=True)) == {7}
    assert Standing.objects.filter(day=yesterday).count() == GROUPS

"""Cases 4, 7 and 14: the broker restarts empty, is emptied, rings too often; the ledger knows what is left to do."""

from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone

from community_ops.tests.faults import making
from community_ops.tests.faults.naive import one_group
from groups import outbox
from groups.models import OutboxMessage
from lifecycle import nights
from lifecycle.models import NightItem, NightRun

pytestmark = pytest.mark.services
SLOW = {"NIGHT_GROUPS_PER_ITEM": "2", "NIGHT_CHUNK_SECONDS": "0.1", "NIGHT_DAYS_AT_ONCE": "1"}


def pieces_done() -> int:
    return NightItem.objects.filter(state="done").count()


def test_a_night_is_complete_although_the_broker_restarted_empty_five_times(make_crew):
    group_ids = making.make_groups(400)
    crew = make_crew(**SLOW)
    worker = crew.start_worker()
    for _ in range(5):
        before = pieces_done()
        took = crew.tick_until(lambda before=before: pieces_done() >= before + 8)
        assert took <= 60, "consumes again within a minute of the restart"
        assert not making.nights_done(1), "the restarts fall into the night"
        crew.restart_broker()
    crew.tick_until(lambda: making.nights_done(1))
    making.assert_each_day_once(group_ids, [making.yesterday()])
    assert worker.poll() is None and crew.restarts == 0, "the worker itself needs no restart"


def test_nothing_is_lost_when_the_broker_is_emptied(make_crew):
    group_ids = making.make_groups(100)
    making.last_night_was(2)
    with transaction.atomic():
        for n in range(100):
            outbox.post(key=f"ring {n}", kind="night_chunk", payload={}, now=timezone.now())
    crew = make_crew(**SLOW)
    crew.start_worker()
    crew.start_beat()
    for _ in range(3):
        before = pieces_done()
        crew.wait_until(lambda before=before: pieces_done() > before)
        with crew.client() as client:
            client.flushall()
    crew.wait_until(lambda: making.nights_done(3))
    making.assert_each_day_once(group_ids, making.last_days(3))
    crew.wait_until(lambda: not OutboxMessage.objects.filter(sent_at=None).exists())


def test_naive_one_message_per_group_is_lost_when_the_broker_is_emptied(make_crew):
    group_ids = making.make_groups(30)
    crew = make_crew()
    for group_id in group_ids:
        crew.send(one_group, group_id, making.yesterday().isoformat())
    with crew.client() as client:
        client.flushall()
    crew.start_worker("-I", "community_ops.tests.faults.naive")
    crew.send(one_group, group_ids[0], making.yesterday().isoformat())
    crew.wait_until(lambda: len(making.rows_per_group_and_day()) == 1)
    crew.assert_never(lambda: len(making.rows_per_group_and_day()) > 1, seconds=2)


@pytest.mark.usefixtures("transactional_db")
def test_four_ticks_at_the_same_moment_open_a_night_once(settings):
    settings.NIGHT_STARTS_AT_HOUR = 0  # whatever the hour of the test
    settings.NIGHT_GROUPS_PER_ITEM = 10
    making.make_groups(50)
    making.last_night_was(2)
    together = Barrier(4)
    failures = []

    def tick():
        together.wait()
        try:
            nights.ensure_nights(now=timezone.now())
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=tick) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert NightRun.objects.filter(done_at=None).count() == 2
    for run in NightRun.objects.filter(done_at=None):
        ranges = list(run.items.order_by("first_group_id").values_list("first_group_id", "last_group_id"))
        assert len(ranges) == len(set(ranges))
        assert sum(last - first + 1 for first, last in ranges) >= 50


def test_two_beats_and_two_workers_make_each_night_once(make_crew):
    group_ids = making.make_groups(60)
    making.last_night_was(3)
    crew = make_crew(NIGHT_GROUPS_PER_ITEM="10")
    for _ in range(2):
        crew.start_worker("-n", f"w{len(crew.processes)}@%h")
        crew.start_beat()
    crew.wait_until(lambda: making.nights_done(4))
    assert NightRun.objects.count() == 4
    making.assert_each_day_once(group_ids, making.last_days(4))
    assert crew.restarts == 0

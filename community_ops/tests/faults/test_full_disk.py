"""Case 63: the disk of the database, and that of the broker, is full for a while; work goes on by itself afterwards."""

import os
import subprocess
import time

import pytest
import redis
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from community_ops.embedded.processes import Register
from community_ops.embedded.valkey import Valkey
from community_ops.tests.faults import making
from community_ops.tests.faults.crew import Crew
from community_ops.tests.faults.database import database_of_our_own
from community_ops.tests.faults.storm import patiently
from groups import outbox
from groups.models import OutboxMessage
from lifecycle import outbox_drain

pytestmark = [
    pytest.mark.services,
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk"),
]
FILL = "CREATE TABLE ballast AS SELECT repeat(md5(n::text), 200) AS text FROM generate_series(1, 1000000) n"


@pytest.fixture
def make_small_disk(tmp_path):
    """A function that mounts a disk of so many megabytes and returns its folder."""
    mounted = []

    def make(megabytes):
        folder = tmp_path / f"small{len(mounted)}"
        folder.mkdir()
        options = f"size={megabytes}m,mode=0755"
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder]
        told = subprocess.run(command, capture_output=True, check=False)
        if told.returncode:
            pytest.skip(f"mounts are refused: {told.stderr.decode().strip()}")
        mounted.append(folder)
        return folder

    yield make
    for folder in mounted:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(folder):
    """Write until nothing more goes in; returns the file."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(b"\0" * 2**20):
                pass
        except OSError:
            return ballast
    raise AssertionError("the disk is not full")


def test_nights_and_pages_go_on_by_themselves_after_the_disk_of_the_database_was_full(
    make_small_disk, tmp_path, django_db_setup, django_db_blocker
):
    folder = make_small_disk(320)
    with django_db_blocker.unblock(), database_of_our_own(folder) as postgres, Crew(tmp_path) as crew:
        group_ids = making.make_groups(300)
        making.last_night_was(3)
        ballast = fill(folder)
        with pytest.raises(DatabaseError):
            write_much()
        connection.close()
        crew.start_worker()
        crew.start_beat()
        page = Client(raise_request_exception=False).get("/readyz")
        assert page.status_code in (200, 503)
        assert not making_done(4)
        ballast.unlink()
        if postgres.process.poll() is not None:  # what its supervisor does
            postgres.spawn()
            postgres._wait()
        crew.tick_until(lambda: patiently(lambda: making_done(4)))
        making.assert_each_day_once(group_ids, making.last_days(4))
        assert Client().get("/readyz").status_code == 200


def write_much():
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FILL)


def making_done(count):
    try:
        return making.nights_done(count)
    except DatabaseError:
        connection.close()
        return False


@pytest.mark.django_db(transaction=True)
def test_messages_wait_while_the_disk_of_the_broker_is_full(make_small_disk, monkeypatch):
    folder = make_small_disk(24)
    broker = Valkey(folder, Register(folder / "children.json"))
    broker.start()
    app = outbox_drain.current_app
    monkeypatch.setattr(app, "_pool", None)
    monkeypatch.setattr(app.amqp, "_producer_pool", None)
    monkeypatch.setattr(app.conf, "broker_url", broker.url)
    ballast = fill(folder)
    try:
        with redis.Redis.from_url(broker.url) as client:
            while refuses_nothing(client):  # the first writes are taken before the file of the broker is
                time.sleep(0.1)
        with transaction.atomic():
            for number in range(20):
                outbox.post(key=f"ring {number}", kind="night_chunk", payload={}, now=timezone.now())
        assert outbox_drain.drain() == 0
        assert OutboxMessage.objects.filter(sent_at=None).count() == 20
        ballast.unlink()
        time.sleep(2)  # the broker tries its file again every second
        assert outbox_drain.drain() == 20
    finally:
        broker.stop()


def refuses_nothing(client):
    try:
        client.set("filler", b"\0" * 2**20)
    except redis.RedisError:
        return False
    return True

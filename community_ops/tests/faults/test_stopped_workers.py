"""Cases 17 and 18: a worker that is told to stop within a piece, and a message that the broker gives out twice."""

import re
import time
from collections import Counter

import pytest

from community_ops.tests.faults import making
from lifecycle.models import NightItem
from lifecycle.tasks import ensure_nights

pytestmark = pytest.mark.services
RECEIVED = re.compile(r"Task lifecycle\.night_chunk\[([0-9a-f-]+)\] received")


@pytest.fixture
def held(tmp_path):
    """A file: while it is there, work stops before its commit; `held.reached` says that it got there."""
    token = tmp_path / "held"
    token.touch()
    return token


def test_a_worker_that_is_told_to_stop_ends_its_piece_first(make_crew, held):
    group_ids = making.make_groups(12)
    crew = make_crew(FAILPOINT=f"before_commit:wait:{held}")
    worker = crew.start_worker()
    crew.tick_until(held.with_name("held.reached").exists)
    worker.terminate()
    began = time.monotonic()
    crew.wait_until(lambda: "Warm shutdown" in crew.told(), supervised=False)
    held.unlink()
    assert worker.wait(timeout=30) == 0 and time.monotonic() - began < 30
    making.assert_each_day_once(group_ids, [making.yesterday()])
    assert set(NightItem.objects.values_list("state", "attempts")) == {("done", 1)}
    assert "SystemExit" not in crew.told() and "Traceback" not in crew.told()


def test_a_message_that_is_given_out_twice_has_one_effect(make_crew, held):
    """Each message goes to both workers in turn, since the broker gives up on the first one after two seconds."""
    group_ids = making.make_groups(12)
    crew = make_crew(FAILPOINT=f"before_commit:wait:{held}", VISIBILITY_SECONDS="2")
    for _ in range(2):
        crew.start_worker()
    crew.send(ensure_nights)
    crew.wait_until(held.with_name("held.reached").exists)
    crew.wait_until(lambda: max(Counter(RECEIVED.findall(crew.told())).values(), default=0) > 1)
    held.unlink()
    crew.tick_until(lambda: making.nights_done(1))
    making.assert_each_day_once(group_ids, [making.yesterday()])
    assert set(NightItem.objects.values_list("state", "attempts")) == {("done", 1)}

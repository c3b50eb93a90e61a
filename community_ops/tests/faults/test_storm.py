"""Cases 19 and 1 to 12 together: everything dies again and again for a while, and then nothing is lost or doubled.

CHAOS_SECONDS=600 CHAOS_SEED=7 .venv/bin/python manage.py test -n 0 -s -m slow community_ops/tests/faults/test_storm.py
"""

import os
import random
import re
import sys
import time

import pytest
from django.db import connection
from django.utils import timezone

from community_ops.tests.faults import making
from community_ops.tests.faults.crew import Crew
from community_ops.tests.faults.database import database_of_our_own
from community_ops.tests.faults.storm import FAULTS, Files, Storm, is_quiet, patiently, what_is_wrong
from community_ops.tests.faults.traffic import Taken, Traffic
from community_ops.tests.making_tokens import make_token
from groups.models import Group
from groups.tests.making import make_user
from lifecycle.models import DirtyGroup

SECONDS = int(os.environ.get("CHAOS_SECONDS", "90"))
SEED = int(os.environ.get("CHAOS_SEED", "1"))
BETWEEN = (1.0, 4.0) if SECONDS < 300 else (2.0, 8.0)
GROUPS, DAYS = 600, 10
PIECES = {"NIGHT_GROUPS_PER_ITEM": "50", "NIGHT_DAYS_AT_ONCE": "1", "NIGHT_CHUNK_SECONDS": "2"}

pytestmark = [pytest.mark.services, pytest.mark.slow]


@pytest.fixture
def server(django_db_setup, django_db_blocker, tmp_path):
    with django_db_blocker.unblock(), database_of_our_own(tmp_path) as postgres:
        yield postgres


def make_groups():
    """Groups with a key each, judged for the first of their days; the nights since are missing."""
    group_ids = making.make_groups(GROUPS)
    groups = list(Group.objects.order_by("pk"))
    for number, group in enumerate(groups):
        group.external_id = f"g-{number}"
    Group.objects.bulk_update(groups, ["external_id"])
    making.last_night_was(DAYS - 1)
    return group_ids, [group.external_id for group in groups], groups[0].team


@pytest.mark.timeout(SECONDS + 900)
def test_whatever_dies_nothing_is_lost_and_nothing_is_there_twice(server, tmp_path):
    group_ids, keys, team = make_groups()
    chance, days = random.Random(SEED), making.last_days(DAYS)
    token = make_token(team)
    files = Files(team, make_user(team), keys[100:], days)
    with Crew(tmp_path, API_REQUESTS_A_MINUTE="100000", SECURE_COOKIES="false", **PIECES) as crew:
        for number in range(2):
            crew.start_worker("-n", f"w{number}@%h")
            crew.start_beat()
        traffic = Traffic(crew.start_web(), token, keys[:60], days, chance)
        traffic.start()
        storm = Storm(crew, server, chance)
        sent_at = [0.0]

        def meanwhile():
            if time.monotonic() - sent_at[0] > 3:
                sent_at[0] = time.monotonic()
                files.send()
                patiently(lambda: mark_some(chance, group_ids))
            files.decide()

        storm.rage(SECONDS, BETWEEN, meanwhile)
        taken = patiently(lambda: stop(crew, traffic))

        def all_done():
            files.decide()
            return is_quiet()

        took = crew.wait_until(all_done, 300)
        tell(storm, crew, took, taken, files)
    assert set(storm.befell) == set(FAULTS), "each kind of fault has come"
    assert what_is_wrong(group_ids, days, taken, files) == []


def tell(storm, crew, took, taken, files):
    """What befell, for whoever runs it with -s."""
    lines = [
        f"{dict(storm.befell)}, {crew.restarts} restarts; quiet {took:.0f} s after the last fault",
        f"{len(taken.messages)} figures, {len(taken.orders)} orders, {len(taken.joins)} joins, {files.sent} files",
        f"answers {dict(taken.answers)}, the longest wait {taken.waited:.1f} s",
    ]
    sys.stdout.write("\n" + "\n".join(lines) + "\n")


def stop(crew, traffic):
    """Let the last request be taken, and start again meanwhile what died last."""
    traffic.over.set()
    crew.wait_until(lambda: not traffic.is_alive())
    return traffic.stop()


def mark_some(chance, group_ids):
    """The past of some groups changed, so there is always something to judge."""
    now = timezone.now()
    rows = [
        DirtyGroup(group_id=group_id, since=making.last_days(DAYS)[0], marked_at=now)
        for group_id in chance.sample(group_ids[200:], 20)
    ]
    DirtyGroup.objects.bulk_create(rows, ignore_conflicts=True)


@pytest.mark.parametrize("broken", [False, True], ids=["as it is", "done before the work"])
def test_a_product_that_marks_work_done_before_it_is_would_be_found(server, tmp_path, broken):
    """The control: one kill within a piece, and the questions of the storm."""
    group_ids, _keys, _team = make_groups()
    hold = tmp_path / "once"
    hold.touch()
    with Crew(tmp_path, FAILPOINT=f"during_work:kill_worker:{hold}", **PIECES) as crew:
        crew.start_worker(*(["-I", "community_ops.tests.faults.broken"] if broken else []))
        crew.tick_until(lambda: making.nights_done(DAYS))
        assert crew.restarts == 1
    connection.close()
    wrong = what_is_wrong(group_ids, making.last_days(DAYS), Taken(), None)
    if broken:  # the piece that was killed is missing, up to 50 groups
        assert re.fullmatch(rf"[1-9]\d? of {GROUPS * DAYS} readings are missing", ", ".join(wrong)), wrong
    else:
        assert not wrong

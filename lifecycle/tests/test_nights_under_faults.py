"""Cases 15, 16 and 20: clocks that jump, machines set to other zones, and a night whose n-th statement fails."""

import os
import time
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import time_machine
from django.db import DatabaseError, connection
from django.utils import timezone

from groups.tests.making import make_group, make_team, make_user
from lifecycle import history, kept, nights, pieces, pipeline, readings
from lifecycle.models import Flag, HealthReading, KeptPack, NightItem, NightRun, Standing
from lifecycle.tests.health_making import write_talk
from lifecycle.tests.nights_making import make_stages
from lifecycle.tests.nights_making import readings as stored

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST = date(2026, 11, 20)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("moments", "days"),
    [
        pytest.param([at(21, 3), at(21, 5), at(21, 3)], [20], id="two hours on and back within a day"),
        pytest.param([at(22, 1), at(22, 3), at(22, 1), at(22, 3)], [20, 21], id="on over the hour of the night"),
        pytest.param([at(22, 3), at(22, 1), at(22, 3)], [20, 21], id="back over the hour of the night"),
        pytest.param([at(21, 23), at(22, 1), at(21, 23), at(22, 2)], [20, 21], id="over midnight and back"),
        pytest.param([at(21, 23, 59), at(23, 0, 1), at(22, 0, 1), at(23, 2)], [20, 21, 22], id="a day on and back"),
    ],
)
def test_a_clock_that_jumps_skips_no_day_and_judges_none_twice(moments, days):
    """Case 15: each tick looks at the clock anew; what counts is which nights have a row."""
    group = make_group(opened_on=date(2026, 1, 1))
    NightRun.objects.create(day=date(2026, 11, 19), made_at=at(20, 2), done_at=at(20, 2))
    calls: list = []
    for now in moments:
        nights.ensure_nights(now=now)
        while piece := pieces.claim():
            pieces.work(piece, make_stages(calls=calls), now=now)
        nights.finish_nights()
    assert stored() == [(group.pk, date(2026, 11, day)) for day in days]
    judged = [day for _, first, last in calls for day in nights.days_between(first, last)]
    assert judged == [date(2026, 11, day) for day in days]
    assert not NightRun.objects.filter(done_at=None).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("hours", [-2, 2, 48])
def test_a_lease_holds_by_the_clock_of_the_database(hours):
    """Case 15: the clock of the worker's machine has no say in who holds a piece."""
    make_group(opened_on=date(2026, 1, 1))
    nights.open_nights([FIRST], now=timezone.now())
    piece = pieces.claim()
    with time_machine.travel(timezone.now() + timedelta(hours=hours), tick=True):
        assert pieces.claim() is None and history.claim() is None
        pieces.work(piece, make_stages(), now=timezone.now())
    assert NightItem.objects.get().state == "done"


@pytest.fixture
def zone_of_the_machine():
    """Sets the zone of this process, as the machine's settings would; put back at the end."""
    before = os.environ.get("TZ")

    def put(zone: str) -> None:
        os.environ["TZ"] = zone
        time.tzset()

    yield put
    if before is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Shanghai", "Pacific/Kiritimati"])
@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ("2026-03-08T06:59:59Z", date(2026, 3, 7)),  # New York sets its clocks on a second later
        ("2026-03-08T07:00:00Z", date(2026, 3, 7)),
        ("2026-11-01T05:30:00Z", date(2026, 10, 31)),  # an hour that New York has twice
        ("2026-11-01T06:30:00Z", date(2026, 10, 31)),
        ("2026-11-20T17:59:59Z", date(2026, 11, 19)),  # a second before two in the morning
        ("2026-11-20T18:00:00Z", date(2026, 11, 20)),
    ],
)
def test_the_zone_of_the_machine_changes_no_day(zone_of_the_machine, zone, moment, due):
    """Case 16: days are those of the installation's zone, wherever the machine believes itself to be."""
    zone_of_the_machine(zone)
    group = make_group(opened_on=date(2026, 1, 1))
    with time_machine.travel(moment, tick=False):
        now = timezone.now()
        assert nights.due_day(now) == due
        assert timezone.localdate() == now.astimezone(SHANGHAI).date()
        nights.ensure_nights(now=now)
        while piece := pieces.claim():
            pieces.work(piece, make_stages(), now=now)
    assert stored() == [(group.pk, due)]


class Broken(DatabaseError):
    """The n-th statement of the piece fails."""


class Countdown:
    """Counts statements and COPYs, and fails at one of them."""

    def __init__(self, monkeypatch) -> None:
        self.count, self.fails_at = 0, 0
        for module, name in ((readings, "copy_in"), (kept, "copy_in_ragged"), (readings, "_copy_text")):
            monkeypatch.setattr(module, name, self._stepping(getattr(module, name)))

    def _step(self) -> None:
        self.count += 1
        if self.count == self.fails_at:
            raise Broken

    def _stepping(self, call):
        def stepping(*arguments):
            self._step()
            return call(*arguments)

        return stepping

    @contextmanager
    def until(self, statement: int):
        self.count, self.fails_at = 0, statement
        with connection.execute_wrapper(self._wrapper):
            yield

    def _wrapper(self, execute, *arguments):
        self._step()
        return execute(*arguments)


def told() -> tuple:
    """All that a night leaves."""
    return (
        list(HealthReading.objects.order_by("group_id", "day").values()),
        list(Standing.objects.order_by("group_id").values()),
        list(Flag.objects.order_by("group_id", "cause", "raised_on").values_list("group_id", "cause", "raised_on")),
        sorted(KeptPack.objects.values_list("day", flat=True)),
    )


@pytest.mark.django_db(transaction=True)
def test_a_night_that_fails_at_any_statement_leaves_the_old_state_or_the_new(monkeypatch, settings):
    """Case 20: the n-th statement fails, for every n. One group is alive and one has long been silent."""
    settings.NIGHT_GROUPS_PER_ITEM = 1_000_000
    team = make_team()
    owner, eve = make_user(team), FIRST - timedelta(days=1)
    for silent_for in (0, 40):
        group = make_group(team=team, owner=owner, opened_on=FIRST - timedelta(days=70))
        talk = np.full(72, 5.0)
        talk[72 - silent_for :] = 0
        write_talk(group, FIRST - timedelta(days=71), talk)
    nights.open_nights([eve], now=timezone.now())
    pipeline.run_to_the_end(now=timezone.now())
    before = told()
    countdown, outcomes = Countdown(monkeypatch), []
    while not outcomes or outcomes[-1] == "old":
        NightRun.objects.filter(day=FIRST).delete()
        nights.open_nights([FIRST], now=timezone.now())
        piece = pieces.claim()
        with countdown.until(len(outcomes) + 1):
            pieces.work(piece, pipeline.STAGES, now=timezone.now())
        done = NightItem.objects.get(run__day=FIRST).state == "done"
        assert done == (told() != before), "the mark and what it vouches for stand or fall together"
        outcomes.append("new" if done else "old")
    assert len(outcomes) > 25, "a night issues more statements than that"
    assert {row["day"] for row in told()[1]} == {FIRST}

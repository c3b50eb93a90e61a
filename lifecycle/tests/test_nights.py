from datetime import date, datetime, timedelta
from threading import Thread
from time import sleep
from zoneinfo import ZoneInfo

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from groups.models import Group
from groups.tests.making import make_group, make_team, make_user
from lifecycle import history, nights, pieces, upkeep
from lifecycle.models import DirtyGroup, NightFault, NightItem, NightRun, StaleFleetDay, Standing
from lifecycle.quarantine import try_again
from lifecycle.tests.nights_making import make_stages, readings

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=SHANGHAI)
DAY = date(2026, 11, 21)
BEFORE = DAY - timedelta(days=1)


@pytest.fixture
def ten_groups(db, settings):
    """Ten groups, with ids in two ranges: 5000..5004 and 6000..6004."""
    settings.NIGHT_GROUPS_PER_ITEM = 1000
    team = make_team()
    owner = make_user(team)
    return [make_group(id=range_start + n, team=team, owner=owner).pk for range_start in (5000, 6000) for n in range(5)]


def work_all(stages, limit=200):
    """Claim and work until nothing is free; returns the pieces. Leases of dead tries are let run out by hand."""
    worked = []
    for _ in range(limit):
        piece = pieces.claim()
        if piece is None:
            past = history.claim()
            if past is None:
                nights.finish_nights()
                return worked
            history.work(past, stages, now=NOW)
            worked.append(past)
            continue
        pieces.work(piece, stages, now=NOW)
        worked.append(piece)
    raise AssertionError("the nights did not end")


def let_leases_run_out():
    for model in (NightItem, DirtyGroup):
        model.objects.exclude(lease_until=None).update(lease_until=timezone.now() - timedelta(hours=1))


@pytest.mark.parametrize(
    ("now", "due"),
    [
        pytest.param(datetime(2026, 11, 22, 1, 59, 59, 999999, tzinfo=SHANGHAI), date(2026, 11, 20), id="before 2"),
        pytest.param(datetime(2026, 11, 22, 2, 0, tzinfo=SHANGHAI), date(2026, 11, 21), id="at 2"),
        pytest.param(datetime(2026, 11, 21, 23, 59, 59, tzinfo=SHANGHAI), date(2026, 11, 20), id="before midnight"),
        pytest.param(datetime(2026, 11, 22, 7, 59, 59, tzinfo=SHANGHAI), date(2026, 11, 21), id="midnight of UTC"),
        pytest.param(datetime(2026, 11, 22, 8, 0, tzinfo=SHANGHAI), date(2026, 11, 21), id="after midnight of UTC"),
        pytest.param(datetime(2026, 1, 1, 2, 0, tzinfo=SHANGHAI), date(2025, 12, 31), id="turn of the year"),
    ],
)
def test_the_day_that_is_due(now, due):
    assert nights.due_day(now) == due
    assert nights.due_day(now.astimezone(ZoneInfo("UTC"))) == due


@pytest.mark.django_db
def test_missing_days_begin_with_the_first_night_and_reach_back_so_far_at_most(settings):
    settings.NIGHT_DAYS_BACK = 5
    assert nights.missing_days(DAY) == [DAY]
    NightRun.objects.create(day=DAY - timedelta(days=3), made_at=NOW)
    assert nights.missing_days(DAY) == [DAY - timedelta(days=2), BEFORE, DAY]
    NightRun.objects.create(day=DAY, made_at=NOW)
    assert nights.missing_days(DAY) == [DAY - timedelta(days=2), BEFORE]
    NightRun.objects.create(day=DAY - timedelta(days=300), made_at=NOW)
    assert nights.missing_days(DAY)[0] == DAY - timedelta(days=4)


def test_items_are_made_for_groups_as_of_the_day(ten_groups):
    Group.objects.filter(pk__lt=6000).update(closed_on=BEFORE)
    Group.objects.filter(pk=6000).update(opened_on=DAY)
    nights.open_nights([BEFORE, DAY], now=NOW)
    nights.open_nights([BEFORE, DAY], now=NOW)
    assert list(NightItem.objects.order_by("run__day", "first_group_id").values_list("run__day", "first_group_id")) == [
        (BEFORE, 5000),
        (BEFORE, 6000),
        (DAY, 6000),
    ]


def test_a_night_judges_each_active_group_once_and_may_be_rung_for_again(ten_groups):
    calls = []
    assert nights.ensure_nights(now=NOW) == 2
    assert nights.ensure_nights(now=NOW) == 2
    work_all(make_stages(calls=calls))
    assert readings() == [(group_id, DAY) for group_id in ten_groups]
    assert NightRun.objects.get().done_at
    assert nights.ensure_nights(now=NOW) == 0
    assert len(calls) == 2


def test_missed_nights_are_worked_in_order_as_one_piece_per_range(ten_groups):
    NightRun.objects.create(day=DAY - timedelta(days=3), made_at=NOW, done_at=NOW)
    calls = []
    nights.ensure_nights(now=NOW)
    work_all(make_stages(calls=calls))
    first = DAY - timedelta(days=2)
    assert calls == [(tuple(ten_groups[:5]), first, DAY), (tuple(ten_groups[5:]), first, DAY)]
    assert len(readings()) == 30
    assert NightRun.objects.filter(done_at=None).count() == 0


def test_a_piece_of_several_nights_judges_a_group_from_the_day_on_which_it_opened(ten_groups):
    """As one night after the other does, though its figures may go further back."""
    late = ten_groups[1]
    Group.objects.filter(pk=late).update(opened_on=BEFORE)
    calls = []
    nights.open_nights([BEFORE - timedelta(days=1), BEFORE, DAY], now=NOW)
    work_all(make_stages(calls=calls))
    assert calls[:2] == [
        (tuple(pk for pk in ten_groups[:5] if pk != late), BEFORE - timedelta(days=1), DAY),
        ((late,), BEFORE, DAY),
    ]
    assert [day for group, day in readings() if group == late] == [BEFORE, DAY]


def test_a_later_night_waits_for_the_earlier_one_of_its_groups(ten_groups, settings):
    settings.NIGHT_DAYS_AT_ONCE = 1
    nights.open_nights([BEFORE, DAY], now=NOW)
    claims = [pieces.claim() for _ in range(3)]
    assert [(claim.first_group_id, claim.first_day) for claim in claims[:2]] == [(5000, BEFORE), (6000, BEFORE)]
    assert claims[2] is None
    pieces.work(claims[1], make_stages(), now=NOW)
    assert pieces.claim().first_day == DAY


def test_a_group_that_raises_is_put_aside_after_three_tries_and_the_others_finish(ten_groups):
    bad = ten_groups[2]

    def fail(group_ids):
        if bad in group_ids:
            raise ValueError("no such number")

    nights.open_nights([DAY], now=NOW)
    work_all(make_stages(before=fail))
    fault = NightFault.objects.exclude(state="settled").get()
    assert (fault.group_id, fault.state, fault.attempts) == (bad, "error", 3)
    assert fault.reason == "ValueError: no such number"
    assert [group_id for group_id, _ in readings()] == [g for g in ten_groups if g != bad]
    assert NightRun.objects.get().done_at
    calls = []
    nights.open_nights([DAY + timedelta(days=1)], now=NOW)
    work_all(make_stages(calls=calls))
    assert bad not in calls[0][0], "a group that was put aside waits for a person"


def work_beside(killer):
    """Work all nights while a group takes every worker with it that touches it; returns how many it took."""
    crashes = 0
    for _ in range(200):
        piece = pieces.claim()
        if piece is None:
            if not NightItem.objects.filter(state="todo").exists():
                return crashes
            let_leases_run_out()
        elif piece.first_group_id <= killer <= piece.last_group_id:
            crashes += 1  # the worker is gone: nothing more happens with this piece
        else:
            pieces.work(piece, make_stages(), now=NOW)
    raise AssertionError("the nights did not end")


def test_a_range_whose_worker_died_is_split_and_the_killer_found(ten_groups):
    killer = ten_groups[7]
    nights.open_nights([BEFORE, DAY], now=NOW)
    assert work_beside(killer) == 4, "one with its range and three alone"
    fault = NightFault.objects.exclude(state="settled").get()
    assert (fault.group_id, fault.state) == (killer, "poison")
    assert readings() == [(g, day) for g in ten_groups if g != killer for day in (BEFORE, DAY)]


def test_a_large_range_whose_worker_died_is_split_into_parts_that_span_the_missed_nights(db, settings):
    """A host that is lost costs its range some smaller pieces, not as many as it has groups."""
    settings.NIGHT_GROUPS_PER_ITEM = 1000
    team = make_team()
    owner = make_user(team)
    old = [make_group(id=5000 + 3 * n, team=team, owner=owner).pk for n in range(50)]
    young = make_group(id=5991, team=team, owner=owner, opened_on=DAY).pk
    nights.open_nights([BEFORE, DAY], now=NOW)
    pieces.claim()
    let_leases_run_out()
    part = pieces.claim()
    assert (part.first_group_id, part.last_group_id) == (5000, 5008)
    assert (part.first_day, part.last_day) == (BEFORE, DAY)
    let_leases_run_out()
    killer = old[30]
    assert work_beside(killer) == 4, "one with its part and three alone"
    assert NightFault.objects.exclude(state="settled").get().group_id == killer
    found = readings()
    assert found == sorted({*found})
    assert {group for group, day in found if day == BEFORE} == {*old} - {killer}
    assert {group for group, day in found if day == DAY} == {*old, young} - {killer}
    assert NightItem.objects.count() == 2 * (15 + 3 + 3), "of two parts a night their three groups each"


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_slow_is_not_taken_for_dead(settings):
    settings.NIGHT_LEASE_SECONDS = 0.01
    make_group()
    nights.open_nights([DAY], now=NOW)
    claims = []

    def claim_from_elsewhere():
        claims.append(pieces.claim())
        connection.close()

    def outlast_the_lease(group_ids):
        sleep(0.05)
        thread = Thread(target=claim_from_elsewhere)
        thread.start()
        thread.join()

    pieces.work(pieces.claim(), make_stages(before=outlast_the_lease), now=NOW)
    assert claims == [None]
    item = NightItem.objects.get()
    assert (item.attempts, item.state) == (1, "done")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("held", "free"), [(0, False), (1, False), (2, True)])
def test_workers_whose_pieces_were_smaller_hold_off_whoever_wants_one_of_their_groups(settings, held, free):
    """Beside workers of the release before, whose pieces were of 4,000 groups: each held the lock of its own."""
    assert settings.NIGHT_GROUPS_PER_ITEM == 8000
    far, near = make_group(id=7990), make_group(id=10)
    nights.open_nights([DAY], now=NOW)
    claims = []

    def claim_from_elsewhere():
        claims.append(pieces.claim())
        DirtyGroup.objects.bulk_create([DirtyGroup(group=each, since=DAY, marked_at=NOW) for each in (far, near)])
        claims.append(history.claim())
        connection.close()

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [pieces.LOCK_SPACE, held])
        thread = Thread(target=claim_from_elsewhere)
        thread.start()
        thread.join()
    assert [claim is not None for claim in claims] == [free, free]


def test_what_a_worker_did_after_it_lost_its_claim_is_rolled_back(ten_groups):
    nights.open_nights([DAY], now=NOW)
    slow = pieces.claim()
    NightItem.objects.filter(pk__in=slow.item_ids).update(lease_until=timezone.now() + timedelta(hours=1))
    pieces.work(slow, make_stages(), now=NOW)
    assert readings() == []


@pytest.mark.django_db(transaction=True)
def test_trouble_of_the_database_frees_the_piece_and_is_no_fault_of_the_groups():
    make_group()
    nights.open_nights([DAY], now=NOW)

    def trouble(group_ids):
        raise OperationalError("server closed the connection unexpectedly")

    piece = pieces.claim()
    with pytest.raises(OperationalError):
        pieces.work(piece, make_stages(before=trouble), now=NOW)
    item = NightItem.objects.get()
    assert (item.attempts, item.lease_until, item.state) == (0, None, "todo")


def mark(group_id, since):
    DirtyGroup.objects.update_or_create(group_id=group_id, defaults={"since": since, "marked_at": NOW})


def test_a_marked_group_is_judged_from_the_day_that_changed_through_the_last_night(ten_groups):
    calls = []
    nights.open_nights([DAY], now=NOW)
    mark(ten_groups[0], DAY - timedelta(days=9))
    work_all(make_stages(calls=calls))
    assert calls[0] == (tuple(ten_groups[1:5]), DAY, DAY)
    assert calls[-1] == ((ten_groups[0],), DAY - timedelta(days=9), DAY)
    assert not DirtyGroup.objects.exists()
    assert StaleFleetDay.objects.count() == 10


def test_a_long_past_is_made_anew_in_stretches(ten_groups, settings):
    settings.NIGHT_PAST_DAYS = 4
    nights.open_nights([DAY], now=NOW)
    work_all(make_stages())
    calls = []
    mark(ten_groups[0], DAY - timedelta(days=9))
    work_all(make_stages(calls=calls))
    assert [((last - first).days + 1) for _, first, last in calls] == [4, 4, 2]
    assert calls[-1][2] == DAY


def test_a_group_marked_again_during_the_work_stays_marked(ten_groups):
    nights.open_nights([DAY], now=NOW)
    work_all(make_stages())
    mark(ten_groups[0], DAY)
    history.work(history.claim(), make_stages(before=lambda ids: mark(ten_groups[0], DAY)), now=NOW)
    dirty = DirtyGroup.objects.get()
    assert (dirty.since, dirty.attempts, dirty.lease_until) == (DAY, 0, None)
    work_all(make_stages())
    assert not DirtyGroup.objects.exists()


def test_history_that_raises_is_put_aside_and_waits_with_its_mark(ten_groups):
    nights.open_nights([DAY], now=NOW)
    work_all(make_stages())
    bad, good = ten_groups[:2]
    mark(bad, BEFORE)
    mark(good, BEFORE)

    def fail(group_ids):
        if bad in group_ids:
            raise ValueError("no such number")

    work_all(make_stages(before=fail))
    assert list(DirtyGroup.objects.values_list("group_id", flat=True)) == [bad]
    assert NightFault.objects.get().state == "error"
    assert (good, BEFORE) in readings()


def test_whoever_judges_the_past_marks_what_came_after(ten_groups):
    nights.open_nights([DAY], now=NOW)
    work_all(make_stages())
    calls = []
    nights.open_nights([BEFORE], now=NOW)
    work_all(make_stages(calls=calls))
    assert [(first, last) for _, first, last in calls] == [(BEFORE, BEFORE)] * 2 + [(DAY, DAY)] * 2
    assert set(Standing.objects.values_list("day", flat=True)) == {DAY}


def test_a_night_that_is_opened_again_is_judged_again(ten_groups):
    calls = []
    nights.open_nights([DAY], now=NOW)
    work_all(make_stages())
    nights.open_nights([DAY], now=NOW)
    work_all(make_stages(calls=calls))
    assert calls == []
    nights.open_nights([DAY], now=NOW, again=True)
    work_all(make_stages(calls=calls))
    assert len(calls) == 2
    assert len(readings()) == 10


def test_a_group_that_is_tried_again_catches_up_with_the_last_night(ten_groups):
    bad = ten_groups[2]

    def fail(group_ids):
        if bad in group_ids:
            raise ValueError("no such number")

    nights.open_nights([BEFORE], now=NOW)
    work_all(make_stages(before=fail))
    nights.open_nights([DAY], now=NOW)
    work_all(make_stages())
    group = Group.objects.get(pk=bad)
    try_again(group=group, by=make_user(), now=NOW)
    work_all(make_stages(before=fail))
    assert NightFault.objects.exclude(state="settled").get().state == "error", "it failed again, three times"
    try_again(group=group, by=make_user(), now=NOW)
    work_all(make_stages())
    assert not NightFault.objects.exclude(state="settled").exists()
    assert [day for group_id, day in readings() if group_id == bad] == [BEFORE, DAY]


def test_a_group_that_no_night_reached_is_found_and_made_good(ten_groups):
    nights.open_nights([DAY], now=NOW)
    work_all(make_stages())
    late = make_group(opened_on=BEFORE)
    assert upkeep.mark_unjudged() == 1
    assert upkeep.mark_unjudged() == 0
    work_all(make_stages())
    assert [day for group_id, day in readings() if group_id == late.pk] == [BEFORE, DAY]
    assert upkeep.mark_unjudged() == 0

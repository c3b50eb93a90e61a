"""Weeks that are over lie packed: what is read of them is what their rows say, whoever writes or dies meanwhile."""

from contextlib import contextmanager
from datetime import date, timedelta
from threading import Event, Thread

import numpy as np
import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from groups.tests.making import make_group, make_team
from lifecycle import health, week_packs
from lifecycle.activity import settle_activity
from lifecycle.cases.closing import FORGET_PEOPLE
from lifecycle.kept import all_last_days, eve_of
from lifecycle.marks import mark_dirty
from lifecycle.models import CoverageSpan, DirtyGroup, KeptPack, NightRun, Source, WeekMark, WeekPack
from lifecycle.partitions import ensure_months
from lifecycle.rules.kept import LastDays
from lifecycle.rules.observations import COUNTED
from lifecycle.rules.week_packs import PACK_GROUPS
from lifecycle.series import load_day, load_series
from lifecycle.tests.health_making import write_counts, write_talk
from lifecycle.tests.series_making import poisson_speakers
from lifecycle.tests.test_rolling_nights import everything, start_over
from lifecycle.week_packs import pack_due, pack_range, pack_through, wanted_weeks

FIRST = date(2025, 9, 1)
DAYS = 150
NOW = timezone.now()
BEHIND_THEIR_BACK = "UPDATE lifecycle_daily SET messages = messages + 1 WHERE known & 8 <> 0"


def day(n: int) -> date:
    return FIRST + timedelta(days=n)


@pytest.fixture(autouse=True)
def few_groups_are_worth_it(monkeypatch):
    monkeypatch.setattr(week_packs, "WORTH", 1)


def make_groups() -> list[int]:
    """Talk by name, by head count, with gaps, sales, one of whom nothing is known; with a stranger between them."""
    team, random = make_team(), np.random.default_rng(5)
    made = [make_group(team=team, opened_on=FIRST) for _ in range(5)]
    seller = make_group(team=team, opened_on=FIRST, plan_activity_kind="transaction")
    talk = poisson_speakers(DAYS, 3, mean=4, seed=2)
    talk[60:72, 1] = np.nan
    write_talk(made[0], FIRST, talk[:, 0], seed=1)
    write_talk(made[1], FIRST, talk[:, 1], seed=2)
    write_counts(made[3], FIRST, messages=talk[:, 2] * 2, speakers=talk[:, 2], filler=talk[:, 2])
    sold = random.poisson(2, DAYS).astype(float)
    write_counts(seller, FIRST, clicks=sold * 3, orders=sold, buyers=sold, ads=sold % 2)
    return sorted(group.pk for group in (*made[:2], *made[3:], seller))


def read(ids, first, last) -> list:
    """Everything that a pass over these days reads, and what one over the last of them does."""
    seen, (alone, lately) = load_series(ids, day(first), day(last)), load_day(ids, day(last))
    told = [seen.first, seen.acting_known.tolist()]
    told += [getattr(seen.acting, name).tolist() for name in ("group", "member", "day", "acts")]
    told += [alone.acting_known[-84:].tolist(), lately.before.tolist()]
    told += [getattr(lately.acted, name).tolist() for name in ("group", "member", "last", "acts")]
    for each in (seen, alone):
        told += [[getattr(each, name).values.tolist(), getattr(each, name).known.tolist()] for name in COUNTED]
    return told


@contextmanager
def rows_only():
    kept, week_packs.WORTH = week_packs.WORTH, 10**9
    try:
        yield
    finally:
        week_packs.WORTH = kept


def differs(ids, first=120, last=140) -> bool:
    with rows_only():
        rows = read(ids, first, last)
    return read(ids, first, last) != rows


def run(sql: str, *values) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.django_db
@pytest.mark.parametrize(("first", "last"), [(140, 140), (141, 141), (143, 147), (60, 140), (0, 149), (10, 12)])
def test_packed_weeks_are_read_as_their_rows_are(first, last):
    ids = make_groups()
    with rows_only():
        rows = read(ids, first, last)
    assert pack_through(day(140)) > 0 == pack_through(day(140))
    assert read(ids, first, last) == rows
    run(
        "UPDATE lifecycle_daily SET messages = messages + 1 WHERE known & 8 <> 0"
    )  # behind the back of the packs: it is they that are read
    if first > 10:
        assert read(ids, first, last) != rows
        with rows_only():
            assert read(ids, first, last) != rows


def one_day(ids, last, eve=None) -> list:
    """What a full night of one day reads."""
    alone, lately = load_day(ids, day(last), eve)
    told = [alone.acting_known[-84:].tolist(), lately.before.tolist()]
    told += [getattr(lately.acted, name).tolist() for name in ("group", "member", "last", "acts")]
    return told + [[getattr(alone, name).values.tolist(), getattr(alone, name).known.tolist()] for name in COUNTED]


def judged_through(ids, last) -> LastDays:
    """What is kept of the groups when they were judged through this day."""
    ensure_months(FIRST, day(last))
    health.judge_groups(ids, FIRST, day(last), now=NOW)
    with connection.cursor() as cursor:
        eve = eve_of(cursor, np.array(ids))
        kept = all_last_days(cursor, eve, np.arange(len(ids)))
    assert kept is not None
    return kept


@pytest.mark.django_db
@pytest.mark.parametrize("last", range(140, 148))
def test_a_full_night_takes_from_its_eve_what_the_rows_of_its_last_days_say(last):
    ids = make_groups()
    eve = judged_through(ids, last - 1)
    pack_through(day(last - 1))
    before = one_day(ids, last, eve)
    assert before == one_day(ids, last)
    run(f"{BEHIND_THEIR_BACK} AND day BETWEEN %s AND %s", day(last - 7), day(last - 1))  # rows that nobody may read
    run("DELETE FROM lifecycle_acting WHERE day BETWEEN %s AND %s", day(last - 6), day(last - 1))
    assert one_day(ids, last, eve) == before
    all_is_packed = day(last).toordinal() % 7 == 0
    assert (one_day(ids, last) == before) is all_is_packed
    run(f"{BEHIND_THEIR_BACK} AND day = %s", day(last))
    assert one_day(ids, last, eve) != before


@pytest.mark.django_db
def test_where_a_past_changed_or_nothing_is_packed_a_full_night_reads_its_rows():
    ids = make_groups()
    eve = judged_through(ids, 140)
    run(f"{BEHIND_THEIR_BACK} AND day = %s", day(138))
    assert one_day(ids, 141, eve) == one_day(ids, 141)
    pack_through(day(140))
    assert one_day(ids, 141, eve) != one_day(ids, 141)
    with connection.cursor() as cursor:
        mark_dirty(cursor, {ids[0]: day(138).toordinal()}, NOW)
    assert one_day(ids, 141, eve) == one_day(ids, 141)


@pytest.mark.django_db
def test_a_missing_week_or_another_layout_is_read_from_rows():
    ids = make_groups()
    pack_through(day(140))
    run(BEHIND_THEIR_BACK)
    differing = [differs(ids)]
    for statement in (
        "DELETE FROM lifecycle_weekpack WHERE first_day = (SELECT max(first_day) FROM lifecycle_weekpack)",
        "UPDATE lifecycle_weekpack SET acted = '\\x00'",
        "UPDATE lifecycle_weekpack SET layout = -1",
    ):
        run(statement)
        differing.append(differs(ids))
    assert differing == [True, True, False, False]
    assert pack_through(day(140)) == len(wanted_weeks(day(140))) and not differs(ids)


@pytest.mark.django_db
def test_what_changes_a_past_day_leaves_a_mark_until_the_weeks_are_packed_anew():
    ids = make_groups()
    pack_through(day(140))
    run("UPDATE lifecycle_daily SET messages = 99 WHERE group_id = %s AND day = %s", ids[0], day(100))
    assert differs(ids)
    with connection.cursor() as cursor:
        mark_dirty(cursor, {ids[0]: day(100).toordinal()}, NOW)
    assert not differs(ids)
    assert pack_through(day(140)) == 0  # it waits to be judged anew: rows of its coverage may come yet
    assert WeekMark.objects.count() == 1
    DirtyGroup.objects.update(lease_until=NOW, attempts=1)  # a claim is no change
    assert WeekMark.objects.count() == 1
    with connection.cursor() as cursor:
        mark_dirty(cursor, {ids[0]: day(120).toordinal()}, NOW + timedelta(seconds=1))
    assert sorted(WeekMark.objects.values_list("since", flat=True)) == [day(100), day(100)]
    DirtyGroup.objects.all().delete()
    assert pack_through(day(140)) == sum(first + timedelta(days=6) >= day(100) for first in wanted_weeks(day(140)))
    assert not WeekMark.objects.exists() and not differs(ids)


@pytest.mark.django_db
def test_zeros_of_a_coverage_on_days_of_nights_that_are_done_leave_a_mark():
    ids = make_groups()
    run("DELETE FROM lifecycle_daily WHERE group_id = %s AND day = %s", ids[2], day(110))
    source = Source.objects.create(team=make_team(), kind="daily", name="s")
    CoverageSpan.objects.create(
        source=source, group_id=ids[2], observed_from=day(110), observed_until=day(149), known=8
    )
    NightRun.objects.create(day=day(141), made_at=NOW, done_at=NOW)
    assert pack_due() > 0
    assert settle_activity(ids, day(142), day(142)) == 0 and not WeekMark.objects.exists()
    assert settle_activity(ids, day(110), day(110)) == 1
    assert list(WeekMark.objects.values_list("group_id", "since")) == [(ids[2], day(110))]
    assert not differs(ids) and pack_due() > 0 and not differs(ids)


@pytest.mark.django_db
def test_who_acted_is_gone_from_the_packs_with_the_people_of_a_group():
    ids = make_groups()
    pack_through(day(140))
    with connection.cursor() as cursor:
        for sql in FORGET_PEOPLE:
            cursor.execute(sql, {"groups": ids[:1], "cases": [], "day": day(141)})
    assert not WeekPack.objects.exists()
    pack_through(day(140))
    assert not differs(ids)
    at = week_packs.packed_weeks(connection.cursor(), np.array(ids), day(20), day(140))
    assert not any(week.week.sizes[(week.place == 0)].any() for week in at.weeks)


@pytest.mark.django_db
def test_old_weeks_and_old_layouts_go():
    make_groups()
    pack_through(day(120))
    WeekPack.objects.filter(first_day=wanted_weeks(day(120))[-1]).update(layout=-1)
    pack_through(day(148))
    kept = WeekPack.objects.values_list("first_day", flat=True)
    assert sorted(set(kept)) == wanted_weeks(day(148)) and not WeekPack.objects.filter(layout=-1).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("rolls", [False, True], ids=["the full form", "the rolling form"])
def test_nights_with_packs_write_what_one_pass_over_the_rows_writes(rolls):
    ids = make_groups()
    ensure_months(day(0), day(DAYS))

    def judge(some, first, last):
        with transaction.atomic():
            health.judge_groups(some, day(first), day(last), now=NOW)

    judge(ids, 0, 111)
    for n in range(112, 142):
        if not rolls:
            KeptPack.objects.filter(day=day(n - 7)).delete()
        if n % 3 == 0:
            pack_through(day(n - 1))
        judge(ids, n, n)
        if n in (120, 133):  # late data, told as an import tells it, judged at once or after the next packing
            run(
                "UPDATE lifecycle_daily SET messages = 40 + %s WHERE group_id = %s AND day = %s", n, ids[1], day(n - 20)
            )
            with connection.cursor() as cursor:
                mark_dirty(cursor, {ids[1]: day(n - 20).toordinal()}, NOW)
            judge(ids[1:2], n - 20, n)
            DirtyGroup.objects.all().delete()
    by_nights = everything()
    start_over()
    with rows_only():
        judge(ids, 0, 141)
    assert everything() == by_nights


@pytest.mark.django_db
def test_a_packing_that_dies_leaves_the_packs_and_marks_as_they_were(monkeypatch):
    ids = make_groups()
    pack_through(day(140))
    run("UPDATE lifecycle_daily SET messages = 99 WHERE group_id = %s", ids[0])
    WeekMark.objects.create(group_id=ids[0], since=day(0))
    before, write, left = sorted(WeekPack.objects.values_list("id", flat=True)), week_packs._write, [3]

    def die(*args):
        left[0] -= 1
        if not left[0]:
            raise RuntimeError("killed")
        write(*args)

    monkeypatch.setattr(week_packs, "_write", die)
    with pytest.raises(RuntimeError):
        pack_through(day(140))
    assert sorted(WeekPack.objects.values_list("id", flat=True)) == before and WeekMark.objects.exists()
    assert not differs(ids)


class Beside:
    """What another process does in a transaction that it leaves open until it is told."""

    def __init__(self, work):
        self.work, self.done, self.go = work, Event(), Event()
        self.thread = Thread(target=self.run)
        self.thread.start()
        assert self.done.wait(20)

    def run(self):
        try:
            with transaction.atomic():
                self.work(self)
                self.done.set()
                self.go.wait(20)
        finally:
            self.done.set()
            connections.close_all()

    def commit(self):
        self.go.set()
        self.thread.join(20)


def late_import(ids, *, marks: bool = True):
    def work(_beside):
        run("UPDATE lifecycle_daily SET messages = 77 WHERE group_id = %s AND day = %s", ids[0], day(100))
        if marks:
            with connection.cursor() as cursor:
                mark_dirty(cursor, {ids[0]: day(100).toordinal()}, NOW)

    return work


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("marks", [True, False], ids=["with its mark", "control: without"])
def test_an_import_that_is_under_way_while_weeks_are_packed_is_seen(marks):
    ids = make_groups()
    beside = Beside(late_import(ids, marks=marks))
    pack_through(day(140))  # waits for nobody, and does not see it
    assert not differs(ids)
    beside.commit()
    assert differs(ids) is not marks
    DirtyGroup.objects.all().delete()
    pack_through(day(140))
    assert differs(ids) is not marks and not WeekMark.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_import_that_commits_while_weeks_are_being_packed_keeps_its_mark(monkeypatch):
    ids, packing = make_groups(), []
    write = week_packs._write

    def pause(cursor, first, last, week):
        write(cursor, first, last, week)
        if week == wanted_weeks(day(140))[-1]:
            packing[0].done.set()
            packing[0].go.wait(20)

    monkeypatch.setattr(week_packs, "_write", pause)
    place = ids[0] // PACK_GROUPS

    def pack(beside):
        packing.append(beside)
        pack_range(place, wanted_weeks(day(140)))

    beside = Beside(pack)
    assert pack_range(place, wanted_weeks(day(140))) == 0  # one at a time
    with transaction.atomic():
        late_import(ids)(None)
    DirtyGroup.objects.all().delete()
    beside.commit()
    assert WeekPack.objects.exists() and WeekMark.objects.count() == 1 and not differs(ids)
    monkeypatch.setattr(week_packs, "_write", write)
    assert pack_through(day(140)) > 0 and not WeekMark.objects.exists() and not differs(ids)

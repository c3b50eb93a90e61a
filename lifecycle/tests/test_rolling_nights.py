"""Night after night on real tables: what the rolling form writes is what one pass over everything writes."""

from datetime import date, timedelta
from threading import Thread

import numpy as np
import pytest
from django.db import connection, transaction
from django.utils import timezone

from groups.models import Plan
from groups.tests.making import make_group, make_team
from lifecycle import health, nights, pipeline
from lifecycle.activity import settle_activity
from lifecycle.kept import all_kept
from lifecycle.models import Flag, HealthReading, KeptPack, Standing, StateChange
from lifecycle.partitions import ensure_months
from lifecycle.rules import calendar
from lifecycle.rules.calendar import HolidayName, ToldCalendar, ToldDay
from lifecycle.tests.health_making import write_counts, write_talk
from lifecycle.tests.series_making import poisson_speakers

pytestmark = pytest.mark.django_db

FIRST = date(2025, 9, 1)
NOW = timezone.now()
DAYS = 90


def day(n: int) -> date:
    return FIRST + timedelta(days=n)


@pytest.fixture
def groups():
    """Talk by name and by head count, sales, silence, gaps, adverts, leavers; one that nobody watches."""
    team, random = make_team(), np.random.default_rng(3)
    made = [make_group(team=team, opened_on=FIRST) for _ in range(5)]
    seller = make_group(team=team, opened_on=FIRST, plan_activity_kind="transaction")
    talk = poisson_speakers(DAYS, 4, mean=4, seed=2)
    talk[50:, 1] = 0
    talk[30:38, 2] = np.nan
    for n in range(3):
        write_talk(made[n], FIRST, talk[:, n], seed=n)
    steady = {"leaves": np.full(DAYS, 1.0), "members": np.full(DAYS, 40.0)}
    worth = {
        "filler": talk[:, 0],
        "incentivised": np.where(np.arange(DAYS) % 9 < 2, talk[:, 0], 0.0),
        "questions": talk[:, 0],
        "answered": np.minimum(talk[:, 0], 2),
    }
    write_counts(made[0], FIRST, messages=talk[:, 0] * 2, speakers=talk[:, 0], **steady, **worth)
    heads, ads = talk[:, 3], np.where(np.arange(DAYS) < 60, 0.0, 30.0)
    write_counts(made[3], FIRST, messages=heads * 2 + ads, speakers=heads, ads=ads)
    orders = np.where(np.arange(DAYS) < 40, np.nan, random.poisson(2, DAYS))
    write_counts(seller, FIRST, clicks=random.poisson(9, DAYS).astype(float), orders=orders, buyers=orders)
    return [*made, seller]


@pytest.fixture
def full_forms(monkeypatch) -> list:
    """The days of each use of the full form."""
    used, load, load_one = [], health.load_series, health.load_day
    monkeypatch.setattr(health, "load_series", lambda ids, first, last: used.append(first) or load(ids, first, last))
    monkeypatch.setattr(health, "load_day", lambda ids, one, eve: used.append(one) or load_one(ids, one, eve))
    return used


def judge(groups, first: int, last: int) -> None:
    ids = sorted(group.pk for group in groups)
    ensure_months(day(first), day(last))
    settle_activity(ids, day(first), day(last))
    with transaction.atomic():
        health.judge_groups(ids, day(first), day(last), now=NOW)


def everything() -> list:
    """All that stands in the tables, without row ids; of what is kept only what counts."""
    tables = [
        list(model.objects.order_by(*order).values())
        for model, order in (
            (HealthReading, ["group_id", "day"]),
            (StateChange, ["group_id", "day"]),
            (Standing, ["group_id"]),
            (Flag, ["group_id", "raised_on", "cause"]),
        )
    ]
    rows = [[{name: value for name, value in row.items() if name != "id"} for row in rows] for rows in tables]
    with connection.cursor() as cursor:
        return [*rows, all_kept(cursor, np.array([row["group_id"] for row in rows[2]]))]


def start_over() -> None:
    for model in (Flag, StateChange, Standing, KeptPack):
        model.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM lifecycle_health")


def test_ninety_nights_write_what_one_pass_writes(groups, full_forms):
    judge(groups, 0, 0)
    for n in range(1, DAYS):
        judge(groups, n, n)
    nights = everything()
    assert sorted(set(full_forms)) == [day(n) for n in range(7)]
    start_over()
    judge(groups, 0, DAYS - 1)
    assert everything() == nights
    assert {row["state"] for row in nights[2]} >= {0, 3, 5}


def test_amended_plans_late_data_and_missed_nights_leave_no_trace_of_what_was_kept(groups, full_forms):
    judge(groups, 0, 39)
    for n in range(40, 60):
        judge(groups, n, n)
    Plan.objects.filter(group=groups[3]).update(activity_kind="transaction", signal="clickers_7")
    Plan.objects.filter(group=groups[5]).update(signal="clickers_7")
    full_forms.clear()
    for n in range(60, 72):
        judge(groups, n, n)
    assert full_forms == [day(n) for n in range(60, 67)]  # a week for the amended ones, and no longer
    write_counts(groups[1], day(55), messages=np.full(6, 50.0), speakers=np.full(6, 9.0))
    judge(groups[1:2], 55, 71)
    judge(groups, 75, 78)
    judge(groups, 79, 79)
    for n in range(80, DAYS):
        judge(groups, n, n)
    nights = everything()
    start_over()
    judge(groups, 0, DAYS - 1)
    at_the_end = everything()
    for group in (groups[0], groups[1], groups[2]):  # the others were judged by another plan before
        of_group = [[row for row in rows if row["group_id"] == group.pk] for rows in nights[:1]]
        there = {row["day"] for row in of_group[0]}
        again = [row for row in at_the_end[0] if row["group_id"] == group.pk and row["day"] in there]
        assert again == of_group[0]
    assert [row for row in nights[2] if row["group_id"] == groups[1].pk] == [
        row for row in at_the_end[2] if row["group_id"] == groups[1].pk
    ]


def test_the_same_night_again_writes_the_same(groups):
    judge(groups, 0, 50)
    judge(groups, 51, 51)
    once = everything()
    judge(groups, 51, 51)
    assert everything() == once


def test_a_night_that_dies_leaves_everything_as_it_was(groups, monkeypatch):
    judge(groups, 0, 50)
    before = everything()

    def die(*given):
        raise RuntimeError

    with monkeypatch.context() as patched, pytest.raises(RuntimeError), transaction.atomic():
        patched.setattr(health, "settle_flags", die)  # the last thing that is written
        judge(groups, 51, 51)
    assert everything() == before


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("layout = layout + 1", id="another layout"),
        pytest.param("rule_version = rule_version + 1", id="another rule"),
        pytest.param("day = day - 7", id="a week too old"),
        pytest.param("weeks = '\\x00'", id="cut off"),
    ],
)
def test_what_does_not_fit_counts_for_nothing(groups, full_forms, change):
    judge(groups, 0, 50)
    judge(groups, 51, 51)
    right = everything()
    start_over()
    judge(groups, 0, 50)
    full_forms.clear()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE lifecycle_keptpack SET {change} WHERE day = %s", [day(44)])
    judge(groups, 51, 51)
    assert full_forms == [day(51)]
    assert everything() == right


def test_a_calendar_that_changes_costs_a_week_of_full_nights_and_what_was_judged_stays(groups, full_forms):
    judge(groups, 0, 50)
    for n in range(51, 58):
        judge(groups, n, n)
    before = list(HealthReading.objects.order_by("group_id", "day").values())
    full_forms.clear()
    try:
        calendar.take_over(ToldCalendar({day(45): ToldDay(True, HolidayName.SPRING)}))
        for n in range(58, 67):
            judge(groups, n, n)
    finally:
        calendar.take_over(ToldCalendar())
    assert sorted(set(full_forms)) == [day(n) for n in range(58, 65)]
    judged_before = HealthReading.objects.filter(day__lt=day(58)).order_by("group_id", "day")
    assert list(judged_before.values()) == before


def test_the_first_night_after_an_update_of_the_rules_judges_from_the_beginning_and_writes_the_same(groups, full_forms):
    judge(groups, 0, 50)
    judge(groups, 51, 52)
    right = everything()
    start_over()
    judge(groups, 0, 50)
    full_forms.clear()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE lifecycle_keptpack SET rule_version = rule_version - 1")
    judge(groups, 51, 51)
    assert set(full_forms) == {FIRST}
    judge(groups, 52, 52)
    assert (everything(), set(full_forms)) == (right, {FIRST})


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_one_night_keep_each_group_once(groups, full_forms):
    judge(groups, 0, 50)
    judge(groups, 51, 51)
    right = everything()
    start_over()
    judge(groups, 0, 50)
    full_forms.clear()
    nights.open_nights([day(51)], now=NOW)
    failed: list[Exception] = []

    def work() -> None:
        try:
            pipeline.run_to_the_end(now=NOW, stages=[stage for stage in pipeline.STAGES if stage.name == "health"])
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert everything() == right
    assert not full_forms
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE lifecycle_health, lifecycle_daily, lifecycle_acting")

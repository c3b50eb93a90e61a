"""The health stage on real tables: what it writes, the second run, the past judged anew."""

from datetime import date, timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from groups.tests.making import make_group, make_team
from lifecycle.health import judge_groups
from lifecycle.models import Case, CaseEvent, Flag, HealthReading, HealthState, Standing, StateChange
from lifecycle.partitions import ensure_months
from lifecycle.rules.policy import LEAD_DAYS
from lifecycle.tests.health_making import write_counts, write_talk
from lifecycle.tests.series_making import poisson_speakers

pytestmark = pytest.mark.django_db

FIRST = date(2025, 6, 2)
NOW = timezone.now()
DAYS = 260


def day(n: int) -> date:
    return FIRST + timedelta(days=n)


def fading(seed=1, alive=103) -> np.ndarray:
    """Lively, then ever fewer, then silent."""
    mean = np.concatenate([np.full(alive, 6.0), 6 * np.exp(-np.arange(107) / 22), np.zeros(DAYS - alive - 107)])
    return poisson_speakers(DAYS, mean=mean, seed=seed)[:, 0]


@pytest.fixture
def group():
    made = make_group(opened_on=FIRST)
    write_talk(made, FIRST, fading())
    return made


def judge(group, first: int, last: int) -> int:
    ensure_months(day(first), day(last))
    return judge_groups([group.pk], day(first), day(last), now=NOW)


def everything(group) -> list:
    """All that the stage wrote about a group, without row ids."""
    kept = [
        list(model.objects.filter(**{key: group.pk}).order_by(*order).values())
        for model, key, order in (
            (HealthReading, "group_id", ["day"]),
            (StateChange, "group_id", ["day"]),
            (Standing, "group_id", ["group_id"]),
            (Flag, "group_id", ["raised_on", "cause"]),
        )
    ]
    return [[{name: value for name, value in row.items() if name != "id"} for row in rows] for rows in kept]


def test_a_group_that_fades_is_flagged_before_it_falls_silent(group):
    assert judge(group, 0, DAYS - 1) == DAYS
    flags = {flag.cause: flag for flag in Flag.objects.filter(group=group)}
    last_act = Standing.objects.get(group=group).last_act_on
    assert flags["fading"].raised_on < last_act
    assert flags["fading"].earliest_sign_on < flags["fading"].raised_on
    assert flags["fading"].lowered_on == flags["silence"].raised_on
    assert flags["silence"].severity == 3
    states = [change.after for change in StateChange.objects.filter(group=group).order_by("day")]
    assert [s for s in states if s >= HealthState.DECLINING][:2] == [HealthState.DECLINING, HealthState.DORMANT]


def test_the_standing_says_what_lists_show(group):
    judge(group, 0, 99)
    standing = Standing.objects.get(group=group)
    reading = HealthReading.objects.get(group_id=group.pk, day=day(99))
    assert (standing.day, standing.score, standing.state) == (day(99), reading.score, reading.state)
    assert standing.score_week_ago == HealthReading.objects.get(group_id=group.pk, day=day(92)).score
    assert standing.people_28 == standing.evidence["people_28"] > 10
    assert len(standing.spark) == 8
    assert min(standing.spark) > 30
    assert standing.last_observed_on == day(99)
    assert 0 < standing.risk < 2000


def test_night_after_night_writes_what_one_pass_writes(group):
    judge(group, 0, DAYS - 1)
    at_once = everything(group)
    for model in (Flag, Standing, StateChange):
        model.objects.all().delete()
    for begin, end in ((0, 99), (100, 100), (101, 180), *((n, n) for n in range(181, 200)), (200, DAYS - 1)):
        judge(group, begin, end)
    assert everything(group) == at_once


def test_a_night_goes_on_from_the_memory_and_reads_no_older_days(group):
    judge(group, 0, 200)
    before = Standing.objects.get(group=group)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM lifecycle_daily WHERE day < %s", [day(201 - LEAD_DAYS)])
    judge(group, 201, 201)
    after = Standing.objects.get(group=group)
    assert (after.state, after.state_since) == (before.state, before.state_since)
    assert before.state >= HealthState.DECLINING
    assert after.evidence["base_rate"] == before.evidence["base_rate"]


def test_the_same_days_again_change_nothing(group):
    judge(group, 0, DAYS - 1)
    first = everything(group)
    judge(group, 120, DAYS - 1)
    assert everything(group) == first
    judge(group, 0, DAYS - 1)
    assert everything(group) == first


def test_a_missed_week_is_made_up(group):
    judge(group, 0, 150)
    judge(group, 158, 200)
    assert HealthReading.objects.filter(group_id=group.pk, day__range=(day(151), day(157))).count() == 0
    late = everything(group)[2]
    judge(group, 0, 200)
    assert everything(group)[2] == late


def test_late_data_change_the_past_as_if_they_had_come_in_time(group):
    """Case 59: what pages show of a past that was judged anew equals what judging it from the facts gives."""
    judge(group, 0, DAYS - 1)
    write_counts(group, day(150), messages=np.full(110, 30.0), speakers=np.full(110, 12.0))
    judge(group, 150, 199)
    judge(group, 200, DAYS - 1)
    mended = everything(group)
    assert not Flag.objects.filter(group=group).exists()
    Standing.objects.all().delete()
    judge(group, 0, DAYS - 1)
    assert everything(group) == mended


def test_a_flag_that_a_case_hangs_on_stays_when_the_past_changes(group):
    judge(group, 0, DAYS - 1)
    flag = Flag.objects.get(group=group, cause="silence")
    case = Case.objects.create(
        team=group.team, group=group, cause="silence", opened_on=flag.raised_on, state_since=flag.raised_on
    )
    CaseEvent.objects.create(team=group.team, case=case, flag=flag, kind="signal", at=NOW)
    write_counts(group, day(150), messages=np.full(110, 30.0), speakers=np.full(110, 12.0))
    judge(group, 150, DAYS - 1)
    assert [(kept.pk, kept.lowered_on) for kept in Flag.objects.filter(group=group)] == [(flag.pk, flag.raised_on)]


def test_data_that_stop_are_unknown_and_not_death():
    group = make_group(opened_on=FIRST)
    write_talk(group, FIRST, poisson_speakers(120, mean=6)[:, 0])
    judge(group, 0, DAYS - 1)
    standing = Standing.objects.get(group=group)
    assert standing.state == HealthState.UNKNOWN
    assert standing.acts_28 == -1
    assert standing.score == -1
    assert standing.last_observed_on == day(119)
    assert not Flag.objects.filter(group=group).exists()


def test_readings_begin_with_the_group_and_end_with_it(group):
    group.closed_on = day(40)
    group.opened_on = day(-5)
    group.save()
    judge(group, -20, 100)
    days = HealthReading.objects.filter(group_id=group.pk).order_by("day").values_list("day", flat=True)
    assert (days[0], days[len(days) - 1], len(days)) == (day(-5), day(40), 46)


def test_a_group_that_nobody_ever_watched_is_unknown():
    group = make_group(opened_on=FIRST)
    write_talk(make_group(opened_on=FIRST), FIRST, [1.0])
    assert judge(group, 0, 9) == 10
    standing = Standing.objects.get(group=group)
    assert (standing.state, standing.state_since, standing.last_act_on) == (HealthState.UNKNOWN, FIRST, None)


def test_statements_do_not_grow_with_groups(group):
    counts = []
    for groups in (1, 6):
        team = make_team()
        made = [make_group(team=team, opened_on=FIRST) for _ in range(groups)]
        for n, one in enumerate(made):
            write_talk(one, FIRST, fading(seed=n), seed=n)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            judge_groups([one.pk for one in made], day(0), day(DAYS - 1), now=NOW)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_goal_of_the_plan_is_what_breadth_is_held_against(group):
    judge(group, 0, 140)
    usual = HealthReading.objects.get(group_id=group.pk, day=day(140)).loss_breadth
    group.plans.update(goal_people_28=400)
    judge(group, 140, 140)
    assert HealthReading.objects.get(group_id=group.pk, day=day(140)).loss_breadth > usual

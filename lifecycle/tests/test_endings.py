"""Which groups are over: deaths, successes, when and why; what is repeated, what comes back to life."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from groups.models import Group
from groups.tests.making import make_group
from lifecycle import endings
from lifecycle.models import Case, Flag, GroupEnd, HealthState, JudgedAnew, Standing
from lifecycle.partitions import ensure_months
from lifecycle.tests.cases.making import DAY, NOW, make_case, make_flag, make_standing

pytestmark = pytest.mark.django_db
WEEKLY = """
    INSERT INTO lifecycle_health (group_id, day, state, score, coverage, loss_rhythm, loss_level, loss_breadth,
        loss_regularity, loss_core, rule_version, acts_7)
    SELECT %s, d::date, 3, -1, 0, 0, 0, 0, 0, 0, 1, CASE WHEN d <= %s THEN %s ELSE 0 END
    FROM generate_series(%s::date, %s::date, interval '1 day') d
"""


def lived(group, first, last_lively, last, acts=20):
    """Readings with so many acts a week up to a day, and none after it."""
    ensure_months(first, last)
    with connection.cursor() as cursor:
        cursor.execute(WEEKLY, [group.pk, last_lively, acts, first, last])


def end_of(group):
    endings.freshen(now=NOW)
    return GroupEnd.objects.filter(group=group).first()


def close(group, day=DAY, **fields):
    Group.objects.filter(pk=group.pk).update(closed_on=day, **fields)


def test_a_living_group_has_no_end():
    group = make_group()
    make_standing(group, state=HealthState.DORMANT)
    assert end_of(group) is None


def test_a_dead_group_died_when_it_fell_silent():
    group = make_group()
    make_standing(group, state=HealthState.DEAD, last_act_on=DAY - timedelta(days=95))
    end = end_of(group)
    assert (end.fate, end.told_on, end.ended_on) == ("died", DAY - timedelta(days=3), DAY - timedelta(days=94))
    assert (end.cause, end.flagged_on) == ("", None)


def test_a_group_that_faded_died_before_its_last_word():
    group = make_group(opened_on=date(2025, 6, 1))
    lived(group, date(2025, 6, 1), DAY - timedelta(days=140), DAY)
    make_standing(group, state=HealthState.DEAD, state_since=DAY, last_act_on=DAY - timedelta(days=95))
    assert end_of(group).ended_on == DAY - timedelta(days=139)


def test_a_group_that_was_closed_while_lively_ended_on_that_day():
    group = make_group(opened_on=date(2025, 6, 1))
    lived(group, date(2025, 6, 1), DAY, DAY)
    make_standing(group, state=HealthState.STABLE)
    close(group)
    assert (end_of(group).fate, end_of(group).ended_on) == ("died", DAY)


@pytest.mark.parametrize(
    ("plan", "closing", "fate"),
    [
        ({"plan_lifespan": "flash", "plan_ends_on": DAY}, {}, "completed"),
        ({"plan_lifespan": "flash", "plan_ends_on": DAY + timedelta(days=1)}, {}, "died"),
        ({}, {"goal_met_on": DAY - timedelta(days=9)}, "completed"),
        ({}, {}, "died"),
    ],
    ids=["on its planned end", "before its planned end", "goal met", "neither"],
)
def test_a_closed_group_succeeded_or_died(plan, closing, fate):
    group = make_group(**plan)
    close(group, **closing)
    end = end_of(group)
    assert (end.fate, end.told_on, end.ended_on, end.cause) == (fate, DAY, DAY, "")


def test_a_completed_mission_is_a_success_however_silent():
    group = make_group()
    make_standing(group, state=HealthState.MISSION_COMPLETE)
    make_flag(group)
    assert (end_of(group).fate, end_of(group).flagged_on) == ("completed", None)


def test_the_first_warning_is_one_that_still_stood():
    group = make_group()
    died = DAY - timedelta(days=94)
    make_standing(group, state=HealthState.DEAD, last_act_on=DAY - timedelta(days=95))
    for cause, severity, back, lowered in (
        ("fading", 2, 300, died - timedelta(days=1)),  # recovered from
        ("fading", 2, 120, None),
        ("overload", 1, 200, None),  # a note warns of nothing
        ("silence", 3, 80, None),
        ("mission_complete", 3, 150, None),
    ):
        raised = DAY - timedelta(days=back)
        make_flag(group, cause=cause, severity=severity, raised_on=raised, lowered_on=lowered)
    end = end_of(group)
    assert (end.flagged_on, end.cause) == (DAY - timedelta(days=120), "silence")


def test_the_cause_of_a_case_counts_before_that_of_flags():
    group = make_group()
    make_standing(group)
    make_flag(group, cause="silence")
    case = make_case(group, cause="owner_absent")
    Flag.objects.filter(group=group).update(raised_on=DAY - timedelta(days=1))
    Standing.objects.filter(group=group).update(state=HealthState.DEAD, state_since=DAY, last_act_on=None)
    assert end_of(group).cause == "owner_absent"
    GroupEnd.objects.all().delete()
    Case.objects.filter(pk=case.pk).update(state="kept", ended_on=DAY)  # a false alarm explains nothing
    assert end_of(group).cause == "silence"


def test_the_second_run_makes_nothing():
    make_standing(make_group(), state=HealthState.DEAD)
    assert [endings.freshen(now=NOW) for _ in range(2)] == [1, 0]


def test_who_comes_back_is_alive_again():
    group = make_group()
    make_standing(group, state=HealthState.DEAD)
    assert end_of(group)
    make_standing(group, state=HealthState.DECLINING)
    assert end_of(group) is None


def test_an_archived_group_leaves_the_portfolio():
    group = make_group()
    close(group)
    assert end_of(group)
    Group.objects.filter(pk=group.pk).update(archived_at=NOW)
    assert end_of(group) is None


def test_a_past_that_was_judged_anew_is_read_again():
    group = make_group()
    make_standing(group, state=HealthState.DEAD, last_act_on=DAY - timedelta(days=95))
    assert end_of(group).ended_on == DAY - timedelta(days=94)
    Standing.objects.filter(group=group).update(last_act_on=DAY - timedelta(days=60))
    assert end_of(group).ended_on == DAY - timedelta(days=94)
    JudgedAnew.objects.create(group=group, first_day=DAY, last_day=DAY, at=timezone.now() + timedelta(days=9))
    assert end_of(group).ended_on == DAY - timedelta(days=59)


def test_fates_are_of_four_kinds():
    fates = {}
    for state in (HealthState.DEAD, HealthState.MISSION_COMPLETE, HealthState.FORMING, HealthState.UNKNOWN):
        group = make_group()
        make_standing(group, state=state)
        fates[group.pk] = state
    never = make_group()
    endings.freshen(now=NOW)
    found = dict(endings.with_fate(Group.objects.all()).values_list("pk", "fate"))
    assert [found[pk] for pk in fates] == ["died", "completed", "alive", "unknown"]
    assert found[never.pk] == "unknown"

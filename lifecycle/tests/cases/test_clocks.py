"""The clock of a case in the night: it stands without data, its page says why, and its day never comes nearer."""

from datetime import date, timedelta

import pytest
from django.db import connection

from groups.tests.making import make_user
from lifecycle.cases.clocks import count_days
from lifecycle.models import Case, DoubtedDay, Source
from lifecycle.rules.playbooks import PLAYBOOKS, due_days
from lifecycle.tests.cases.making import (
    DAY,
    make_case,
    make_decided,
    make_dying_group,
    read_health,
    silent,
    step_of_case,
    watched,
)
from lifecycle.views.cases.clock import clock_of_case

pytestmark = pytest.mark.django_db


def counted(case: Case, days: int) -> tuple[int, int, int]:
    """Days until the case is due, days counted, days without data, after the night of a day."""
    count_days(Case.objects.filter(pk=case.pk), DAY + timedelta(days=days))
    case.refresh_from_db()
    return (case.due_on - DAY).days, case.days_counted, case.days_without_data


def test_observed_days_count():
    case = make_case()
    watched(case.group, 5)
    assert counted(case, 5) == (14, 5, 0)
    assert clock_of_case(case)["why"] == []


def test_days_without_data_move_the_day_on_and_are_told():
    case = make_case()
    watched(case.group, 2)
    assert counted(case, 6) == (18, 2, 4)
    assert clock_of_case(case) == {
        "counted": "已计 2 天，共 14 天",
        "why": ["已顺延：4 天没有数据，不计"],
    }


def test_data_that_come_late_do_not_bring_the_day_nearer():
    case = make_case()
    counted(case, 6)
    watched(case.group, 6)
    assert counted(case, 6) == (20, 6, 0)
    assert clock_of_case(case)["why"] == ["数据后来才到；已经告知的日期不会提前"]


def test_a_doubted_day_and_a_day_of_no_data_do_not_count():
    case = make_case()
    watched(case.group, 6)
    source = Source.objects.create(team=case.team, kind="daily", name="wecom")
    DoubtedDay.objects.create(source=source, group=case.group, day=DAY + timedelta(days=2))
    read_health(case.group, DAY + timedelta(days=1), [2000, 2000, 2000])
    unknown(case.group, DAY + timedelta(days=5))
    assert counted(case, 6) == (16, 4, 2)


def unknown(group, day):
    """A day on which the group stood at "no data"."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO lifecycle_health VALUES (%s, %s, 0, -1, 0, -1, -1, -1, -1, -1, 1)", [group.pk, day])


def test_a_new_state_counts_its_own_days():
    group = make_dying_group()
    silent(group)
    case = make_case(group)
    counted(case, 3)
    case = make_decided(case, "revive", by=make_user(case.team, role="manager"))
    assert (case.days_counted, case.days_without_data, case.due_on) == (0, 0, DAY + timedelta(days=14))


def test_open_steps_move_on_with_days_without_data_and_never_nearer():
    case = make_decided(make_case(), "revive")
    day_0, later_one = (step_of_case(case, step) for step in ("take_stock", "check_day_7"))
    watched(case.group, 2)
    counted(case, 5)  # three days without data
    later_one.refresh_from_db()
    assert later_one.due_on == DAY + timedelta(days=10)
    counted(case, 5)  # the same night once more
    watched(case.group, 3, since=DAY + timedelta(days=2))
    counted(case, 5)  # data that come late
    later_one.refresh_from_db()
    day_0.refresh_from_db()
    assert later_one.due_on == DAY + timedelta(days=10) and day_0.due_on == DAY  # overdue stays overdue


def test_steps_of_a_plan_leave_out_the_festival():
    due = dict(due_days(PLAYBOOKS["script"], date(2027, 2, 1)))  # the Spring Festival is on 2027-02-06
    days = {step.key: day for step, day in due.items()}
    assert days["take_stock"] == date(2027, 2, 1) and days["check_day_7"] > date(2027, 2, 8)


def test_one_statement_reads_and_one_writes(django_assert_num_queries):
    for _ in range(5):
        make_case()
    with django_assert_num_queries(3):
        count_days(Case.objects.all(), DAY + timedelta(days=4))
    with django_assert_num_queries(2):
        count_days(Case.objects.all(), DAY + timedelta(days=4))

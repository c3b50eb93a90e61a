"""Hours become cost at the rate of their day; a rate of a later day changes nothing before it."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, connections, transaction

from groups import labour, ledger, months
from groups.labour import MoreThanADay, NotByTheHour, RateInThePast
from groups.models import AuditEntry, HourlyRate, LedgerLine, WorkedHours
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_money import make_category, make_hours

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


def set_rate(price, *, person=None, role="", since=TODAY):
    price = None if price is None else Decimal(price)
    return labour.set_rate(person=person, role=role, price=price, since=since, by=None, now=NOW)


@pytest.fixture
def group():
    return make_group()


def test_hours_are_a_labour_line_and_are_entered_once(group):
    worked = make_hours(group, "1.25")
    again = make_hours(group, "1.25", category=worked.line.category, token=worked.line.token)
    assert again == worked
    line = worked.line
    assert (line.amount, line.quantity, line.unit_price, line.on) == (100, Decimal("1.25"), 80, worked.on)
    assert WorkedHours.objects.count() == LedgerLine.objects.count() == 1


def test_the_rate_of_the_person_comes_before_that_of_the_role_and_of_the_category(group):
    assert make_hours(group, "1").line.unit_price == 80
    set_rate(90, role="operator")
    assert make_hours(group, "1").line.unit_price == 90
    set_rate(120, person=group.owner)
    assert make_hours(group, "1").line.unit_price == 120
    assert make_hours(group, "1", make_user(group.team, "manager")).line.unit_price == 80
    set_rate(None, person=group.owner, since=TODAY + timedelta(days=1))
    assert make_hours(group, "1", on=TODAY + timedelta(days=1)).line.unit_price == 90


def test_many_days_are_entered_as_each_of_them_would_be(group, django_assert_max_num_queries):
    person, category = group.owner, make_category(root="labour", priced_by="hour", default_price=80)
    set_rate(90, role="operator", since=date(2026, 11, 25))
    set_rate(120, person=person, since=date(2026, 11, 25))
    set_rate(150, person=person, since=date(2026, 12, 1))
    days = [labour.Day(TODAY + timedelta(days=back), Decimal("1.5"), uuid4()) for back in range(10)]

    def log(days):
        return labour.log_days(group=group, person=person, days=days, category=category, by=None, now=NOW)

    with django_assert_max_num_queries(20):
        worked = log(days)
    assert [each.line.amount for each in worked] == [180] * 6 + [225] * 4
    assert [(each.on, each.hours) for each in worked] == [(day.on, day.hours) for day in days]
    assert log(days) == []
    assert WorkedHours.objects.count() == LedgerLine.objects.count() == 10
    assert AuditEntry.objects.filter(verb="line entered").count() == 10


def test_many_days_hold_no_more_than_a_day_has_and_none_is_entered_alone(group):
    category = make_category(root="labour", priced_by="hour", default_price=80)
    make_hours(group, "20", on=TODAY)
    days = [
        labour.Day(TODAY - timedelta(days=1), Decimal(4), uuid4()),
        labour.Day(TODAY, Decimal(3), uuid4()),
        labour.Day(TODAY, Decimal(2), uuid4()),
    ]
    with pytest.raises(MoreThanADay) as refused:
        labour.log_days(group=group, person=group.owner, days=days, category=category, by=None, now=NOW)
    assert refused.value.left == 1
    assert WorkedHours.objects.count() == 1
    with pytest.raises(NotByTheHour):
        labour.log_days(group=group, person=group.owner, days=days, category=make_category(), by=None, now=NOW)


def test_case_56_each_day_has_its_own_rate(group):
    person = group.owner
    set_rate(100, person=person)
    first = make_hours(group, "2", on=date(2026, 11, 29))
    set_rate(150, person=person, since=date(2026, 12, 1))
    amounts = [make_hours(group, "2", on=day).line.amount for day in (date(2026, 11, 30), date(2026, 12, 1))]
    first.line.refresh_from_db()
    assert (first.line.amount, amounts) == (200, [200, 300])


def test_setting_the_same_rate_writes_nothing_and_the_past_is_refused():
    assert set_rate(90, role="operator")
    assert not set_rate(90, role="operator")
    assert AuditEntry.objects.filter(verb="hourly rate set").count() == 1
    with pytest.raises(RateInThePast):
        set_rate(95, role="operator", since=TODAY - timedelta(days=1))


def test_a_day_has_24_hours_in_all_teams_together(group):
    make_hours(group, "20")
    other = make_group(owner=group.owner)
    with pytest.raises(MoreThanADay) as refused:
        make_hours(other, "4.01")
    assert refused.value.left == 4
    make_hours(other, "4")
    make_hours(other, "8", on=date(2026, 11, 11))


def test_hours_taken_back_are_not_worked(group):
    worked = make_hours(group, "20")
    ledger.reverse_line(line=worked.line, reason="", by=None, now=NOW)
    assert labour.hours_on(group.owner, worked.on) == 0
    assert labour.hours_by_group([group.pk], worked.on, worked.on) == {}
    make_hours(group, "24")
    assert labour.hours_by_group([group.pk], worked.on, worked.on) == {group.pk: Decimal(24)}


def test_hours_need_a_price_a_category_by_the_hour_and_an_open_month(group):
    with pytest.raises(ledger.PriceUnknown):
        make_hours(group, "1", category=make_category("labour", priced_by="hour"))
    for category in (make_category("labour"), make_category("operations", priced_by="hour")):
        with pytest.raises(NotByTheHour):
            make_hours(group, "1", category=category)
    months.close_month(team=group.team, month=date(2026, 10, 1), by=None, now=NOW)
    with pytest.raises(months.MonthClosed):
        make_hours(group, "1", on=date(2026, 10, 31))
    assert not LedgerLine.objects.exists()


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        pytest.param("NULL, 'operator', 1, daterange('2026-03-01', NULL)", "one rate on a day", id="two rates a day"),
        pytest.param("NULL, '', 1, daterange(NULL, NULL)", "of a person or of a role", id="of nobody"),
        pytest.param("NULL, 'manager', -1, daterange(NULL, NULL)", "an hourly rate is not negative", id="negative"),
        pytest.param("NULL, 'manager', 1, 'empty'", "a rate holds for a day at least", id="no day"),
    ],
)
def test_case_57_the_database_refuses_rates_that_cannot_be(values, constraint):
    set_rate(90, role="operator")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO groups_hourlyrate (person_id, role, price, valid, set_at) VALUES ({values}, now())"
        )
    assert HourlyRate.objects.count() == 1


@pytest.mark.parametrize("hours", ["0", "24.01"])
def test_the_database_refuses_hours_outside_the_day(group, hours):
    worked = make_hours(group, "1")
    with pytest.raises(IntegrityError, match="hours of a day lie within the day"), transaction.atomic():
        WorkedHours.objects.filter(pk=worked.pk).update(hours=Decimal(hours))


@pytest.mark.django_db(transaction=True)
def test_two_entries_at_once_do_not_make_a_day_of_more_than_24_hours():
    team = make_team()
    person = make_user(team)
    groups = [make_group(team=team, owner=person) for _ in range(2)]
    category = make_category("labour", priced_by="hour", default_price=80)
    start, ended = Barrier(2), []

    def enter(group):
        try:
            start.wait()
            make_hours(group, "13", category=category)
            ended.append("entered")
        except MoreThanADay:
            ended.append("refused")
        finally:
            connections.close_all()

    threads = [Thread(target=enter, args=[group]) for group in groups]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(ended) == ["entered", "refused"]

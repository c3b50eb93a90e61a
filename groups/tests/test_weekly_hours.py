"""Weekly hours with dates: a later row takes over from its day, the past stays, twice makes one."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.utils import IntegrityError
from django.utils import timezone

from groups.models import AuditEntry, User, WeeklyCapacity
from groups.rules.spans import Span
from groups.tests.making import make_user
from groups.tests.racing import at_once
from groups.weekly_hours import HoursInThePast, hours_of_day, hours_on, hours_over, set_hours

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def person():
    return make_user(weekly_hours=30)


def today():
    return timezone.localdate()


def put(person, hours, since=None):
    return set_hours(person=person, hours=Decimal(hours), since=since or today(), by=None, now=timezone.now())


def test_hours_take_over_from_their_day_and_leave_the_days_before(person):
    assert put(person, "12.5", today() + 7 * DAY)
    assert [hours_on(person, today() + days * DAY) for days in (-400, 0, 6, 7, 400)] == [30, 30, 30, 12.5, 12.5]
    assert hours_over(person, Span(today(), today() + 13 * DAY)) == Decimal("21.3")  # a week of each: 21.25
    entry = AuditEntry.objects.get(verb="weekly hours set")
    assert (entry.before, entry.after["hours"]) == ({"hours": "30.0"}, "12.5")


def test_the_query_says_the_same_as_the_row(person):
    put(person, 20, today() + DAY)
    put(person, 10, today() + 5 * DAY)
    other = make_user(weekly_hours=8)
    for days in range(8):
        day = today() + days * DAY
        found = dict(User.objects.annotate(then=hours_of_day(day)).values_list("pk", "then"))
        assert found == {person.pk: hours_on(person, day), other.pk: 8}


def test_the_same_hours_again_change_nothing(person):
    assert put(person, 20)
    assert not put(person, 20)
    assert not put(person, 20, today() + DAY)
    assert WeeklyCapacity.objects.count() == AuditEntry.objects.count() == 1


def test_hours_planned_for_a_day_are_replaced_by_others_for_that_day(person):
    put(person, 20, today() + DAY)
    put(person, 25, today() + DAY)
    assert hours_on(person, today() + DAY) == 25
    assert AuditEntry.objects.count() == 2


def test_a_past_day_is_refused(person):
    with pytest.raises(HoursInThePast):
        put(person, 20, today() - DAY)
    assert not WeeklyCapacity.objects.exists()


@pytest.mark.parametrize("hours", ["-0.1", "168.1"])
def test_the_database_refuses_hours_outside_a_week(person, hours):
    with pytest.raises(IntegrityError, match="dated weekly hours lie within a week"), transaction.atomic():
        put(person, hours)
    assert not AuditEntry.objects.exists()


def test_the_database_refuses_a_second_row_of_a_day(person):
    put(person, 20)
    with pytest.raises(IntegrityError, match="weekly hours take over once on a day"), transaction.atomic():
        WeeklyCapacity.objects.create(person=person, hours=5, from_on=today(), set_at=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_follows_the_other():
    person = make_user(weekly_hours=30)
    assert at_once(lambda: put(person, 20), lambda: put(person, 10)) == [True, True]
    first, second = AuditEntry.objects.order_by("id")
    assert second.before["hours"] == f"{Decimal(first.after['hours']):.1f}"
    assert WeeklyCapacity.objects.get().hours == Decimal(second.after["hours"])

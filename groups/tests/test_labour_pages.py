"""The pages of hours and rates: who may, what happens, what is refused."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from groups.models import HourlyRate, LedgerLine, WorkedHours
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_money import make_category, make_hours

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    team = make_team()
    return make_group(team=team, owner=make_user(team, language="en"))


@pytest.fixture
def operator(client, group):
    client.force_login(group.owner)
    return group.owner


@pytest.fixture
def administrator(client):
    user = make_user(is_administrator=True, language="en")
    client.force_login(user)
    return user


def today():
    return timezone.localdate()


def text_of(answer):
    return answer.content.decode()


def hours(group, person, category):
    return {
        "group": group.pk, "person": person.pk, "category": category.pk, "hours": "1.5", "on": str(today()),
        "token": str(uuid4()),
    }  # fmt: skip


@pytest.fixture
def staff():
    return make_category("labour", priced_by="hour", default_price=80)


def test_hours_are_logged_once_and_taken_back(client, operator, group, staff):
    page = reverse("hours")
    sent = hours(group, operator, staff)
    for _ in range(2):
        assert client.post(page, sent).status_code == 302
    worked = WorkedHours.objects.get()
    assert worked.line.amount == 120
    assert "This week: 1.50 of 40.0 hours" in text_of(client.get(page))
    for _ in range(2):
        assert client.post(page, {"take_back": worked.pk}).status_code == 302
    assert "Nothing logged this week yet" in text_of(client.get(page))
    assert sum(row.amount for row in LedgerLine.objects.all()) == 0


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"hours": ""}, "Enter the hours"),
        ({"hours": "0"}, "Enter the hours"),
        ({"hours": "25"}, "Hours must be at most 24"),
        ({"hours": "1.555"}, "at most 2 decimals"),
        ({"group": ""}, "Select the group"),
        ({"on": "2999-01-01"}, "Date must not be after today"),
    ],
)
def test_what_is_not_logged_is_said(client, operator, group, staff, fields, sentence):
    answer = client.post(reverse("hours"), hours(group, operator, staff) | fields)
    assert answer.status_code == 422
    assert text_of(answer).count(sentence) >= 2
    assert not WorkedHours.objects.exists()


def test_a_full_day_and_a_missing_rate_are_said(client, operator, group, staff):
    make_hours(group, "23", on=today(), category=staff)
    assert "only 1 are left" in text_of(client.post(reverse("hours"), hours(group, operator, staff)))
    free = make_category("labour", priced_by="hour")
    answer = client.post(reverse("hours"), hours(group, operator, free) | {"hours": "1"})
    assert answer.status_code == 422
    assert "ask an administrator for an hourly rate" in text_of(answer)


def test_only_managers_log_for_others_and_only_for_people_of_the_team(client, operator, group, staff):
    colleague, stranger = make_user(group.team), make_user(make_team())
    assert client.post(reverse("hours"), hours(group, colleague, staff)).status_code == 422
    client.force_login(make_user(group.team, "manager"))
    assert client.post(reverse("hours"), hours(group, stranger, staff)).status_code == 422
    assert client.post(reverse("hours"), hours(group, colleague, staff)).status_code == 302
    assert WorkedHours.objects.get().person == colleague


def test_hours_of_a_colleague_are_not_taken_back_by_an_operator(client, operator, group, staff):
    worked = make_hours(group, "1", make_user(group.team), category=staff)
    assert client.post(reverse("hours"), {"take_back": worked.pk}).status_code == 403
    assert client.post(reverse("hours"), {"take_back": make_hours(make_group(), "1").pk}).status_code == 404


def test_without_a_category_by_the_hour_the_page_says_what_is_missing(client, operator):
    assert "Hours need a labour category" in text_of(client.get(reverse("hours")))


def test_rates_are_set_by_administrators_only(client, operator):
    assert client.get(reverse("hourly-rates")).status_code == 403
    assert client.post(reverse("hourly-rates"), {"whose": "operator", "price": "80"}).status_code == 403


def test_a_rate_is_set_planned_and_shown(client, administrator):
    page, week = reverse("hourly-rates"), today() + timedelta(days=7)
    person = make_user(display_name="Lin Xiao")
    client.post(page, {"whose": "operator", "price": "80", "since": str(today())})
    client.post(page, {"whose": str(person.pk), "price": "100", "since": str(today())})
    client.post(page, {"whose": str(person.pk), "price": "120", "since": str(week)})
    shown = text_of(client.get(page))
    assert "¥80.00" in shown and "¥100.00" in shown and f"¥120.00 from {week}" in shown
    answer = client.post(page, {"whose": "operator", "price": "90", "since": str(today() - timedelta(days=1))})
    assert answer.status_code == 422
    assert "A rate starts today or later" in text_of(answer)
    assert HourlyRate.objects.count() == 3

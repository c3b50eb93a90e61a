"""A week of figures of many groups typed at once: what is shown, written, refused, and of whom."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from groups.models import AuditEntry
from groups.tests.making import make_group, make_team, make_user
from lifecycle.models import CoverageSpan, DailyActivity

pytestmark = pytest.mark.django_db
MONDAY, SATURDAY = date(2026, 11, 16), date(2026, 11, 21)


@pytest.fixture(autouse=True)
def sunday():
    with time_machine.travel("2026-11-22T04:00:00Z", tick=False):
        yield


@pytest.fixture
def operator(client):
    user = make_user(make_team(), language="en")
    client.force_login(user)
    return user


def mine(operator, name, **fields):
    return make_group(team=operator.memberships.get().team, owner=operator, name=name, **fields)


def field(group, day) -> str:
    return f"g{group.pk}-{day:%Y%m%d}"


def test_a_week_of_several_groups_is_typed_and_typed_again_changes_nothing(client, operator):
    one, other = mine(operator, "One"), mine(operator, "Other")
    address = reverse("figures-grid") + "?count=messages"
    typed = {field(one, MONDAY): "12", field(one, SATURDAY): "0", field(other, MONDAY): "7"}
    for _ in range(2):
        assert client.post(address, typed).status_code == 302
    rows = DailyActivity.objects.order_by("group_id", "day").values_list("group_id", "day", "messages")
    assert list(rows) == [(one.pk, MONDAY, 12), (one.pk, SATURDAY, 0), (other.pk, MONDAY, 7)]
    assert AuditEntry.objects.filter(verb="figures entered").count() == 2 and CoverageSpan.objects.count() == 3
    assert 'value="12"' in client.get(address).content.decode()
    speakers = reverse("figures-grid") + "?count=speakers"
    answer = client.post(speakers, {field(one, MONDAY): "13", field(other, MONDAY): "7"})
    assert answer.status_code == 422 and "cannot be more than Messages" in answer.content.decode()
    assert not DailyActivity.objects.exclude(speakers=0).exists()


def test_groups_of_others_are_neither_shown_nor_written(client, operator):
    colleagues = make_group(team=operator.memberships.get().team, name="Colleagues'")
    foreign, closed = make_group(team=make_team(), name="Foreign"), mine(operator, "Closed", closed_on=MONDAY)
    page = client.get(reverse("figures-grid")).content.decode()
    assert "You own no open group" in page
    of_team = client.get(reverse("figures-grid") + "?of=team").content.decode()
    assert "Colleagues&#x27;" in of_team and "Foreign" not in of_team and "Closed" not in of_team
    typed = {field(group, MONDAY): "5" for group in (foreign, closed, colleagues)}
    client.post(reverse("figures-grid") + "?of=team", typed)
    assert list(DailyActivity.objects.values_list("group_id", flat=True)) == [colleagues.pk]


def test_the_number_of_queries_does_not_grow_with_the_groups(client, operator, django_assert_max_num_queries):
    groups = [mine(operator, f"Group {n}") for n in range(20)]
    with django_assert_max_num_queries(12):
        page = client.get(reverse("figures-grid") + "?count=members&week=2026-11-10")
    assert page.content.decode().count('inputmode="numeric"') == 140
    with django_assert_max_num_queries(45):
        client.post(reverse("figures-grid"), {field(group, MONDAY): "5" for group in groups})
    assert DailyActivity.objects.count() == 20

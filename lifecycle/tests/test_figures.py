"""Figures typed by hand: what is written, the second time, what a blank means, and who may."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from groups.models import AuditEntry
from groups.tests.making import make_group, make_team, make_user
from lifecycle.activity import settle_activity
from lifecycle.entering import enter_figures
from lifecycle.models import CoverageSpan, DailyActivity, DirtyGroup
from lifecycle.tests.cases.making import act

pytestmark = pytest.mark.django_db
MONDAY, FRIDAY, SATURDAY = date(2026, 11, 16), date(2026, 11, 20), date(2026, 11, 21)


@pytest.fixture(autouse=True)
def sunday():
    with time_machine.travel("2026-11-22T04:00:00Z", tick=False):
        yield


@pytest.fixture
def group():
    team = make_team()
    return make_group(team=team, owner=make_user(team, language="en"))


def enter(group, figures):
    return enter_figures(group=group, figures=figures, by=group.owner, now=timezone.now())


def stored(group, day):
    row = DailyActivity.objects.get(group_id=group.pk, day=day)
    return {name: row.count(name) for name in ("messages", "speakers", "ads", "members", "orders")}


def test_typed_counts_are_observed_and_others_stay_unknown(group):
    assert enter(group, {MONDAY: {"messages": 0, "speakers": 0}, FRIDAY: {"messages": 12, "members": 80}}) == (2, 0)
    assert stored(group, MONDAY) == {"messages": 0, "speakers": 0, "ads": None, "members": None, "orders": None}
    assert stored(group, FRIDAY) == {"messages": 12, "speakers": None, "ads": None, "members": 80, "orders": None}
    assert DirtyGroup.objects.get().since == MONDAY


def test_entering_again_changes_nothing(group):
    for expected in ((1, 0), (0, 0)):
        assert enter(group, {MONDAY: {"messages": 5}}) == expected
    assert AuditEntry.objects.count() == CoverageSpan.objects.count() == DirtyGroup.objects.count() == 1


def test_a_correction_replaces_only_what_it_says(group):
    enter(group, {MONDAY: {"messages": 5, "speakers": 3}})
    assert enter(group, {MONDAY: {"messages": 6}}) == (0, 1)
    assert stored(group, MONDAY)["messages"] == 6
    assert stored(group, MONDAY)["speakers"] == 3


def test_only_the_typed_days_are_covered(group):
    enter(group, {MONDAY: {"messages": 5}, date(2026, 11, 17): {"messages": 1}, FRIDAY: {"messages": 2}})
    spans = CoverageSpan.objects.order_by("observed_from").values_list("observed_from", "observed_until")
    assert list(spans) == [(MONDAY, date(2026, 11, 17)), (FRIDAY, FRIDAY)]
    assert settle_activity([group.pk], MONDAY, SATURDAY) == 0  # the days between stay unknown


def test_nothing_typed_writes_nothing(group):
    assert enter(group, {MONDAY: {}}) == (0, 0)
    assert not CoverageSpan.objects.exists()


def page(group, week=""):
    return reverse("group-figures", args=[group.pk]) + week


def test_a_week_is_entered_on_the_page(client, group):
    client.force_login(group.owner)
    sent = {
        "messages-20261116": "1,200",
        "speakers-20261116": "３０",
        "messages-20261121": "0",
        "members-20261121": "312",
    }
    assert client.post(page(group), sent).status_code == 302
    assert stored(group, MONDAY)["messages"] == 1200
    assert stored(group, MONDAY)["speakers"] == 30
    assert stored(group, SATURDAY) == {"messages": 0, "speakers": None, "ads": None, "members": 312, "orders": None}
    shown = client.get(page(group)).content.decode()
    assert 'value="1200"' in shown
    assert "20261122" not in shown  # a day that is not over


def test_what_stood_there_before_is_not_vouched_for_again(client, group):
    client.force_login(group.owner)
    act(group, MONDAY, messages=5)
    client.post(page(group), {"messages-20261116": "5", "messages-20261117": "7"})
    span = CoverageSpan.objects.get()
    assert span.observed_from == span.observed_until == date(2026, 11, 17)


def test_a_transaction_group_is_asked_for_orders(client):
    user = make_user(is_administrator=True)
    client.force_login(user)
    shown = client.get(page(make_group(plan_activity_kind="transaction"))).content.decode()
    assert "orders-20261116" in shown
    assert "messages-20261116" not in shown


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"messages-20261116": "-1"}, "Messages on 11-16 must be 0 or more"),
        ({"messages-20261116": "1.5"}, "Messages on 11-16 must be a whole number"),
        ({"messages-20261116": "9999999999"}, "Messages on 11-16 must be at most"),
        (
            {"messages-20261116": "5", "speakers-20261116": "6"},
            "People who spoke on 11-16 cannot be more than Messages",
        ),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(client, group, sent, sentence):
    client.force_login(group.owner)
    answer = client.post(page(group), sent)
    assert answer.status_code == 422
    assert answer.content.decode().count(sentence) >= 2
    assert not DailyActivity.objects.filter(group_id=group.pk).exists()


@pytest.mark.parametrize("week", ["?week=2026-11-04", "?week=nonsense", "?week=2999-01-01", "?week=0001-01-01"])
def test_any_week_in_the_address_leads_to_a_monday(client, group, week):
    client.force_login(group.owner)
    answer = client.get(page(group, week))
    assert answer.status_code == 200
    assert answer.context["monday"].weekday() == 0


def test_figures_of_another_team_are_not_there(client, group):
    client.force_login(make_user(make_team()))
    assert client.get(page(group)).status_code == 404
    assert client.post(page(group), {"messages-20261116": "5"}).status_code == 404

"""Confirming on a group's page that it met its goal, what the night makes of it, and taking it back."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from groups.models import AuditEntry, Group, GroupCoOwner
from groups.tests.making import make_group, make_team, make_user
from lifecycle.cases.opening import open_cases
from lifecycle.health import judge_groups
from lifecycle.models import Case, HealthState, Standing
from lifecycle.tests.cases.making import act

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def op(team, client):
    user = make_user(team, language="en")
    client.force_login(user)
    return user


@pytest.fixture
def group(team, op):
    return make_group(team=team, owner=op)


def send(client, group, do, **sent):
    return client.post(reverse("group-goal", args=[group.pk]), {"do": do} | sent)


def meet(client, group, **sent):
    return send(client, group, "meet", **{"on": str(timezone.localdate()), "reason": "800 of 800 enrolled"} | sent)


def night(group, day):
    judge_groups([group.pk], day, day, now=timezone.now())
    open_cases([group.pk], day, now=timezone.now())
    return Standing.objects.get(group=group).state


def test_a_met_goal_leads_to_a_farewell_and_taking_it_back_to_being_judged_again(client, group):
    today = timezone.localdate()
    for back in range(60):
        act(group, today - timedelta(days=back), messages=5)
    assert meet(client, group).status_code == 302
    assert night(group, today) == HealthState.MISSION_COMPLETE
    case = Case.objects.get()
    assert (case.cause, case.recommended) == ("mission_complete", "farewell")
    page = client.get(reverse("group-goal", args=[group.pk])).content.decode()
    assert "800 of 800 enrolled" in page
    assert reverse("case-page", args=[case.pk]) in page
    assert send(client, group, "withdraw", reason="counted twice").status_code == 302
    act(group, today + timedelta(days=1), messages=5)
    assert night(group, today + timedelta(days=1)) == HealthState.STABLE
    entries = AuditEntry.objects.filter(object_type="group").order_by("id").values_list("verb", "reason")
    assert list(entries) == [("goal met", "800 of 800 enrolled"), ("goal met taken back", "counted twice")]


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"on": ""}, "Enter the day the goal was met"),
        ({"reason": " "}, "Write by what one sees that the goal is met"),
        ({"on": "2025-12-31"}, "must not be before the day the group opened"),
        ({"on": str(timezone.localdate() + timedelta(days=1))}, "must not be after today"),
    ],
)
def test_what_cannot_be_is_said(client, group, sent, sentence):
    answer = meet(client, group, **sent)
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert Group.objects.get().goal_met_on is None


def test_owner_co_owner_and_manager_confirm_and_nobody_else_of_the_team(client, team, group):
    other = make_user(team, language="en")
    client.force_login(other)
    assert meet(client, group).status_code == 403
    assert (
        reverse("group-goal", args=[group.pk])
        not in client.get(reverse("group-page", args=[group.pk])).content.decode()
    )
    GroupCoOwner.objects.create(group=group, user=other)
    assert client.get(reverse("group-goal", args=[group.pk])).status_code == 200
    client.force_login(make_user(team, "manager", language="en"))
    assert meet(client, group).status_code == 302
    assert Group.objects.get().goal_met_on == timezone.localdate()


def test_a_second_confirmation_and_a_closed_group_change_nothing(client, group):
    meet(client, group)
    meet(client, group, on=str(timezone.localdate() - timedelta(days=1)))
    assert Group.objects.get().goal_met_on == timezone.localdate()
    Group.objects.update(closed_on=timezone.localdate())
    send(client, group, "withdraw", reason="x")
    assert Group.objects.get().goal_met_on == timezone.localdate()

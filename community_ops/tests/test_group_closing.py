"""Closing, reopening, archiving and restoring a group from its page."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from groups.models import AuditEntry, Group
from groups.tests.making import make_group, make_team, make_user
from lifecycle.tests.cases.making import make_case, make_flag, make_standing

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
    return client.post(reverse("group-close", args=[group.pk]), {"do": do} | sent)


def test_a_group_is_closed_with_a_reason_and_reopened(client, op, group):
    today = timezone.localdate()
    assert send(client, group, "close", on=str(today), reason="The season is over").status_code == 302
    stands = Group.objects.get()
    assert (stands.closed_on, stands.version) == (today, 2)
    assert AuditEntry.objects.latest("id").reason == "The season is over"
    assert send(client, group, "reopen", reason="One more").status_code == 302
    assert Group.objects.get().closed_on is None
    assert list(AuditEntry.objects.order_by("id").values_list("verb", flat=True)) == ["closed", "reopened"]


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"on": "", "reason": "x"}, "Enter the day the group ended"),
        ({"on": "2026-01-01", "reason": ""}, "Say why the group is closed"),
        ({"on": "2025-12-31", "reason": "x"}, "must not be before the day the group opened"),
        ({"on": str(timezone.localdate() + timedelta(days=1)), "reason": "x"}, "must not be after today"),
    ],
)
def test_what_cannot_be_is_said(client, group, sent, sentence):
    answer = send(client, group, "close", **sent)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Group.objects.get().closed_on is None


def test_a_group_with_an_open_case_is_ended_there(client, group):
    make_standing(group)
    make_flag(group)
    case = make_case(group)
    page = client.get(reverse("group-close", args=[group.pk])).content.decode()
    assert reverse("case-page", args=[case.pk]) in page
    assert send(client, group, "close", on=str(timezone.localdate()), reason="x").status_code == 302
    assert Group.objects.get().closed_on is None


def test_only_managers_archive_and_restore(client, team, group):
    assert send(client, group, "archive", reason="by mistake").status_code == 403
    client.force_login(make_user(team, "manager", language="en"))
    assert send(client, group, "archive", reason="by mistake").status_code == 302
    assert client.get("/groups/?closed=archived").context["total"] == 1
    assert client.get("/groups/?closed=all").context["total"] == 0
    assert send(client, group, "restore", reason="no mistake").status_code == 302
    assert Group.objects.get().archived_at is None


def test_a_group_whose_id_was_registered_anew_is_not_restored(client, team):
    client.force_login(make_user(team, "manager", language="en"))
    gone = make_group(team=team, external_id="wr1", archived_at=timezone.now())
    make_group(team=team, external_id="wr1")
    assert send(client, gone, "restore", reason="x").status_code == 302
    assert Group.objects.get(pk=gone.pk).archived_at


@pytest.mark.parametrize("do", ["reopen", "restore", "", "drop"])
def test_what_is_not_possible_changes_nothing(client, team, group, do):
    client.force_login(make_user(team, "manager"))
    send(client, group, do, reason="x", on="2026-01-01")
    stands = Group.objects.get()
    assert (stands.version, stands.closed_on, stands.archived_at) == (1, None, None)

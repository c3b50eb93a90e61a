"""Telling of a quiet season on a group's page, what the nights make of it, and taking it back."""

from datetime import timedelta

import numpy as np
import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from groups.models import AuditEntry, GroupCoOwner
from groups.tests.making import make_group, make_team, make_user
from lifecycle.cases.opening import open_cases
from lifecycle.health import judge_groups
from lifecycle.kept import all_kept
from lifecycle.models import Case, DirtyGroup, Flag, HealthReading, HealthState, KeptPack, Rest, Standing, StateChange
from lifecycle.partitions import ensure_months
from lifecycle.tests.health_making import write_talk

pytestmark = pytest.mark.django_db
LIVED, SILENT = 100, 120


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def op(team, client):
    user = make_user(team, language="en")
    client.force_login(user)
    return user


@pytest.fixture
def first_day():
    return timezone.localdate() - timedelta(days=LIVED + SILENT)


@pytest.fixture
def group(team, op, first_day):
    """Lively for a hundred days, then watched and silent up to yesterday."""
    made = make_group(team=team, owner=op, opened_on=first_day)
    write_talk(made, first_day, np.r_[np.full(LIVED, 6.0), np.zeros(SILENT)])
    return made


def judge(group, first, last):
    ensure_months(first, last)
    judge_groups([group.pk], first, last, now=timezone.now())
    open_cases([group.pk], last, now=timezone.now())


def tell(client, group, first, days=160, **sent):
    said = {"do": "tell", "from_day": str(first), "until_day": str(first + timedelta(days=days)), "reason": "summer"}
    return client.post(reverse("group-season", args=[group.pk]), said | sent)


def written():
    tables = [list(model.objects.order_by("group_id", "day").values()) for model in (HealthReading, StateChange)]
    tables.append(list(Standing.objects.values()))
    tables.append(list(Flag.objects.order_by("raised_on", "cause").values("cause", "raised_on", "lowered_on")))
    return [[{k: v for k, v in row.items() if k != "id"} for row in rows] for rows in tables]


def test_a_season_that_no_plan_names_looks_like_death_and_told_of_does_not(client, group, first_day):
    """From the page in two clicks: the days begin after the last act; silence says nothing, what is said counts."""
    yesterday = timezone.localdate() - timedelta(days=1)
    judge(group, first_day, yesterday)
    assert Standing.objects.get().state == HealthState.DEAD and Case.objects.exists()
    page = client.get(reverse("group-page", args=[group.pk])).content.decode()
    assert reverse("group-season", args=[group.pk]) in page
    quiet_from = first_day + timedelta(days=LIVED)
    form = client.get(reverse("group-season", args=[group.pk])).content.decode()
    assert f'value="{quiet_from}"' in form
    assert tell(client, group, quiet_from).status_code == 302
    assert DirtyGroup.objects.get().since == quiet_from
    judge(group, quiet_from, yesterday)
    standing = Standing.objects.get()
    assert standing.state == HealthState.UNKNOWN and standing.last_act_on == quiet_from - timedelta(days=1)
    assert not Flag.objects.filter(lowered_on=None).exists()
    assert "In its quiet season from" in client.get(reverse("group-page", args=[group.pk])).content.decode()
    write_talk(group, yesterday - timedelta(days=9), np.full(10, 6.0))
    judge(group, yesterday - timedelta(days=9), yesterday)
    assert Standing.objects.get().state not in (HealthState.UNKNOWN, HealthState.DEAD, HealthState.DORMANT)


def test_nights_through_a_season_write_what_one_pass_writes(client, group, first_day):
    """Both forms of the night take the silent days for not observed, and figures of the season for what they are."""
    quiet_from = first_day + timedelta(days=LIVED)
    tell(client, group, quiet_from, days=60)
    write_talk(group, quiet_from + timedelta(days=20), np.full(2, 3.0))
    last = quiet_from + timedelta(days=75)
    judge(group, first_day, quiet_from)
    for n in range(1, 76):
        judge(group, quiet_from + timedelta(days=n), quiet_from + timedelta(days=n))
    by_nights, ids = written(), np.array([group.pk])
    with connection.cursor() as cursor:
        kept = all_kept(cursor, ids)
        Case.objects.all().delete()
        for model in (Flag, StateChange, Standing, KeptPack):
            model.objects.all().delete()
        cursor.execute("DELETE FROM lifecycle_health")
        judge(group, first_day, last)
        assert written() == by_nights and all_kept(cursor, ids) == kept
    states = {row["state"] for row in by_nights[0] if row["day"] > quiet_from + timedelta(days=30)}
    assert HealthState.UNKNOWN in states and HealthState.DEAD not in states


def test_it_is_taken_back_with_a_reason_and_both_stay_on_record(client, group, first_day):
    quiet_from = first_day + timedelta(days=LIVED)
    judge(group, first_day, timezone.localdate() - timedelta(days=1))
    tell(client, group, quiet_from)
    DirtyGroup.objects.all().delete()
    address = reverse("group-season", args=[group.pk])
    assert client.post(address, {"do": "withdraw", "reason": ""}).status_code == 422
    assert client.post(address, {"do": "withdraw", "reason": "another group was meant"}).status_code == 302
    assert DirtyGroup.objects.get().since == quiet_from
    entries = AuditEntry.objects.filter(object_type="group").order_by("id").values_list("verb", "reason")
    assert list(entries) == [
        ("quiet season told", "summer"),
        ("quiet season taken back", "another group was meant"),
    ]
    assert client.post(address, {"do": "withdraw", "reason": "again"}).status_code == 302
    assert AuditEntry.objects.filter(object_type="group").count() == 2
    assert tell(client, group, quiet_from).status_code == 302, "it may be told anew"


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"reason": " "}, "Say why the group is quiet"),
        ({"until_day": "2001-01-01"}, "must not be before the first"),
        ({"from_day": "2001-01-01"}, "must not be before the day the group opened"),
        ({"until_day": str(timezone.localdate() + timedelta(days=400))}, "lasts at most 300 days"),
        ({"until_day": ""}, "Enter the last quiet day"),
    ],
)
def test_what_cannot_be_is_said(client, group, first_day, sent, sentence):
    answer = tell(client, group, first_day + timedelta(days=LIVED), **sent)
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert not Rest.objects.exists()


def test_two_seasons_share_no_day(client, group, first_day):
    past = first_day + timedelta(days=5)
    assert tell(client, group, past, days=10).status_code == 302
    answer = tell(client, group, past + timedelta(days=10), days=200)
    assert (answer.status_code, Rest.objects.count()) == (422, 1)
    assert "Another quiet season is told of some of these days" in answer.content.decode()
    assert tell(client, group, past + timedelta(days=11), days=200).status_code == 302


def test_owner_co_owner_and_manager_tell_and_nobody_else_of_the_team(client, team, group, first_day):
    other = make_user(team, language="en")
    client.force_login(other)
    assert tell(client, group, first_day).status_code == 403
    GroupCoOwner.objects.create(group=group, user=other)
    assert client.get(reverse("group-season", args=[group.pk])).status_code == 200
    client.force_login(make_user(team, "manager", language="en"))
    assert tell(client, group, first_day).status_code == 302

"""The page of jobs: what is late by whose clock, what is in work, and why files were refused."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from community_ops.jobs import LATE_QUEUE, LATE_TICK, LATE_WORK, Late, late_parts
from groups.models import OutboxMessage
from groups.tests.making import make_team, make_user
from lifecycle.models import Import, Tick
from lifecycle.night_log import Clockwork

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
FRESH, A_BIT = NOW - timedelta(seconds=30), timedelta(seconds=1)


def clock(**parts):
    usual = {"nights_ticked_at": FRESH, "upkeep_ticked_at": FRESH, "oldest_unsent_at": None}
    return Clockwork(**usual | parts, unsent=0, last_send_error="", groups_to_judge_anew=0)


@pytest.mark.parametrize(
    ("parts", "late"),
    [
        ({}, Late(False, False, False)),
        ({"nights_ticked_at": NOW - LATE_TICK}, Late(False, False, False)),
        ({"nights_ticked_at": NOW - LATE_TICK - A_BIT}, Late(True, False, False)),
        ({"nights_ticked_at": None}, Late(True, False, False)),
        ({"nights_ticked_at": None, "set_up_at": NOW - LATE_TICK - A_BIT}, Late(True, False, False)),
        ({"nights_ticked_at": None, "upkeep_ticked_at": None, "set_up_at": FRESH}, Late(False, False, False)),
        ({"upkeep_ticked_at": NOW - LATE_TICK}, Late(False, False, False)),
        ({"upkeep_ticked_at": NOW - LATE_TICK - A_BIT}, Late(False, True, False)),
        ({"oldest_unsent_at": NOW - LATE_QUEUE}, Late(False, False, False)),
        ({"oldest_unsent_at": NOW - LATE_QUEUE - A_BIT}, Late(False, False, True)),
    ],
)
def test_what_is_late(parts, late):
    assert late_parts(clock(**parts), NOW) == late


def make_import(team, state, **fields):
    usual = {"file_name": f"{state}.csv", "file_bytes": 1, "file_hash": "0" * 64, "uploaded_at": timezone.now()}
    return Import.objects.create(team=team, state=state, **usual | fields)


@pytest.mark.django_db
def test_an_administrator_sees_what_is_in_work_and_what_was_refused(client, django_assert_max_num_queries):
    team, now = make_team(), timezone.now()
    client.force_login(make_user(is_administrator=True, language="en"))
    make_import(team, "queued")
    make_import(team, "looking", uploaded_at=now - LATE_WORK - timedelta(minutes=1))
    make_import(team, "done")
    make_import(team, "refused", refusal_code="only_header")
    make_import(team, "refused", file_name="long-ago.csv", uploaded_at=now - timedelta(days=8))
    OutboxMessage.objects.create(key="late", kind="reap", available_at=now - timedelta(hours=1))
    Tick.objects.update_or_create(name="ensure_nights", defaults={"at": now})
    Tick.objects.update_or_create(name="reap", defaults={"at": now - LATE_TICK - A_BIT})
    page = client.get(reverse("jobs"))
    assert [(job.file.state, job.late) for job in page.context["at_work"]] == [("queued", False), ("looking", True)]
    (refused,) = page.context["refused"]
    assert "a header and no rows" in refused.problem and reverse("import-page", args=[refused.file.pk]) in page.text
    assert page.context["late"].queue and not page.context["late"].nights and page.context["late"].upkeep
    assert "Something is late" in page.text
    with django_assert_max_num_queries(30) as few:
        client.get(reverse("jobs"))
    for _ in range(5):
        make_import(team, "queued")
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("jobs"))


@pytest.mark.django_db
def test_it_is_for_administrators(client):
    client.force_login(make_user(make_team(), "manager"))
    assert client.get(reverse("jobs")).status_code == 403

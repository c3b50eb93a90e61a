"""Files that people send end with a bell; what machines push rings none."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from community_ops.notices import gathering
from community_ops.tests.telling import MORNING, made
from groups.models import Notice, OrderImport, RegistryImport
from groups.notices import inbox
from groups.tests.making import make_team, make_user
from lifecycle.models import Import
from lifecycle.pushes import DayTold, take_days

pytestmark = pytest.mark.django_db
COUNTED = {"rows_new": 3, "rows_changed": 1, "rows_same": 0, "rows_refused": 2}


@pytest.fixture
def uploader(db):
    return made(make_user(make_team()), "uploader@example.com")


def activity(uploader, state, **fields):
    return Import.objects.create(
        **{"team": uploader.memberships.get().team, "file_name": "days.csv", "file_bytes": 1, "file_hash": "x",
           "kind": "daily", "state": state, "uploaded_at": MORNING, "uploaded_by": uploader} | fields
    )  # fmt: skip


def group_list(uploader, state, **fields):
    return RegistryImport.objects.create(
        **{"team": uploader.memberships.get().team, "file_name": "groups.xlsx", "file_bytes": 1, "state": state,
           "uploaded_at": MORNING, "uploaded_by": uploader, "asked_by": uploader,
           "delete_after": MORNING.date() + timedelta(30)} | fields
    )  # fmt: skip


def order_file(uploader, state, **fields):
    rows = b"" if state in ("looked_at", "writing") else None
    return OrderImport.objects.create(
        **{"team": uploader.memberships.get().team, "shop": "youzan", "file_name": "orders.csv", "state": state,
           "rows": rows, "uploaded_at": MORNING, "uploaded_by": uploader} | fields
    )  # fmt: skip


def told(uploader):
    client = Client()
    client.force_login(uploader)
    return [
        (each.facts["state"], client.get(reverse("notice", args=[each.pk])).headers["Location"])
        for each in inbox(uploader).order_by("pk")
    ]


def test_a_push_of_a_connected_system_rings_no_bell(uploader):
    push = {
        "team": uploader.memberships.get().team, "system": "Night sync", "content": b"{}", "person": uploader,
        "now": MORNING, "today": MORNING.date(),
    }  # fmt: skip
    for messages in (1, 2, 3):
        row = DayTold("g1", "Coupons", "wecom", MORNING.date() - timedelta(1), {"messages": messages})
        upload, _outcome = take_days(rows=[row], **push)
        upload.refresh_from_db()
        assert upload.state == "done"
        gathering.gather(now=MORNING + timedelta(minutes=messages))
    assert not Notice.objects.filter(kind="import").exists()


@pytest.mark.parametrize(
    ("make", "page", "states"),
    [
        (activity, "import-page", {"ready": {}, "done": {"finished_at": MORNING}}),
        (activity, "import-page", {"ready": {}, "refused": {"finished_at": MORNING}}),
        (activity, "import-page", {"repeated": {"finished_at": MORNING}}),
        (
            group_list,
            "registry-import",
            {"columns": {}, "ready": {"judged_at": MORNING}, "done": {"finished_at": MORNING} | COUNTED},
        ),
        (group_list, "registry-import", {"refused": {"finished_at": MORNING}}),
        (
            order_file,
            "order-import",
            {"columns": {}, "looked_at": {"rows": b""}, "done": {"rows": None, "outcome": {"orders_new": 7}}},
        ),
        (order_file, "order-import", {"refused": {}}),
        (order_file, "order-import", {"repeated": {}}),
    ],
)
def test_each_wait_and_each_end_of_a_file_is_told_once_and_leads_to_its_page(uploader, make, page, states):
    upload = None
    for state, fields in states.items():
        if upload is None:
            upload = make(uploader, state, **fields)
        else:
            type(upload).objects.filter(pk=upload.pk).update(state=state, **fields)
        for _n in range(2):
            gathering.gather(now=MORNING)
    assert told(uploader) == [(state, reverse(page, args=[upload.pk])) for state in states]
    unread = inbox(uploader).filter(read_at=None)
    assert [each.facts["state"] for each in unread] == [list(states)[-1]], "what it waited for before is over"


@pytest.mark.parametrize(
    ("make", "state"),
    [(activity, "looking"), (activity, "running"), (activity, "dropped"), (group_list, "reading"),
     (group_list, "writing"), (order_file, "reading"), (order_file, "writing"), (order_file, "dropped")],
)  # fmt: skip
def test_a_file_at_work_or_left_is_not_told(uploader, make, state):
    make(uploader, state)
    gathering.gather(now=MORNING)
    assert not Notice.objects.exists()


def test_a_file_of_long_ago_is_no_news(uploader):
    activity(uploader, "ready", uploaded_at=MORNING - timedelta(15))
    gathering.gather(now=MORNING)
    assert not Notice.objects.exists()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_inbox_says_in_words_what_a_file_came_to(uploader, language):
    type(uploader).objects.filter(pk=uploader.pk).update(language=language)
    activity(uploader, "ready")
    activity(uploader, "repeated", finished_at=MORNING)
    group_list(uploader, "columns", file_name="one\nline.xlsx")
    order_file(uploader, "done", outcome={"orders_new": 1})
    gathering.gather(now=MORNING)
    client = Client()
    client.force_login(uploader)
    page = client.get(reverse("notices")).content.decode()
    assert page.count("notice-open") == 4
    assert "orders.csv is imported: 1 new order<" in page or language != "en"

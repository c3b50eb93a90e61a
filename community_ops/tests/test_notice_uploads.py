"""Work that people start ends with a bell: files, trials, what a worker takes back. What machines push rings none."""

from datetime import timedelta
from unittest import mock
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from community_ops.notices import gathering
from community_ops.notices.wording import sentence_of
from community_ops.tests.telling import MORNING, made
from groups.models import ChangedGroup, Notice, OrderImport, RegistryChange, RegistryImport, User
from groups.notices import inbox
from groups.tests.making import make_group, make_team, make_user
from lifecycle.models import Import, PolicyDraft
from lifecycle.pushes import DayTold, take_days
from lifecycle.tests.policy_making import make_draft

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


def test_a_trial_of_health_rules_tells_who_drafted_it_when_it_is_through(uploader):
    """A trial that is on its way, found nothing to try, or was dropped is no news."""
    User.objects.filter(pk=uploader.pk).update(is_administrator=True)
    for state, groups in (("trying", 240), ("tried", 0), ("dropped", 240), ("tried", 240)):
        draft = make_draft(uploader)
        ended = {"ended_at": MORNING} if state == "dropped" else {}
        PolicyDraft.objects.filter(pk=draft.pk).update(state=state, groups=groups, moved_at=MORNING, **ended)
    for _time in range(2):
        gathering.gather(now=MORNING)
    assert told(uploader) == [("tried", reverse("policy-draft", args=[draft.pk]))]
    assert "240" in sentence_of(inbox(uploader).get())


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"state": "undone", "groups_back": 200, "groups_left": 1}, "200"), ({"gave_up": True}, "could not be undone")],
)
def test_a_change_that_a_worker_took_back_tells_who_asked(uploader, fields, words):
    """A few groups are put back while the person waits, who needs no notice then."""
    team = uploader.memberships.get().team
    groups = [make_group(team=team) for _n in range(3)]
    for few in (True, False):
        change = RegistryChange.objects.create(
            kind="layer", token=uuid4(), by=uploader, at=MORNING, asked_at=MORNING, undo_asked_by=uploader,
            **fields | ({"undone_at": MORNING, "undone_by": uploader} if fields.get("state") else {}),
        )  # fmt: skip
        rows = groups[: 2 if few else 3]
        ChangedGroup.objects.bulk_create(ChangedGroup(change=change, group=each, version=1) for each in rows)
    with mock.patch.object(gathering, "WHILE_ONE_WAITS", 2), translation.override("en"):
        for _time in range(2):
            gathering.gather(now=MORNING)
        assert [address for _state, address in told(uploader)] == [reverse("registry-change", args=[change.pk])]
        assert words in sentence_of(inbox(uploader).get())

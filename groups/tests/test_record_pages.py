"""The record of a group with its notes and files: told in words, added to, never rewritten, of the team only."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.urls import reverse
from django.utils import timezone

from groups import papers, registration
from groups.models import AuditEntry, Group, GroupFile, GroupFileContent, GroupNote
from groups.rules.file_kinds import FileNotTaken
from groups.rules.plan_terms import PlanTerms
from groups.tests.making import make_group, make_team, make_user

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 secret agreement"


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def op(team, client):
    user = make_user(team, language="en", display_name="Li Wei")
    client.force_login(user)
    return user


@pytest.fixture
def group(team, op):
    return make_group(team=team, owner=op, name="G")


def address(group):
    return reverse("group-record", args=[group.pk])


def upload(client, group, name="plan.pdf", content=PDF, token=None):
    file = SimpleUploadedFile(name, content)
    return client.post(address(group), {"part": "file", "file": file, "token": str(token or uuid4())})


def test_the_record_tells_what_changed_from_what_to_what(client, team, op):
    mate, now = make_user(team, display_name="Wang Fang"), timezone.now()
    today = timezone.localdate(now)
    terms = PlanTerms(monetization="repurchase", activity_kind="transaction", lifespan="lasting", starts_on=today)
    group = registration.register_group(
        team=team, name="G", platform="wecom", owner=op, opened_on=today, plan=terms, layer="mass", by=op, now=now
    )
    registration.edit_group(group=group, version=1, values={"owner_id": mate.pk}, by=op, now=now)
    registration.edit_group(group=group, version=2, values={"layer": "vip", "tags": ["a"]}, by=op, now=now)
    registration.close_group(group=group, on=today, by=op, now=now, reason="The season is over")
    registration.reopen_group(group=group, by=op, now=now, reason="One more season")
    page = client.get(address(group)).content.decode()
    for words in (
        "Registered", "Owner changed", "Li Wei → Wang Fang", "Mass group → VIP group", "Closed", "The season is over",
        "Reopened", "One more season", "Transaction-active",
    ):  # fmt: skip
        assert words in page, words


def test_the_record_goes_on_page_by_page_with_as_many_queries(client, op, group, django_assert_num_queries):
    for number in range(45):
        registration.edit_group(
            group=group, version=number + 1, values={"notes": str(number)}, by=op, now=timezone.now()
        )
    client.get(address(group))
    seen = []
    before = ""
    for _ in range(3):
        with django_assert_num_queries(7):  # session, user, teams, group, record, notes, files
            answer = client.get(address(group) + before)
        seen += [each.entry.pk for each in answer.context["record"]]
        before = f"?before={answer.context['more']}"
    assert len(seen) == len(set(seen)) == 45
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "' OR 1=1", "١"])
def test_nonsense_in_the_address_shows_the_newest(client, group, before):
    assert client.get(address(group), {"before": before}).status_code == 200


def test_a_note_is_added_once_and_never_rewritten(client, op, group):
    sent = {"part": "note", "text": "Asked the owner.\nShe is on leave.", "token": str(uuid4())}
    for _ in range(2):
        assert client.post(address(group), sent).status_code == 302
    note = GroupNote.objects.get()
    assert (note.written_by, note.team_id) == (op, group.team_id)
    assert AuditEntry.objects.filter(verb="note added").count() == 1
    assert "She is on leave." in client.get(address(group)).content.decode()
    with pytest.raises(DatabaseError, match="never rewritten"), transaction.atomic():
        GroupNote.objects.update(text="something else")
    assert client.post(address(group), {"part": "note", "text": " ", "token": str(uuid4())}).status_code == 422


def test_a_file_is_kept_encrypted_handed_out_as_a_download_and_on_record(client, op, group):
    token = uuid4()
    for _ in range(2):
        assert upload(client, group, "../../协议 v1.pdf\r\nX-Evil: 1.pdf", token=token).status_code == 302
    file = GroupFile.objects.get()
    assert "/" not in file.name and "\r" not in file.name
    assert b"secret" not in bytes(GroupFileContent.objects.get().sealed)
    answer = client.post(reverse("group-file", args=[file.pk]))
    assert b"".join(answer.streaming_content) == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "X-Evil" not in answer.headers
    assert client.get(reverse("group-file", args=[file.pk])).status_code == 405
    verbs = AuditEntry.objects.order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["file added", "file taken out"]


def test_a_removed_file_leaves_its_trace_but_no_bytes(client, op, group):
    upload(client, group)
    file = GroupFile.objects.get()
    for _ in range(2):
        assert client.post(reverse("group-file", args=[file.pk]), {"remove": "1"}).status_code == 302
    assert not GroupFileContent.objects.exists()
    file.refresh_from_db()
    assert file.removed_by == op
    assert client.post(reverse("group-file", args=[file.pk])).status_code == 404
    assert AuditEntry.objects.filter(verb="file removed").count() == 1


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.exe", b"MZ", "Choose a PDF, a picture"),
        ("a.pdf", b"<html>", "is not what its name says"),
        ("a.pdf", b"", "This file is empty"),
    ],
)
def test_a_file_that_may_not_lie_there_is_refused_with_what_to_do(client, op, group, name, content, sentence):
    answer = upload(client, group, name, content)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not GroupFile.objects.exists()


def test_a_group_holds_as_many_files_as_it_may(group, op, monkeypatch):
    monkeypatch.setattr(papers, "MOST_FILES", 1)
    kept = {"group": group, "name": "a.pdf", "content": PDF, "by": op, "now": timezone.now()}
    papers.add_file(token=uuid4(), **kept)
    with pytest.raises(papers.TooManyFiles):
        papers.add_file(token=uuid4(), **kept)
    with pytest.raises(FileNotTaken):
        papers.add_file(token=uuid4(), **kept | {"name": "a.exe"})


def test_a_file_of_another_team_is_not_there(client, op):
    other = make_group()
    file = papers.add_file(group=other, name="a.pdf", content=PDF, token=uuid4(), by=other.owner, now=timezone.now())
    before = AuditEntry.objects.count()
    for sent in ({}, {"remove": "1"}):
        assert client.post(reverse("group-file", args=[file.pk]), sent).status_code == 404
    assert client.get(address(other)).status_code == 404
    assert AuditEntry.objects.count() == before
    assert GroupFileContent.objects.exists()


@pytest.mark.parametrize(("days", "comes_back"), [(30, True), (31, False)], ids=["on the thirtieth day", "a day later"])
def test_what_was_closed_or_archived_comes_back_within_thirty_days(group, op, days, comes_back):
    now = timezone.now()
    registration.close_group(group=group, on=timezone.localdate(now) - timedelta(days=days), by=op, now=now)
    assert registration.reopen_group(group=group, by=op, now=now) is comes_back
    registration.archive_group(group=group, by=op, now=now - timedelta(days=days))
    assert registration.restore_group(group=group, by=op, now=now) is comes_back
    assert (Group.objects.get().archived_at is None) is comes_back
    assert registration.archive_group(group=group, by=op, now=now) is comes_back  # once only


CHANGE = "kind, token, by_id, at, attempts, progress_done, gave_up"
OF_A_CHANGE = "'layer', gen_random_uuid(), owner_id, now(), 0, 0, false"


# Case 57: what the database refuses, whoever writes.
@pytest.mark.parametrize(
    ("sql", "constraint"),
    [
        ("UPDATE groups_group SET name = ''", "a group has a name"),
        ("UPDATE groups_group SET closed_on = opened_on - 1", "a group closes on or after the day it opened"),
        (
            "INSERT INTO groups_groupnote (group_id, team_id, text, token, written_at, written_by_id)"
            " SELECT id, team_id, '', gen_random_uuid(), now(), owner_id FROM groups_group",
            "a note says something",
        ),
        (
            "INSERT INTO groups_groupfile (group_id, team_id, name, kind, size, token, added_at, added_by_id)"
            " SELECT id, team_id, 'a', 'pdf', 0, gen_random_uuid(), now(), owner_id FROM groups_group",
            "a file of a group holds something",
        ),
        (
            "INSERT INTO groups_groupfile"
            " (group_id, team_id, name, kind, size, token, added_at, added_by_id, removed_at)"
            " SELECT id, team_id, 'a', 'pdf', 1, gen_random_uuid(), now(), owner_id, now() FROM groups_group",
            "a removed file says by whom",
        ),
        (
            f"INSERT INTO groups_registrychange ({CHANGE}, state, undone_at)"
            f" SELECT {OF_A_CHANGE}, 'undone', now() FROM groups_group",
            "an undone change says by whom",
        ),
        (
            f"INSERT INTO groups_registrychange ({CHANGE}, state) SELECT {OF_A_CHANGE}, 'undone' FROM groups_group",
            "a change is undone since a moment or not at all",
        ),
        (
            f"INSERT INTO groups_registrychange ({CHANGE}, state) SELECT {OF_A_CHANGE}, 'undoing' FROM groups_group",
            "a change that is being undone says who asked",
        ),
    ],
)
def test_the_database_refuses_what_must_not_be(group, sql, constraint):
    with pytest.raises(DatabaseError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_everyday_is_told_only_when_asked_for(client, op, group):
    upload(client, group)
    registration.edit_group(group=group, version=1, values={"layer": "vip"}, by=op, now=timezone.now())
    assert [each.title for each in client.get(address(group)).context["record"]] == ["Layer changed"]
    everything = client.get(address(group) + "?all=1").context["record"]
    assert [each.title for each in everything] == ["Layer changed", "File added"]

"""The import pages: who may, what happens, what is refused; and the worker's side of an upload."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils import timezone

from groups import leases
from groups.models import Group, OutboxMessage
from groups.sealing import unseal
from groups.tests.making import make_team, make_user
from lifecycle import imports
from lifecycle.imports import receive, run
from lifecycle.models import Import, ImportFile
from lifecycle.sources.child import read_activity as read_here
from lifecycle.tests.files import csv_text, workbook
from lifecycle.tests.making_imports import NOW, TODAY, confirmed, import_bytes, looked_at, stored

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _read_in_this_process(monkeypatch):
    monkeypatch.setattr(imports, "read_in_child", read_here)


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def operator(team, client):
    user = make_user(team, language="en")
    client.force_login(user)
    return user


def upload(client, content: bytes, name: str = "daily.csv", **fields):
    return client.post(reverse("import-new"), {"file": SimpleUploadedFile(name, content)} | fields)


def test_an_upload_is_kept_encrypted_queued_and_read_by_a_worker(client, team, operator):
    answer = upload(client, csv_text().encode(), team=team.pk, observed_from="2026-09-01", observed_until="2026-09-04")
    row = Import.objects.get()
    assert answer.status_code == 302 and answer.url == reverse("import-page", args=[row.pk])
    assert (row.state, row.uploaded_by) == ("looking", operator)
    assert OutboxMessage.objects.filter(kind="read_import", payload={"import_id": row.pk}).count() == 1
    sealed = bytes(ImportFile.objects.get().sealed)
    assert "宝妈".encode() not in sealed and unseal(sealed) == csv_text().encode()
    waiting = client.get(answer.url).content.decode()
    assert "Waiting for a worker" in waiting and 'hx-trigger="every 2s"' in waiting

    assert run(row.pk, now=NOW, today=TODAY)
    preview = client.get(answer.url).content.decode()
    assert "Nothing is written yet" in preview and "Import 3 rows" in preview and "hx-trigger" not in preview
    assert not stored() and not Group.objects.exists()

    for _ in range(2):  # the second confirmation does nothing
        assert client.post(answer.url, {"decision": "import"}).status_code == 302
    assert OutboxMessage.objects.filter(kind="read_import").count() == 2
    assert "Waiting for a worker" in client.get(answer.url).content.decode()
    assert run(row.pk, now=NOW, today=TODAY)
    done = client.get(answer.url).content.decode()
    assert "3 rows new, 0 changed, 0 unchanged, 0 refused" in done and "hx-trigger" not in done
    assert len(stored()) == 8
    assert Group.objects.filter(team=team, owner=operator).count() == 2


def test_a_second_message_finds_nothing_to_do(team, operator):
    row = receive(team=team, file_name="a.csv", content=csv_text().encode(), by=operator, now=NOW)
    assert run(row.pk, now=NOW, today=TODAY)
    before = Import.objects.values().get()
    assert not run(row.pk, now=NOW, today=TODAY)
    assert Import.objects.values().get() == before


def test_a_living_lease_keeps_others_away_and_a_dead_one_is_taken_over(team, operator):
    row = receive(team=team, file_name="a.csv", content=csv_text().encode(), by=operator, now=NOW)
    assert leases.claim(Import, row.pk, imports.WAITING)
    assert not run(row.pk, now=NOW, today=TODAY)
    Import.objects.update(lease_until=timezone.now() - leases.LEASE)
    assert run(row.pk, now=NOW, today=TODAY)
    assert Import.objects.get().state == "ready"


def test_a_failing_database_leaves_the_import_to_the_next_message(team, operator, monkeypatch):
    row = confirmed(looked_at(csv_text().encode(), by=operator), by=operator)

    def broken(**_):
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(imports, "bring_in", broken)
        with pytest.raises(OperationalError):
            run(row.pk, now=NOW, today=TODAY)
    assert run(row.pk, now=NOW, today=TODAY)
    assert (Import.objects.get().state, Import.objects.get().attempts) == ("done", 0)


def test_an_import_that_fails_three_times_is_given_up(team, operator, monkeypatch):
    row = confirmed(looked_at(csv_text().encode(), by=operator), by=operator)

    def broken(**_):
        raise ZeroDivisionError

    monkeypatch.setattr(imports, "bring_in", broken)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            run(row.pk, now=NOW, today=TODAY)
    assert not run(row.pk, now=NOW, today=TODAY)
    assert (Import.objects.get().state, Import.objects.get().refusal_code) == ("refused", "gave_up")


def test_refused_rows_are_shown_with_row_column_value_problem_and_fix(client, team, operator):
    lines = [["a", "2026-09-01", 1, 1, 1], ["<b>", "2026/13/1", 1, 1, 1]]
    row = import_bytes(csv_text(lines=lines).encode(), team=team)
    page = client.get(reverse("import-page", args=[row.pk])).content.decode()
    assert "1 row was refused" in page
    for text in ("日期", "2026/13/1", "No such date", "Write it as year-month-day"):
        assert text in page


def test_a_file_that_the_worker_refuses_says_what_to_do(client, team, operator):
    row = import_bytes(csv_text(["甲", "乙"], [["1", "2"]]).encode(), team=team)
    page = client.get(reverse("import-page", args=[row.pk])).content.decode()
    assert "Nothing was written" in page and "None of the first 10 rows names a group and a date" in page


def test_the_same_content_names_the_first_import(client, team, operator):
    first = import_bytes(csv_text().encode(), team=team, name="first.csv")
    second = import_bytes(workbook(), team=team, name="second.xlsx")
    page = client.get(reverse("import-page", args=[second.pk])).content.decode()
    assert "already imported" in page and "first.csv" in page
    assert reverse("import-page", args=[first.pk]) in page


@pytest.mark.parametrize(
    ("content", "fields", "says"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(50), {}, "This is a picture"),
        (b"<html>", {}, "This is a web page"),
        (b"", {}, "This file is empty"),
        (csv_text().encode(), {"observed_from": "2026-09-09", "observed_until": "2026-09-01"}, "cannot be before"),
        (csv_text().encode(), {"observed_until": "2099-01-01"}, "cannot lie ahead"),
        (csv_text().encode(), {"observed_from": "soon"}, "must be a date"),
        (csv_text().encode(), {"platform": "nonsense"}, "nonsense"),
    ],
    ids=["picture", "web page", "empty", "backwards", "future", "no date", "platform"],
)
def test_a_wrong_upload_is_refused_on_the_page_and_nothing_is_kept(client, team, operator, content, fields, says):
    answer = upload(client, content, "daily.xlsx", team=team.pk, **fields)
    assert answer.status_code == 400
    assert says in answer.content.decode()
    assert not Import.objects.exists() and not OutboxMessage.objects.exists()


def test_an_upload_that_is_too_large_is_cut_off_and_said_so(client, team, operator, settings):
    """Case 38."""
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    answer = upload(client, b"a" * (3 * 1024 * 1024), team=team.pk)
    assert answer.status_code == 400
    assert "larger than 1 MB" in answer.content.decode()
    assert not Import.objects.exists()


def test_hostile_file_names_are_only_shown(client, team, operator):
    """Case 44."""
    upload(client, csv_text().encode(), "..\\..\\<img src=x onerror=alert(1)>\u202e.csv", team=team.pk)
    row = Import.objects.get()
    assert "/" not in row.file_name and "\\" not in row.file_name and "\u202e" not in row.file_name
    assert "<img" not in client.get(reverse("import-page", args=[row.pk])).content.decode()


def test_imports_of_another_team_do_not_exist(client, operator):
    foreign = import_bytes(csv_text().encode(), team=make_team())
    assert client.get(reverse("import-page", args=[foreign.pk])).status_code == 404
    assert foreign.file_name not in client.get(reverse("import-list")).content.decode()
    answer = upload(client, csv_text().encode(), team=foreign.team_id)
    assert answer.status_code == 400
    assert Import.objects.count() == 1


def test_the_pages_ask_to_sign_in(client, team):
    row = import_bytes(csv_text().encode(), team=team)
    for address in (reverse("import-list"), reverse("import-new"), reverse("import-page", args=[row.pk])):
        assert client.get(address).status_code == 302, address


def test_a_poll_gets_only_the_part_that_changes(client, team, operator):
    row = import_bytes(csv_text().encode(), team=team)
    part = client.get(reverse("import-page", args=[row.pk]), HTTP_HX_REQUEST="true").content.decode()
    assert part.startswith('<div id="import-state"') and "<html" not in part


def test_the_list_goes_on_beyond_a_page_with_few_queries(client, team, operator, django_assert_max_num_queries):
    for _ in range(52):
        receive(team=team, file_name="a.csv", content=b"x", by=operator, now=NOW)
    with django_assert_max_num_queries(6):
        page = client.get(reverse("import-list")).content.decode()
    assert page.count("a.csv") == 50
    last = Import.objects.order_by("-pk")[49].pk
    assert client.get(reverse("import-list"), {"before": last}).content.decode().count("a.csv") == 2
    assert client.get(reverse("import-list"), {"before": "1;DROP"}).status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM lifecycle_import")
        assert cursor.fetchone() == (52,)


def test_the_first_visit_says_what_to_do(client, operator):
    assert reverse("import-new") in client.get(reverse("import-list")).content.decode()


def test_what_holds_for_the_whole_file_is_told_apart_from_rows_to_mend(client, team, operator):
    chat = "28/04/23, 11:02 - Ann: good morning\n28/04/23, 11:03 - Bob: hello you all\n99/04/23, 11:03 - Bob: when?\n"
    upload(client, chat.encode(), "WhatsApp Chat with Readers.txt", team=team.pk)
    row = Import.objects.get()
    assert run(row.pk, now=NOW, today=TODAY)
    row.refresh_from_db()
    page = client.get(reverse("import-page", args=[row.pk])).text
    notes, refused = page.split('id="notes-title"')[1].split('id="refused-title"')
    assert "This kind of export names people but gives no ids" in notes and "Mend these rows" not in notes
    assert "1 row was refused" in refused and "Row 3" in refused and "gives no ids" not in refused
    Import.objects.update(rows_refused=0, refusals=row.refusals[:1])
    page = client.get(reverse("import-page", args=[row.pk])).text
    assert "notes-title" in page and "Mend these rows" not in page


def test_refused_rows_stand_in_the_order_of_the_file(client, team, operator):
    lines = ["group,date,messages", "A,2026-09-01,1", "A,2026-13-01,2", "A,2026-09-02,x", "A,2026-09-01,3"]
    upload(client, "\n".join(lines).encode(), team=team.pk)
    row = Import.objects.get()
    assert run(row.pk, now=NOW, today=TODAY)
    row.refresh_from_db()
    shown = client.get(reverse("import-page", args=[row.pk])).context["refusals"]
    assert [each["row"] for each in shown] == sorted(each["row"] for each in row.refusals) == [2, 3, 4]


def test_the_preview_shows_what_rows_hold_and_what_they_would_hold(client, team, operator):
    before = "group,date,messages,members\nA,2026-09-01,14,80\nA,2026-09-02,3,80\nB,2026-09-01,5,\n"
    import_bytes(before.encode(), team=team, owner=operator)
    row = looked_at(before.replace("14", "99").replace("5,", "6,7").encode(), by=operator)
    page = client.get(reverse("import-page", args=[row.pk]))
    shown = page.context["preview"]["changes"]
    told = [(each["group"], str(each["day"]), name, *values) for each in shown for name, _, *values in each["counts"]]
    assert told == [
        ("A", "2026-09-01", "messages", 14, 99),
        ("B", "2026-09-01", "members", None, 7),
        ("B", "2026-09-01", "messages", 5, 6),
    ]
    assert "Rows that change" in page.text and "The first 2 of" not in page.text


def test_of_many_rows_that_would_change_the_first_are_shown(client, team, operator):
    days = [f"C,2026-08-{day:02d}," for day in range(1, 13)]
    before, after = ("\n".join(["group,date,messages", *(f"{day}{said}" for day in days)]) for said in (1, 2))
    import_bytes(before.encode(), team=team, owner=operator)
    row = looked_at(after.encode(), by=operator)
    page = client.get(reverse("import-page", args=[row.pk]))
    assert len(page.context["preview"]["changes"]) == 10
    assert "The first 10 of 12 rows" in page.text

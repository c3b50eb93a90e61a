"""From a look at a file to its rows and back: preview, columns, groups, refused rows, undo."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from groups.models import AuditEntry, ColumnPreset, Group
from groups.tests.making import make_group, make_team, make_user
from lifecycle import imports
from lifecycle.coverage import Asked
from lifecycle.import_choice_forms import word_of
from lifecycle.import_decisions import choose_groups, drop
from lifecycle.imports import receive, run
from lifecycle.models import CoverageSpan, DirtyGroup, GroupAlias, Import, ImportFile, ImportUndo
from lifecycle.sources.child import read_activity
from lifecycle.tests.files import csv_text, workbook
from lifecycle.tests.making_imports import (
    NOW,
    TODAY,
    acting,
    brought_in,
    confirmed,
    looked_at,
    stored,
    uploaded,
)
from lifecycle.undoing import undo
from lifecycle.upkeep import reap

pytestmark = pytest.mark.django_db
HEADER = ["group_id", "date", "messages", "speakers"]


@pytest.fixture(autouse=True)
def _read_in_this_process(monkeypatch):
    monkeypatch.setattr(imports, "read_in_child", read_activity)


@pytest.fixture
def operator(client):
    user = make_user(make_team(), language="en")
    client.force_login(user)
    return user


def sheet(*lines, header=HEADER) -> bytes:
    return csv_text(header, lines).encode()


def everything() -> tuple:
    """All that an import writes about days, with the batch of each row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM lifecycle_daily ORDER BY group_id, day")
        rows = cursor.fetchall()
    spans = CoverageSpan.objects.order_by("group", "observed_from")
    return rows, acting(), list(spans.values_list("group", "observed_from", "observed_until", "known"))


def page_of(client, upload: Import, name: str = "import-page") -> str:
    return client.get(reverse(name, args=[upload.pk])).content.decode()


def test_a_preview_tells_what_the_import_then_does(client, operator):
    brought_in(sheet(["a", "2026-09-01", 5, 2], ["a", "2026-09-02", 6, 2]), by=operator)
    lines = [["a", "2026-09-01", 5, 2], ["a", "2026-09-02", 9, 2], ["b", "2026-09-04", 1, 1], ["b", "no day", 1, 1]]
    asked = Asked(TODAY.replace(month=9, day=1), TODAY.replace(month=9, day=4))
    upload = looked_at(sheet(*lines), by=operator, asked=asked)
    before = everything()
    told = upload.preview
    assert (upload.state, upload.kind, upload.encoding, upload.rows_refused) == ("ready", "daily", "utf-8-sig", 1)
    assert (told["groups"], told["unknown"], [each["key"] for each in told["to_choose"]]) == (2, 1, ["b"])
    page = page_of(client, upload)
    for text in ("Import 2 rows", "2 · 1 registered · 1 unknown", "no day", "2026-09-02"):
        assert text in page
    assert everything() == before and Group.objects.count() == 1
    done = brought_in(sheet(*lines, ["c", "2026-09-04", 1, 1]), by=operator, asked=asked)
    assert done.state == "done"
    confirmed(upload, by=operator)
    run(upload.pk, now=NOW, today=TODAY)
    Import.objects.get(pk=upload.pk, state="done", rows_unchanged=3)


def test_a_gb18030_copy_says_who_imported_it_before_and_a_dropped_file_writes_nothing(client, operator):
    first = brought_in(csv_text().encode(), by=operator, name="first.csv")
    again = looked_at(csv_text().encode("gb18030"), by=operator, name="second.csv")
    assert (again.state, again.repeats, again.encoding) == ("repeated", first, "gb18030")
    other = looked_at(workbook(lines=[["新群", "2026-09-01", 1, 1, 1]]), by=operator)
    client.post(reverse("import-page", args=[other.pk]), {"decision": "drop"})
    other.refresh_from_db()
    assert other.state == "dropped" and Group.objects.count() == 2
    assert not run(other.pk, now=NOW, today=TODAY)
    assert "nothing was imported" in page_of(client, other)


@pytest.mark.parametrize("while_", ["reading to look", "reading to write", "just before the end"])
def test_a_file_dropped_while_a_worker_is_at_it_leaves_the_database_as_it_was(operator, monkeypatch, while_):
    upload = uploaded(csv_text().encode(), by=operator)
    if while_ != "reading to look":
        run(upload.pk, now=NOW, today=TODAY)
        confirmed(upload, by=operator)

    def interrupted(*args, **fields):
        found = read_activity(*args, **fields)
        assert drop(upload=upload, by=operator, now=NOW)
        return found

    if while_ == "just before the end":
        write = imports.bring_in

        def late(**fields):
            with monkeypatch.context() as patch:
                patch.setattr("lifecycle.ingest.mark_dirty", lambda *_: drop(upload=upload, by=operator, now=NOW))
                return write(**fields)

        monkeypatch.setattr(imports, "bring_in", late)
    else:
        monkeypatch.setattr(imports, "read_in_child", interrupted)
    assert not run(upload.pk, now=NOW, today=TODAY)
    assert not stored() and not Group.objects.exists()
    if while_ != "just before the end":  # there the drop is undone with the transaction of this test's only connection
        assert Import.objects.get().state == "dropped"


def test_columns_that_nobody_knows_are_matched_and_remembered_for_the_team(client, operator):
    header, line = ["讨论组", "哪天", "说了几句", "备注"], ["读书", "2026-09-01", 7, "x"]
    upload = looked_at(sheet(line, header=header), by=operator)
    assert (upload.state, upload.refusal_code, upload.is_table) == ("refused", "no_header", True)
    assert "Match the columns" in page_of(client, upload)
    address = reverse("import-columns", args=[upload.pk])
    assert "说了几句" in client.get(address).content.decode()
    wrong = client.post(address, {"column_0": "name", "column_1": "date"})
    assert wrong.status_code == 422 and "at least one column with figures" in wrong.content.decode()
    fields = {"column_0": "name", "column_1": "date", "column_2": "messages", "column_3": "", "remembered": "on"}
    assert client.post(address, fields).url == reverse("import-page", args=[upload.pk])
    run(upload.pk, now=NOW, today=TODAY)
    upload.refresh_from_db()
    assert (upload.state, upload.preview["new"]) == ("ready", 1)
    assert "读书" not in ImportFile.objects.get().sealed_peek.hex() and ColumnPreset.objects.count() == 1
    other = looked_at(sheet(["读书", "2026-09-02", 3, ""], header=header), by=operator)
    assert other.preview["rows"] == [{"group": "读书", "day": "2026-09-02", "counts": {"messages": 3}}]
    foreign = looked_at(sheet(line, header=header), by=make_user(make_team()))
    assert foreign.refusal_code == "no_header"


def test_the_kind_of_a_sheet_can_be_overruled(client, operator):
    lines = [["a", "2026-09-01", "zoe", 3], ["a", "2026-09-01", "eve", 4]]
    upload = looked_at(sheet(*lines, header=["group_id", "date", "member", "messages"]), by=operator)
    assert upload.kind == "member_days"
    fields = {"column_0": "group", "column_1": "date", "column_2": "", "column_3": "messages", "kind": "daily"}
    client.post(reverse("import-columns", args=[upload.pk]), fields)
    run(upload.pk, now=NOW, today=TODAY)
    upload.refresh_from_db()
    assert (upload.kind, upload.rows_refused, upload.preview["new"]) == ("daily", 1, 1)
    assert not ColumnPreset.objects.exists()


def test_unknown_groups_are_put_down_left_out_or_registered(client, operator):
    team = operator.memberships.get().team
    known = make_group(team=team, name="读书会", external_id="", owner=operator)
    make_group(team=make_team(), name="别人的群")
    lines = [["读书会", "2026-09-01", 1, 1], ["测试", "2026-09-01", 2, 2], ["新群", "2026-09-01", 3, 3]]
    upload = looked_at(sheet(*lines, header=["群名称", *HEADER[1:]]), by=operator)
    at = {each["key"]: word_of(each["at"]) for each in upload.preview["to_choose"]}
    address = reverse("import-page", args=[upload.pk])
    assert "A registered group has the same name" in page_of(client, upload)
    fields = {f"what_{n}": "new" for n in at.values()} | {f"what_{at['测试']}": "skip", "decision": "import"}
    foreign = client.post(address, fields | {f"group_{at['读书会']}": "别人的群"})
    assert foreign.status_code == 422 and "No registered group is called" in foreign.content.decode()
    twice = client.post(address, fields | {f"group_{at['读书会']}": "读书会", f"group_{at['新群']}": "读书会"})
    assert "cannot both be this one" in twice.content.decode()
    client.post(address, fields | {f"group_{at['读书会']}": "读书会", "decision": "look"})
    run(upload.pk, now=NOW, today=TODAY)
    upload.refresh_from_db()
    assert (upload.preview["groups"], upload.preview["unknown"], upload.preview["skipped"]) == (2, 1, 1)
    client.post(address, fields | {f"group_{at['读书会']}": "读书会"})
    run(upload.pk, now=NOW, today=TODAY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT g.name, d.messages FROM lifecycle_daily d JOIN groups_group g ON g.id = d.group_id")
        assert set(cursor.fetchall()) == {("读书会", 1), ("新群", 3)}
    assert GroupAlias.objects.get().group == known
    later = looked_at(sheet(["读书会", "2026-09-02", 1, 1], header=["群名称", *HEADER[1:]]), by=operator)
    assert later.preview["unknown"] == 0, "said once"


def test_refused_rows_come_back_in_the_same_shape_with_what_is_wrong(client, operator):
    good = [[f"g{n}", "2026-09-01", n, 1] for n in range(126)]
    bad = [["=1+1", "2026/13/1", 5, 1], *[[f"b{n}", "2026-09-01", -5, 1] for n in range(5)]]
    upload = brought_in(sheet(*good, *bad, header=["群名称", *HEADER[1:]]), by=operator)
    assert (upload.rows_new, upload.rows_refused) == (126, 6)
    answer = client.get(reverse("import-errors", args=[upload.pk]))
    content = b"".join(answer.streaming_content)
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0] == ["群名称", *HEADER[1:], "Wrong column", "What is wrong"] and len(rows) == 7
    assert rows[1][:2] == ["'=1+1", "2026/13/1"] and rows[1][4] == "date" and "No such date" in rows[1][5]
    assert rows[2][2] == "-5"
    mended = io.StringIO()
    csv.writer(mended).writerows([rows[0], *[[row[0], "2026-09-01", "5", *row[3:]] for row in rows[1:]]])
    again = brought_in(mended.getvalue().encode(), by=operator)
    assert (again.rows_new, again.rows_changed, again.rows_refused) == (6, 0, 0)
    assert Group.objects.filter(external_id="=1+1").count() == 1
    before = everything()
    first_again = looked_at(sheet(*good, *bad, header=["群名称", *HEADER[1:]]), by=operator)
    assert (first_again.state, first_again.repeats) == (Import.State.REPEATED, upload) and everything() == before


def test_an_import_is_undone_to_what_stood_there_before(client, operator):
    span = Asked(TODAY.replace(month=9, day=1), TODAY.replace(month=9, day=3))
    brought_in(sheet(["a", "2026-09-01", 5, 2]), by=operator)
    members = ["group_id", "date", "member", "messages"]
    brought_in(sheet(["a", "2026-09-02", "zoe", 3], header=members), by=operator)
    before = everything()
    DirtyGroup.objects.all().delete()
    lines = [["a", "2026-09-01", "eve", 9], ["a", "2026-09-02", "eve", 3], ["b", "2026-09-02", "zoe", 1]]
    upload = brought_in(sheet(*lines, header=members), by=operator, asked=span)
    assert everything() != before and Group.objects.filter(archived_at=None).count() == 2
    DirtyGroup.objects.all().delete()
    assert "become what they were" in page_of(client, upload, "import-undo")
    for _ in range(2):
        assert client.post(reverse("import-undo", args=[upload.pk])).status_code == 302
    assert everything() == before
    upload.refresh_from_db()
    assert (upload.state, upload.undone_by, upload.undo_outcome["groups_archived"]) == ("undone", operator, 1)
    assert str(DirtyGroup.objects.get(group__external_id="a").since) == "2026-09-01"
    assert AuditEntry.objects.filter(verb="import undone").count() == 1
    assert "Undone on" in page_of(client, upload)
    again = brought_in(sheet(*lines, header=members), by=operator, asked=span)
    assert (again.state, again.rows_new + again.rows_changed) == ("done", 2)


def test_what_a_later_import_changed_stays_and_is_told_and_both_undone_are_as_if_never(client, operator):
    first = brought_in(sheet(["a", "2026-09-01", 5, 2], ["a", "2026-09-02", 6, 2]), by=operator)
    second = brought_in(sheet(["a", "2026-09-02", 7, 2], ["a", "2026-09-01", 5, 2]), by=operator, name="second.csv")
    told = undo(upload=first, by=operator, now=NOW)
    assert (told.removed, told.restored, told.kept, told.later) == (1, 0, 1, [second.pk])
    assert stored() == {("a", "2026-09-02"): {"messages": 7, "speakers": 2}}
    assert "second.csv" in page_of(client, first)
    again = brought_in(sheet(["a", "2026-09-02", 7, 2], ["a", "2026-09-01", 5, 2]), by=operator)
    assert (again.state, again.rows_new, again.rows_unchanged) == ("done", 1, 1), "what it told too can come again"
    for upload in (again, second):
        undo(upload=upload, by=operator, now=NOW)
    assert stored() == {}, "the values of an import that was undone do not come back"


def test_after_seven_days_nothing_is_undone_and_after_thirty_the_file_is_gone(client, operator):
    upload = brought_in(csv_text().encode(), by=operator)
    waiting = looked_at(sheet(["a", "2026-09-01", 5, 2]), by=operator)
    late = NOW + timedelta(days=8)
    assert undo(upload=upload, by=operator, now=late) is None
    reap(now=late)
    assert not ImportUndo.objects.exists() and ImportFile.objects.count() == 2
    reap(now=NOW + timedelta(days=31))
    assert not ImportFile.objects.exists()
    waiting.refresh_from_db()
    assert (waiting.state, len(stored())) == ("dropped", 3)
    assert not choose_groups(upload=waiting, choices={}, now=late)
    assert client.get(reverse("import-errors", args=[upload.pk])).status_code == 302


def test_files_of_another_team_cannot_be_reached(client, operator):
    stranger = make_user(make_team())
    upload = looked_at(sheet(["a", "2026-09-01", 5, 2], ["a", "x", 1, 1]), by=stranger)
    for name in ("import-page", "import-columns", "import-errors", "import-undo"):
        address = reverse(name, args=[upload.pk])
        assert client.get(address).status_code == 404
        assert client.post(address, {"decision": "import"}).status_code in (404, 405)
    upload.refresh_from_db()
    assert upload.state == "ready"


def test_a_preview_takes_a_fixed_number_of_queries(client, operator, django_assert_max_num_queries):
    lines = [[f"g{n}", "2026-09-01", 1, 1] for n in range(300)]
    upload = receive(team=operator.memberships.get().team, file_name="a", content=sheet(*lines), by=operator, now=NOW)
    with django_assert_max_num_queries(24):
        run(upload.pk, now=NOW, today=TODAY)
    with django_assert_max_num_queries(12):
        page = page_of(client, upload)
    assert page.count("Register as a new group") == 100 and "200 more will be registered" in page


def test_a_copy_is_known_by_what_was_put_down_for_the_first(client, operator):
    team = operator.memberships.get().team
    known = make_group(team=team, name="读书会", external_id="x-1", owner=operator)
    header, lines = ["群名称", *HEADER[1:]], [["读书会", "2026-09-01", 1, 1], ["新群", "2026-09-01", 3, 3]]
    upload = looked_at(sheet(*lines, header=header), by=operator)
    assert (upload.preview["new"], upload.preview["unknown"]) == (2, 2)
    address = reverse("import-page", args=[upload.pk])
    at = {each["key"]: word_of(each["at"]) for each in upload.preview["to_choose"]}
    client.post(address, {"decision": "import", f"group_{at['读书会']}": "读书会", f"what_{at['新群']}": "new"})
    assert run(upload.pk, now=NOW, today=TODAY) and stored()["x-1", "2026-09-01"]["messages"] == 1
    again = looked_at(csv_text(header, lines).encode("gb18030"), by=operator, name="again.csv")
    assert (again.state, again.repeats) == ("repeated", upload)
    assert not Group.objects.filter(name="读书会").exclude(pk=known.pk).exists()


def test_a_preview_counts_with_the_group_that_the_page_suggests(client, operator):
    team = operator.memberships.get().team
    make_group(team=team, name="读书会", external_id="x-1", owner=operator)
    brought_in(sheet(["x-1", "2026-09-01", 5, 2]), by=operator)
    header = ["群名称", *HEADER[1:]]
    upload = looked_at(sheet(["读书会", "2026-09-01", 9, 2], header=header), by=operator)
    assert (upload.preview["new"], upload.preview["changed"]) == (0, 1)
    word = word_of(upload.preview["to_choose"][0]["at"])
    fields = {"decision": "look", f"group_{word}": "", f"what_{word}": "new"}
    client.post(reverse("import-page", args=[upload.pk]), fields)
    run(upload.pk, now=NOW, today=TODAY)
    upload.refresh_from_db()
    assert (upload.preview["new"], upload.preview["changed"]) == (1, 0)
    assert f'name="group_{word}" id="id_group_{word}" value=""' in page_of(client, upload)

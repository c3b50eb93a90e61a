"""Lists of groups from file to registry: every encoding, bad rows, once, again, undone."""

import csv
import io
import threading
from datetime import date, timedelta

import pytest
import xlsxwriter
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation

from groups import registry_import, undoing
from groups.list_forms import FIELDS
from groups.models import (
    AuditEntry,
    Group,
    ListPage,
    Plan,
    RegistryImport,
    RevenueModel,
)
from groups.models.group import Layer, Platform
from groups.registry_preview import page_of
from groups.sheets.group_list import FIELD_OF, fields_of
from groups.sheets.layers import layer_of
from groups.sheets.matching import matching_form
from groups.sheets.platforms import platform_of
from groups.sheets.refusal import FileRefused
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_lists import previewed, read_list, worked, written

HEADER = ["群聊名称", "群主", "创建时间", "群人数上限", "标签", "分层", "备注"]
GOOD = [["宝妈交流 A 群", "李伟", "2026/9/1", "500", "母婴，早教", "大群", "周四抽奖"],
        ["读书会 VIP", "", "2026-10-08", "", "", "VIP 群", ""]]  # fmt: skip


@pytest.fixture
def team(db):
    return make_team(name="East")


@pytest.fixture
def op(team):
    return make_user(team, display_name="李伟", language="en")


def text_of(rows, header=HEADER):
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return out.getvalue()


def workbook_of(rows, header=HEADER):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([header, *rows]):
            for place, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(at, place, cell, book.add_format({"num_format": "yyyy-mm-dd"}))
                else:
                    sheet.write(at, place, cell)
    return out.getvalue()


def brought_in(team, op, rows, **how):
    return written(previewed(team, op, text_of(rows).encode()), op, **how)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(lambda: text_of(GOOD).encode("gb18030"), id="gb18030"),
        pytest.param(lambda: text_of(GOOD).encode("utf-8-sig"), id="utf-8 with mark"),
        pytest.param(lambda: text_of(GOOD).encode(), id="utf-8"),
        pytest.param(lambda: text_of(GOOD).encode("utf-16"), id="utf-16"),
        pytest.param(lambda: workbook_of([[date(2026, 9, 1) if c == "2026/9/1" else c for c in row] for row in GOOD]),
                     id="xlsx"),
    ],
)  # fmt: skip
def test_a_list_comes_in_from_any_encoding(team, op, content):
    upload = previewed(team, op, content())
    assert len(upload.mapping) / len(HEADER) >= 0.8
    done = written(upload, op)
    assert (done.rows_new, done.rows_refused) == (2, 0)
    first, second = Group.objects.order_by("pk")
    assert (first.name, first.owner, first.opened_on, first.member_cap) == ("宝妈交流 A 群", op, date(2026, 9, 1), 500)
    assert (first.tags, first.layer, first.notes) == (["母婴", "早教"], "mass", "周四抽奖")
    assert (second.layer, second.owner, second.member_cap, second.platform) == ("vip", op, None, "wecom")
    assert {"宝", "宝妈"} <= set(first.grams)
    assert Plan.objects.filter(superseded_at=None, starts_on=date(2026, 9, 1), group=first).exists()
    main = RevenueModel.objects.get(group=first)
    assert (main.kind, main.is_main, main.from_on, main.until_on) == ("none", True, date(2026, 9, 1), None)
    assert AuditEntry.objects.filter(verb="registered").count() == 2


def test_bad_rows_are_left_out_mended_and_added_exactly(team, op, client):
    rows = [[f"群 {n}", "", "2026-09-01", "", "", "", ""] for n in range(132)]
    for at in range(0, 132, 22):
        rows[at][2] = "2026/13/1"
    done = brought_in(team, op, rows)
    assert (done.rows_new, done.rows_changed, done.rows_refused) == (126, 0, 6)
    client.force_login(op)
    answer = client.get(reverse("registry-import-errors", args=[done.pk]))
    table = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"), newline="")))
    assert table[0] == [*HEADER, "Wrong column", "Problem", "Fix"]
    assert len(table) == 7
    assert table[1][-3:] == ["创建时间", "No such date", "Write it as year-month-day, such as 2026-11-22."]
    mended = [[*row[:2], "2026-09-01", *row[3:]] for row in table[1:]]
    again = written(previewed(team, op, text_of(mended, table[0]).encode()), op)
    assert (again.rows_new, again.rows_same, again.rows_refused) == (6, 0, 0)
    first_again = brought_in(team, op, rows)
    assert (first_again.rows_new, first_again.rows_changed, first_again.rows_same) == (0, 0, 126)
    assert first_again.change is None
    assert Group.objects.count() == 132
    assert set(Group.objects.values_list("version", flat=True)) == {1}


def test_nothing_is_written_if_all_was_asked_for_and_a_row_is_bad(team, op):
    upload = previewed(
        team, op, text_of([*GOOD, ["", "", "", "", "", "", ""], ["x", "", "?", "", "", "", ""]]).encode()
    )
    assert upload.foreseen == {"new": 2, "refused": 1}
    upload = written(upload, op, only_good=False)
    assert (upload.state, upload.problem) == ("ready", "not_all_good")
    assert not Group.objects.exists()


def test_a_second_confirmation_writes_nothing_more(team, op):
    upload = previewed(team, op, text_of(GOOD).encode())
    first, second = written(upload, op), written(upload, op)
    assert (second.rows_new, second.finished_at) == (2, first.finished_at)
    assert Group.objects.count() == 2
    assert AuditEntry.objects.filter(verb="list imported", actor_id=op.pk).count() == 1


def test_only_what_differs_is_written_and_can_be_undone(team, op):
    brought_in(team, op, GOOD)
    before = list(Group.objects.order_by("pk").values("layer", "tags", "notes", "member_cap"))
    header = [*HEADER, "到期日", "来源群"]
    rows = [[*GOOD[0][:3], "600", *GOOD[0][4:], "2027-03-31", "读书会 VIP"], [*GOOD[1], "", ""]]
    done = written(previewed(team, op, text_of(rows, header).encode()), op)
    assert (done.rows_changed, done.rows_same) == (1, 1)
    first, second = Group.objects.order_by("pk")
    assert (first.member_cap, first.upstream_id, first.version, second.version) == (600, second.pk, 2, 1)
    plan = Plan.objects.get(group=first, superseded_at=None)
    assert (plan.ends_on, plan.lifespan) == (date(2027, 3, 31), "lasting")
    undoing.undo(change=done.change, by=op, now=timezone.now())
    assert list(Group.objects.order_by("pk").values("layer", "tags", "notes", "member_cap")) == before
    first.refresh_from_db()
    assert first.upstream_id is None
    assert Plan.objects.get(group=first, superseded_at=None).ends_on is None


def test_undo_archives_what_was_new(team, op):
    done = brought_in(team, op, GOOD)
    outcome = undoing.undo(change=done.change, by=op, now=timezone.now())
    assert outcome.groups_back == 2
    assert not Group.objects.filter(archived_at=None).exists()
    again = brought_in(team, op, GOOD)
    assert again.rows_new == 2  # the ids are free once more


def test_a_group_of_another_team_is_neither_found_nor_touched(team, op):
    foreign = make_group(name="宝妈交流 A 群", external_id="wr1", layer="none")
    done = brought_in(team, op, GOOD)
    assert done.rows_new == 2
    foreign.refresh_from_db()
    assert (foreign.layer, foreign.version) == ("none", 1)
    header = ["群名", "团队", "创建时间"]
    upload = previewed(team, op, text_of([["x", foreign.team.name, "2026-01-01"]], header).encode())
    (row,) = page_of(upload, "refused", 1)
    assert row["problems"] == [["team", foreign.team.name, "unknown_team"]]


def test_the_same_name_of_the_same_owner_is_left_out_unless_asked_for(team, op):
    make_group(team=team, owner=op, name="双11 快闪群", external_id="wr1")
    header = ["群名", "群 ID", "创建时间"]
    upload = previewed(team, op, text_of([["双11 快闪群", "wr2", "2026-11-01"]], header).encode())
    assert upload.foreseen == {"same_name": 1}
    assert written(upload, op).rows_new == 0
    again = previewed(team, op, text_of([["双11 快闪群", "wr2", "2026-11-01"]], header).encode())
    assert written(again, op, with_same_names=True).rows_new == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 50, "picture"),
        (b"<html><table></table></html>", "web_page"),
        (b"PK\x03\x04 broken", "broken_archive"),
        ("群名\n".encode(), "only_header"),
        ("群名\n名".encode() + b"\xff\xfe\xff", "broken_encoding"),
        (("群名\n" + "群\n" * 50_001).encode(), "too_many_rows"),
    ],
)
def test_a_file_that_is_no_list_is_refused_by_what_it_is(team, op, content, code):
    try:
        upload = read_list(team, op, content)
    except FileRefused as refused:  # told at once
        assert refused.code == code
        assert not RegistryImport.objects.exists()
    else:
        assert (upload.state, upload.refusal_code, upload.sealed) == ("refused", code, None)


def test_headers_that_cannot_be_stored_or_seen_are_cleaned(team, op):
    upload = previewed(team, op, b"name,crea\0ted at,\x1b[31mlayer\n" + "群,2026-01-01,\n".encode() * 9)
    assert "\0" not in "".join(upload.headers)
    assert upload.mapping["name"] == 0


def test_rows_are_kept_encrypted_and_for_thirty_days(team, op):
    upload = previewed(team, op, text_of(GOOD).encode())
    kept = [bytes(upload.sealed), *(bytes(page.sealed) for page in ListPage.objects.all())]
    assert all("宝妈".encode() not in content for content in kept)
    assert [row["name"] for row in page_of(upload, "new", 1)] == ["宝妈交流 A 群", "读书会 VIP"]
    day = timezone.localdate()
    assert registry_import.delete_old(day + timedelta(days=30)) == 0
    assert registry_import.delete_old(day + timedelta(days=31)) == 1
    assert not ListPage.objects.exists()
    again = {"mapping": upload.mapping, "remember": False, "by": op, "now": timezone.now()}
    assert registry_import.match(upload=upload, **again)
    assert worked(upload).refusal_code == "gone"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_word_that_pages_show_is_understood_again(language):
    with translation.override(language):
        assert {field: FIELD_OF.get(matching_form(str(label))) for field, label in FIELDS.items()} == {
            field: field for field in FIELDS
        }
        assert {platform_of(str(each.label)): each.value for each in Platform} == {
            each: each for each in Platform.values
        }
        assert {layer_of(str(each.label)): each.value for each in Layer} == {each: each for each in Layer.values}


def test_the_headers_of_wecom_are_recognised():
    assert fields_of(["群聊名称", "群主", "群创建时间", "群ID", "群标签"]) == {
        "name": 0, "owner": 1, "opened_on": 2, "external_id": 3, "tags": 4,
    }  # fmt: skip


def test_the_number_of_statements_does_not_grow(team, op, django_assert_max_num_queries):
    rows = {name: [[f"{name}{n}", "", "2026-09-01", "", "", "", ""] for n in range(3 if name == "a" else 400)]
            for name in "ab"}  # fmt: skip
    for new in rows.values():
        upload = previewed(team, op, text_of(new).encode())
        with django_assert_max_num_queries(50):
            assert written(upload, op).rows_new == len(new)
        altered = text_of([[*row[:3], "9", *row[4:], "2027-01-01"] for row in new], [*HEADER, "到期日"])
        upload = previewed(team, op, altered.encode())
        with django_assert_max_num_queries(50):
            assert written(upload, op).rows_changed == len(new)
    assert Plan.objects.filter(superseded_at=None, ends_on=date(2027, 1, 1)).count() == 403
    assert AuditEntry.objects.filter(verb="plan amended", after={"ends_on": "2027-01-01"}).count() == 403


@pytest.mark.django_db(transaction=True)
def test_two_lists_of_the_same_ids_at_once_register_each_id_once():
    team = make_team()
    op = make_user(team)
    header = ["群名", "群 ID", "创建时间"]
    rows = [[f"群 {n}", f"wr{n}", "2026-09-01"] for n in range(30)]
    uploads = [previewed(team, op, text_of(rows, header).encode()) for _ in range(2)]
    start, failed = threading.Barrier(2), []

    def run(upload):
        try:
            start.wait(120)
            written(upload, op)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[upload]) for upload in uploads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert Group.objects.count() == Plan.objects.count() == 30
    assert failed == []
    told = RegistryImport.objects.order_by("rows_new").values_list("state", "rows_new", "rows_same")
    assert list(told) == [("done", 0, 30), ("done", 30, 0)]

"""Receipts of ledger lines: kept with the line or later, once, encrypted, of the team only; they change no figure."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from groups import ledger, months, papers, receipts
from groups.models import AuditEntry, GroupFile, GroupFileContent, LedgerLine
from groups.rules.file_kinds import MOST_BYTES, RECEIPT_KINDS, FileNotTaken, kind_of
from groups.rules.months import month_of
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_money import make_line
from groups.tests.racing import at_once

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n secret total"


@pytest.fixture
def group():
    team = make_team()
    return make_group(team=team, owner=make_user(team, language="en"))


@pytest.fixture
def operator(client, group):
    client.force_login(group.owner)
    return group.owner


@pytest.fixture
def line(group):
    return make_line(group, "128.00", by=group.owner)


def picture(name="till.png", content=PNG):
    return SimpleUploadedFile(name, content)


def address(line):
    return reverse("line-receipts", args=[line.group_id, line.pk])


def typed(**fields):
    return {"what": "revenue", "amount": "88", "on": str(timezone.localdate()), "token": str(uuid4())} | fields


def attach(client, line, name="till.png", content=PNG, token=None):
    return client.post(address(line), {"token": str(token or uuid4()), "receipt": picture(name, content)})


@pytest.mark.parametrize("door", ["quick entry", "ledger of the group"])
def test_a_line_and_its_receipt_come_in_together_and_once(client, operator, group, door):
    sent = typed(group=group.pk)
    to = reverse("ledger-entry") if door == "quick entry" else reverse("group-ledger", args=[group.pk])
    for _ in range(2):
        assert client.post(to, sent | {"receipt": picture()}).status_code == 302
    file = GroupFile.objects.get()
    assert file.line == LedgerLine.objects.get()
    assert (file.name, file.group, file.team_id, file.added_by) == ("till.png", group, group.team_id, operator)
    assert b"secret" not in bytes(GroupFileContent.objects.get().sealed)
    assert list(AuditEntry.objects.order_by("id").values_list("verb", flat=True)) == ["line entered", "receipt added"]
    assert "1 receipt<" in client.get(reverse("group-ledger", args=[group.pk])).content.decode()


def test_a_line_needs_no_receipt(client, operator, group):
    assert client.post(reverse("group-ledger", args=[group.pk]), typed()).status_code == 302
    assert LedgerLine.objects.count() == 1
    assert not GroupFile.objects.exists()


REFUSED = [
    ("till.exe", b"MZ", "Choose a PDF, a picture (PNG, JPG, WEBP) or an XLSX table"),
    ("till.csv", b"a,b\n1,2\n", "Choose a PDF, a picture (PNG, JPG, WEBP) or an XLSX table"),
    ("till", PNG, "Choose a PDF, a picture (PNG, JPG, WEBP) or an XLSX table"),
    ("till.pdf", PNG, "is not what its name says"),
    ("till.xlsx", b"PK\x03\x04 something else", "is not what its name says"),
    ("till.png", b"", "This file is empty"),
    ("till.png", PNG + bytes(MOST_BYTES), "The file must be smaller than 10 MB"),
]
IDS = ["program", "plain text", "no ending", "another kind", "archive", "empty", "too large"]


@pytest.mark.parametrize(("name", "content", "sentence"), REFUSED, ids=IDS)
def test_what_is_no_receipt_is_refused_and_nothing_is_entered(client, operator, group, name, content, sentence):
    sent = typed(amount="77.50", note="Paper cups", receipt=picture(name, content))
    page = client.post(reverse("group-ledger", args=[group.pk]), sent)
    assert page.status_code == 422
    for words in (sentence, 'value="77.50"', 'value="Paper cups"'):
        assert words in page.content.decode()
    assert not LedgerLine.objects.exists()
    assert not GroupFile.objects.exists()


@pytest.mark.parametrize(("name", "content", "sentence"), REFUSED, ids=IDS)
def test_what_is_no_receipt_is_refused_later_too(client, operator, line, name, content, sentence):
    page = attach(client, line, name, content)
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert not GroupFile.objects.exists()


@pytest.mark.parametrize("door", ["entry", "later"])
def test_an_upload_that_is_cut_off_says_why_and_keeps_what_was_typed(client, operator, line, settings, door):
    settings.UPLOAD_MAX_BYTES = 1000
    to = reverse("group-ledger", args=[line.group_id]) if door == "entry" else address(line)
    page = client.post(to, typed(amount="77.50") | {"receipt": picture(content=PNG + bytes(5000))})
    assert page.status_code == 422
    assert "The file must be smaller than 10 MB" in page.content.decode()
    assert door == "later" or 'value="77.50"' in page.content.decode()
    assert LedgerLine.objects.get() == line
    assert not GroupFile.objects.exists()


def test_a_page_that_comes_back_for_another_reason_asks_for_the_file_again(client, operator, group):
    page = client.post(reverse("group-ledger", args=[group.pk]), typed(amount="lots", receipt=picture()))
    assert page.status_code == 422
    assert "Choose the receipt again" in page.content.decode()
    without = client.post(reverse("group-ledger", args=[group.pk]), typed(amount="lots"))
    assert "Choose the receipt again" not in without.content.decode()


def test_a_closed_month_refuses_the_line_with_its_receipt_and_asks_for_the_file_again(client, operator, group):
    last = month_of(month_of(timezone.localdate()) - timedelta(days=1))
    months.close_month(team=group.team, month=last, by=None, now=timezone.now())
    page = client.post(reverse("group-ledger", args=[group.pk]), typed(on=str(last), receipt=picture()))
    assert page.status_code == 422
    assert "Choose the receipt again" in page.content.decode()
    assert not GroupFile.objects.exists()


def test_a_line_of_a_closed_month_takes_a_receipt_later(client, operator, group):
    last = month_of(month_of(timezone.localdate()) - timedelta(days=1))
    line = make_line(group, "9.00", on=last, by=operator)
    months.close_month(team=group.team, month=last, by=None, now=timezone.now())
    assert attach(client, line).status_code == 302
    assert GroupFile.objects.get().line == line


def test_a_receipt_is_added_later_once_per_token(client, operator, line):
    token = uuid4()
    for _ in range(2):
        assert attach(client, line, token=token).status_code == 302
    assert GroupFile.objects.count() == 1
    assert AuditEntry.objects.filter(verb="receipt added").count() == 1
    assert "till.png" in client.get(address(line)).content.decode()
    assert "till.png" not in client.get(reverse("group-record", args=[line.group_id])).content.decode()


def test_a_reversal_leaves_the_receipt(client, operator, line):
    attach(client, line)
    reversal = ledger.reverse_line(line=line, reason="Twice", by=operator, now=timezone.now())
    assert GroupFileContent.objects.get().file.line == line
    assert attach(client, reversal, "reversal.png").status_code == 302


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/票据.png", "票据.png"),
        ("till.png\r\nX-Evil: 1.png", None),
        ("<script>alert(1)</script>.PNG", None),
        ("a" * 280 + ".png", "a" * 100 + ".png"),
        ("till.pdf.png", "till.pdf.png"),
    ],
)
def test_a_hostile_name_does_no_harm(client, operator, line, name, kept):
    assert attach(client, line, name).status_code == 302
    file = GroupFile.objects.get()
    assert kept is None or file.name == kept
    assert "/" not in file.name.removesuffix(".png")
    assert "\r" not in file.name
    assert "<script>alert" not in client.get(address(line)).content.decode()
    answer = client.post(reverse("group-file", args=[file.pk]))
    assert b"".join(answer.streaming_content) == PNG
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "X-Evil" not in answer.headers
    assert AuditEntry.objects.filter(verb="receipt taken out").count() == 1


def test_a_removed_receipt_leaves_its_trace_but_no_bytes(client, operator, line):
    attach(client, line)
    file = GroupFile.objects.get()
    answer = client.post(reverse("group-file", args=[file.pk]), {"remove": "1"})
    assert answer.headers["Location"] == address(line)
    assert not GroupFileContent.objects.exists()
    assert AuditEntry.objects.get(verb="receipt removed").before == {"file": "till.png", "line": line.pk}
    assert "Add receipt" in client.get(reverse("group-ledger", args=[line.group_id])).content.decode()


def test_a_receipt_of_another_team_is_not_there(client, operator):
    line = make_line(make_group(), "5.00")
    by = line.group.owner
    file = receipts.add(line=line, receipt=picture(), token=uuid4(), by=by, now=timezone.now())
    assert client.get(address(line)).status_code == 404
    assert attach(client, line).status_code == 404
    for sent in ({}, {"remove": "1"}):
        assert client.post(reverse("group-file", args=[file.pk]), sent).status_code == 404
    assert GroupFileContent.objects.count() == 1


def test_a_line_is_reached_through_its_own_group_only(client, operator, line):
    other = make_group(team=line.team, owner=operator)
    assert client.get(reverse("line-receipts", args=[other.pk, line.pk])).status_code == 404
    assert client.get(reverse("line-receipts", args=[other.pk, 10**30])).status_code == 404


def test_a_line_holds_as_many_receipts_as_it_may(client, operator, line, monkeypatch):
    monkeypatch.setattr(papers, "MOST_RECEIPTS", 1)
    other = make_line(line.group, "6.00", by=operator)
    assert attach(client, line).status_code == 302
    assert attach(client, other).status_code == 302
    page = attach(client, line)
    assert page.status_code == 422
    assert "remove one first" in page.content.decode()
    assert GroupFile.objects.filter(line=line).count() == 1


def test_the_list_asks_no_more_for_many_receipts(client, operator, group):
    lists = [reverse("group-ledger", args=[group.pk]), reverse("group-lines", args=[group.pk])]
    for each in lists:
        client.get(each)
    today = timezone.localdate()  # the list begins with the lines of late
    line = make_line(group, "1.00", on=today, by=operator)
    asked = [_queries(client, each) for each in lists]
    for number in range(3):
        attach(client, line, f"{number}.png")
        attach(client, make_line(group, "2.00", on=today, by=operator))
    assert [_queries(client, each) for each in lists] == asked
    assert "3 receipts<" in client.get(lists[1]).content.decode()


def _queries(client, address):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_the_database_refuses_plain_text_as_a_receipt(line):
    file = receipts.add(line=line, receipt=picture(), token=uuid4(), by=line.entered_by, now=timezone.now())
    with pytest.raises(IntegrityError, match="a receipt is no plain text"), transaction.atomic():
        GroupFile.objects.filter(pk=file.pk).update(kind="csv")


def test_the_rule_takes_other_kinds_for_a_file_than_for_a_receipt():
    assert kind_of("a.csv", b"a,b") == "csv"
    with pytest.raises(FileNotTaken, match="unknown_ending"):
        kind_of("a.csv", b"a,b", RECEIPT_KINDS)
    assert kind_of("a.png", PNG, RECEIPT_KINDS) == "png"


@pytest.mark.django_db(transaction=True)
def test_two_submits_at_once_keep_one_line_and_one_receipt(group):
    token, now = uuid4(), timezone.now()
    entry = {"group": group, "kind": "revenue", "on": timezone.localdate(), "token": token, "by": group.owner}

    def enter():
        return receipts.enter_line(amount=Decimal(5), receipt=picture(), now=now, **entry).pk

    assert len(set(at_once(enter, enter))) == 1
    assert GroupFile.objects.get().line == LedgerLine.objects.get()

"""The pages of an imported list: what is refused is said with what to do, and nothing is written by looking."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from groups import registry_import
from groups.models import Group, RegistryImport
from groups.tests.making import make_group, make_team, make_user

pytestmark = pytest.mark.django_db
TEXT = "群名,平台编号 X,创建时间\nA,wr1,2026-09-01\nB,wr2,2026/13/1\n"


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def op(team, client):
    user = make_user(team, language="en")
    client.force_login(user)
    return user


@pytest.fixture
def upload(team, op):
    return registry_import.receive(
        team=team, platform="wecom", file_name="list.csv", content=TEXT.encode(), by=op, now=timezone.now()
    )


def send(client, content, team, name="list.csv"):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("registry-import-new"), {"team": team.pk, "platform": "wecom", "file": file})


def test_a_file_leads_to_its_columns(client, op, team):
    answer = send(client, TEXT.encode("gb18030"), team, "../../报表\r\n.csv")
    upload = RegistryImport.objects.get()
    assert answer.url == reverse("registry-import-columns", args=[upload.pk])
    assert "/" not in upload.file_name and "\r" not in upload.file_name
    page = client.get(answer.url).content.decode()
    assert "read as GB18030" in page
    assert "2 columns were recognised" in page
    assert not Group.objects.exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"%PDF-1.7", "This is a PDF. Export the list"),
        (b"PK\x03\x04", "This archive is damaged"),
        (b"", "This file is empty"),
        (b"\xd0\xcf\x11\xe0" + b"0" * 99, "old .xls format"),
    ],
)
def test_what_is_no_list_is_refused_with_what_to_do(client, op, team, content, sentence):
    answer = send(client, content, team)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not RegistryImport.objects.exists()


def test_a_list_of_another_team_is_not_taken(client, op):
    assert send(client, TEXT.encode(), make_team()).status_code == 422
    assert not RegistryImport.objects.exists()


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"column_0": "", "column_2": "opened_on"}, "Choose the column with the group name"),
        ({"column_0": "name", "column_1": "name"}, "Two columns cannot both be Group name"),
        ({"column_0": "name", "column_1": "team_id"}, "Select a valid choice"),
    ],
)
def test_columns_that_do_not_fit_are_said(client, upload, columns, sentence):
    answer = client.post(reverse("registry-import-columns", args=[upload.pk]), columns)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_columns_are_matched_by_hand(client, upload):
    sent = {"column_0": "name", "column_1": "external_id", "column_2": "opened_on", "column_99": "owner"}
    answer = client.post(reverse("registry-import-columns", args=[upload.pk]), sent)
    assert answer.url == reverse("registry-import", args=[upload.pk])
    upload.refresh_from_db()
    assert upload.mapping == {"name": 0, "external_id": 1, "opened_on": 2}


def test_all_or_nothing_is_kept(client, upload):
    address = reverse("registry-import", args=[upload.pk])
    answer = client.post(address, {"which": "all"})
    assert answer.status_code == 422
    assert "Nothing was written" in answer.content.decode()
    assert not Group.objects.exists()
    assert client.post(address, {"which": "good"}).status_code == 302
    assert Group.objects.get().name == "A"
    assert client.post(address, {"which": "good"}).status_code == 302
    assert Group.objects.count() == 1


def test_forged_fields_of_a_confirmation_do_nothing(client, upload, team):
    other = make_team()
    client.post(
        reverse("registry-import", args=[upload.pk]), {"team": other.pk, "by": "1", "state": "done", "rows": "9"}
    )
    assert Group.objects.get().team == team


def test_somebody_who_was_faster_is_said_and_nothing_written(client, upload, monkeypatch):
    def faster(**_kwargs):
        raise IntegrityError

    monkeypatch.setattr(registry_import, "write", faster)
    answer = client.post(reverse("registry-import", args=[upload.pk]), {"which": "good"})
    assert answer.status_code == 409
    assert "The registry changed meanwhile" in answer.content.decode()


def test_rows_that_were_deleted_are_said(client, upload):
    RegistryImport.objects.update(sealed=None)
    page = client.get(reverse("registry-import", args=[upload.pk])).content.decode()
    assert "Upload the file again" in page
    assert client.get(reverse("registry-import-errors", args=[upload.pk])).status_code == 302
    assert client.get(reverse("registry-import-columns", args=[upload.pk])).status_code == 302
    assert client.post(reverse("registry-import", args=[upload.pk])).status_code == 302
    assert not Group.objects.exists()


def test_the_team_that_somebody_left_takes_nothing_more(client, upload, op, team):
    """Case 33: whoever was moved to another team since the upload writes nothing into the old one."""
    op.memberships.all().delete()
    assert client.post(reverse("registry-import", args=[upload.pk])).status_code == 404
    op = type(op).objects.get(pk=op.pk)
    make_group(team=team, name="A")
    assert all(row.fate != "new" for row in registry_import.preview(upload, by=op).rows)

"""The pages of an imported list: what is refused is said with what to do, and nothing is written by looking."""

import codecs
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from groups.models import Group, ListPage, RegistryImport
from groups.sheets import group_list
from groups.sheets.refusal import FileRefused
from groups.tests.making import make_group, make_team, make_user
from groups.tests.making_lists import previewed, worked, written

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
    return previewed(team, op, TEXT.encode())


def send(client, content, team, name="list.csv"):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("registry-import-new"), {"team": team.pk, "platform": "wecom", "file": file})


def test_a_file_leads_to_its_columns(client, op, team):
    answer = send(client, TEXT.encode("gb18030"), team, "../../报表\r\n.csv")
    upload = RegistryImport.objects.get()
    assert answer.url == reverse("registry-import", args=[upload.pk])
    assert "/" not in upload.file_name and "\r" not in upload.file_name
    page = client.get(answer.url).content.decode()
    assert "Waiting for a worker" in page and "every 2s" in page
    worked(upload)
    columns = reverse("registry-import-columns", args=[upload.pk])
    assert client.get(answer.url).url == columns
    assert client.get(answer.url, headers={"hx-request": "true"}).headers["HX-Redirect"] == columns
    page = client.get(columns).content.decode()
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
    upload = worked(upload)
    assert upload.mapping == {"name": 0, "external_id": 1, "opened_on": 2}
    assert "2026/13/1" in client.get(answer.url + "?show=refused").content.decode()


def test_all_or_nothing_is_kept(client, upload):
    address = reverse("registry-import", args=[upload.pk])
    assert client.post(address, {"which": "all"}).status_code == 302
    assert "Waiting for a worker" in client.get(address).content.decode()
    worked(upload)
    assert "Nothing was written" in client.get(address).content.decode()
    assert not Group.objects.exists()
    for _ in range(2):
        assert client.post(address, {"which": "good"}).status_code == 302
        worked(upload)
    assert Group.objects.get().name == "A"
    page = client.get(address).content.decode()
    assert "Import complete" in page and "every 2s" not in page
    assert client.get(reverse("registry-import-errors", args=[upload.pk])).status_code == 200


def test_the_page_that_waits_has_the_styles_of_the_pages_that_it_turns_into(client, upload, op):
    """A poll puts the next page in the place of its content; what the head links stays."""
    address = reverse("registry-import", args=[upload.pk])

    def styles():
        return set(re.findall(r'href="([^"]+\.css)"', client.get(address).text))

    preview = styles()
    client.post(address)
    waiting = styles()
    worked(upload)
    assert preview | styles() <= waiting


def test_forged_fields_of_a_confirmation_do_nothing(client, upload, team):
    other = make_team()
    client.post(
        reverse("registry-import", args=[upload.pk]), {"team": other.pk, "by": "1", "state": "done", "rows": "9"}
    )
    worked(upload)
    assert Group.objects.get().team == team


def test_a_list_is_cancelled_and_its_rows_forgotten(client, upload):
    address = reverse("registry-import", args=[upload.pk])
    assert client.post(reverse("registry-import-cancel", args=[upload.pk])).url == address
    assert "This import was cancelled" in client.get(address).content.decode()
    client.post(address, {"which": "good"})
    worked(upload)
    assert not Group.objects.exists() and not ListPage.objects.exists()


def test_a_preview_is_read_page_by_page(client, op, team, django_assert_max_num_queries):
    make_group(team=team, owner=op, name="群 3", layer="none")
    rows = "".join(f"群 {n},2026-09-01,{'mass' if n == 3 else ''}\n" for n in range(120))
    upload = previewed(team, op, f"群名,创建时间,分层\n{rows}".encode())
    address = reverse("registry-import", args=[upload.pk])
    page = client.get(address).content.decode()
    assert "Layer: " in page and "Not in a funnel" in page and "Mass group" in page
    with django_assert_max_num_queries(8):
        page = client.get(f"{address}?show=new&page=3").content.decode()
    assert "101 to 119 of 119" in page and "群 119" in page and "群 1<" not in page
    for odd in ("?show=new&page=99999", "?show=x&page=-1", "?show=refused&page=%00", "?page=0"):
        assert client.get(address + odd).status_code == 200


@pytest.mark.parametrize(("file_type", "language"), [("csv", "en"), ("xlsx", "zh-hans")])
def test_an_empty_list_to_fill_in_is_understood(client, op, team, tmp_path, file_type, language):
    answer = client.get(reverse("registry-import-template", args=[file_type]), {"lang": language})
    content = b"".join(answer.streaming_content)
    path = tmp_path / "list"
    path.write_bytes(content)
    assert file_type == "xlsx" or content.startswith(codecs.BOM_UTF8)
    with pytest.raises(FileRefused) as refused:
        group_list.read(path, group_list.LIMITS)
    assert refused.value.code == "only_header", "its header is known, and no example would be imported"
    assert client.get(reverse("registry-import-template", args=["exe"])).status_code == 404


def test_rows_that_were_deleted_are_said(client, upload):
    RegistryImport.objects.update(sealed=None)
    client.post(reverse("registry-import", args=[upload.pk]))
    worked(upload)
    page = client.get(reverse("registry-import", args=[upload.pk])).content.decode()
    assert "Upload the file again" in page
    assert client.get(reverse("registry-import-errors", args=[upload.pk])).status_code == 302
    assert client.get(reverse("registry-import-columns", args=[upload.pk])).status_code == 302
    assert not Group.objects.exists()


def test_the_team_that_somebody_left_takes_nothing_more(client, upload, op, team):
    """Case 33: whoever was moved to another team since the upload writes nothing into the old one."""
    op.memberships.all().delete()
    assert client.post(reverse("registry-import", args=[upload.pk])).status_code == 404
    op = type(op).objects.get(pk=op.pk)
    make_group(team=team, name="A")
    assert written(upload, op).foreseen == {"refused": 2}

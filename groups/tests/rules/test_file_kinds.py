import io
import zipfile

import pytest
import xlsxwriter

from groups.rules.file_kinds import MOST_BYTES, FileNotTaken, kept_name, kind_of


def workbook():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet().write(0, 0, "群名")
    return out.getvalue()


def archive():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("evil.exe", b"MZ")
    return out.getvalue()


PNG = b"\x89PNG\r\n\x1a\n0000"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.pdf", b"%PDF-1.7 x", "pdf"),
        ("A.PNG", PNG, "png"),
        ("a.jpeg", b"\xff\xd8\xff\xe0", "jpg"),
        ("a.webp", b"RIFF0000WEBPVP8 ", "webp"),
        ("a.xlsx", workbook(), "xlsx"),
        ("a.csv", "群名,人数\n".encode(), "csv"),
        ("a.csv", "群名,人数\n".encode("gb18030"), "csv"),
        ("a.txt", b"plain", "csv"),
        ("a.txt", b"plain words\tof a text\r\n", "csv"),
    ],
)
def test_a_file_is_what_its_bytes_and_its_name_say(name, content, kind):
    assert kind_of(name, content) == kind


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"", "empty"),
        ("a.pdf", b"%PDF-" + b"0" * MOST_BYTES, "too_large"),
        ("报表.xlsx%00.exe", workbook(), "unknown_ending"),
        ("pdf", b"%PDF-1.7", "unknown_ending"),
        ("a.svg", b"<svg onload=alert(1)>", "unknown_ending"),
        ("a.html", b"<script>", "unknown_ending"),
        ("a.pdf", PNG, "other_content"),
        ("a.png", b"%PDF-1.7", "other_content"),
        ("a.csv", b"<html><script>alert(1)</script>", "other_content"),
        ("a.csv", b"\xef\xbb\xbf <svg/>", "other_content"),
        ("a.csv", b"MZ\x00\x01", "other_content"),
        ("a.xlsx", archive(), "other_content"),
        ("a.webp", b"RIFF0000WAVE", "other_content"),
    ],
)
def test_what_may_not_lie_there_is_refused(name, content, code):
    with pytest.raises(FileNotTaken) as refused:
        kind_of(name, content)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("name", "kept"),
    [("a.jpeg", "a.jpg"), ("x" * 300 + ".pdf", "x" * 100 + ".pdf"), (".pdf", "-.pdf"), ("a. .pdf", "a.pdf")],
)
def test_a_name_is_kept_short_and_with_the_ending_of_its_content(name, kept):
    assert kept_name(name, kept.rpartition(".")[2]) == kept


def test_a_place_may_take_fewer_kinds():
    with pytest.raises(FileNotTaken) as refused:
        kind_of("a.pdf", b"%PDF-1.7 x", frozenset({"png"}))
    assert refused.value.code == "unknown_ending"
    assert kind_of("a.png", PNG, frozenset({"png"})) == "png"

"""Hostile and wrong files: refused in bounded time and memory with what to do; the caller survives."""

from __future__ import annotations

import gzip
import io
import subprocess
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter
from django.utils import translation

from groups.sheets.limits import MB, UPLOAD
from groups.sheets.refusal import FileRefused
from lifecycle.file_safety import read_in_child
from lifecycle.import_words import FILES, file_problem
from lifecycle.sources.reading import Terms, read
from lifecycle.tests.files import HEADER, LAST_DAY, csv_text, slack_export, workbook, zipped

OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def sheet_xml(dimension: str, rows: str, prologue: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{prologue}'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<dimension ref="{dimension}"/><sheetData>{rows}</sheetData></worksheet>'
    )


def tampered(**entries: str | bytes) -> bytes:
    """A workbook with some entries replaced or added; `__` in a name stands for a slash."""
    content = io.BytesIO()
    wanted = {name.replace("__", "/"): entry for name, entry in entries.items()}
    with (
        zipfile.ZipFile(io.BytesIO(workbook())) as source,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            if name not in wanted:
                target.writestr(name, source.read(name))
        for name, entry in wanted.items():
            target.writestr(name, entry)
    return content.getvalue()


def encrypted_zip() -> bytes:
    content = bytearray(zipped({"channels.json": []}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    return bytes(content)


def many_sheets(count: int) -> bytes:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    for _ in range(count):
        book.add_worksheet()
    book.close()
    return content.getvalue()


WRONG = {
    "empty": (b"", "empty_file"),
    "header only": (csv_text(lines=[]).encode(), "only_header"),
    "picture as xlsx": (b"\x89PNG\r\n\x1a\n" + bytes(100), "picture"),
    "pdf": (b"%PDF-1.7 ...", "pdf"),
    "web page as xls": (b"\xef\xbb\xbf<html><table><tr><td>1</td></tr></table></html>", "web_page"),
    "spreadsheet xml": (b'<?xml version="1.0"?><Workbook/>', "web_page"),
    "old workbook": (OLE + bytes(600), "old_workbook"),
    "workbook with password": (OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "encrypted_workbook"),
    "macros": (tampered(**{"xl__vbaProject.bin": b"x"}), "macro_workbook"),
    "numbers": (zipped({"Index/Document.iwa": b"x", "Index/Tables.iwa": b"x"}), "numbers_file"),
    "word document": (zipped({"[Content_Types].xml": "<x/>", "word/document.xml": "<x/>"}), "unknown_archive"),
    "any zip": (zipped({"a.txt": "x"}), "unknown_archive"),
    "cut off zip": (slack_export({})[:-30], "broken_archive"),
    "zip with password": (encrypted_zip(), "encrypted_archive"),
    "binary": (bytes(range(256)) * 20, "unknown_file"),
    "program": (b"\x7fELF" + bytes(4000), "unknown_file"),
    "gzip in gzip": (gzip.compress(gzip.compress(b"x")), "unknown_archive"),
    "too many sheets": (many_sheets(21), "too_many_sheets"),
    "workbook without sheet data": (tampered(**{"xl__worksheets__sheet1.xml": "<worksheet>"}), None),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_is_refused_with_what_it_is(case, tmp_path):
    """Case 41; the sentences are those of test_every_problem_has_a_sentence_in_both_languages."""
    content, code = WRONG[case]
    with pytest.raises(FileRefused) as refused:
        here(content, tmp_path)
    assert code is None or refused.value.code == code
    assert refused.value.code in FILES


def here(content: bytes, folder: Path, limits=UPLOAD):
    path = folder / "upload"
    path.write_bytes(content)
    return read(path, folder, Terms("Asia/Shanghai", LAST_DAY, limits), b"key")


def child(content: bytes, folder: Path, limits=UPLOAD):
    path = folder / "upload"
    path.write_bytes(content)
    spool = folder / "spool"
    spool.mkdir()
    return read_in_child(path, spool, Terms("Asia/Shanghai", LAST_DAY, limits), b"key")


def test_every_problem_has_a_sentence_in_both_languages():
    figures = {"most": 1, "line": 2, "name": "n", "group": "g", "fault": "f", "at": "a", "date": "d"}
    for code in FILES:
        with translation.override("en"):
            english = str(file_problem(code, figures))
        assert "{" not in english and len(english) > 20, code


def test_a_csv_named_xlsx_is_read_as_what_it_is(tmp_path):
    assert len(here(csv_text().encode(), tmp_path).rows) == 3


# --- bombs


def a_bomb_of_rows() -> bytes:
    """1.5 million rows, 7 MB unpacked from 60 kB, without a <dimension>."""
    row = b'<row><c t="n"><v>1</v></c></row>'
    return tampered(
        **{
            "xl__worksheets__sheet1.xml": b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            b"<sheetData>" + row * 1_500_000 + b"</sheetData></worksheet>"
        }
    )


BOMBS = {
    "rows": a_bomb_of_rows,
    "shared strings": lambda: tampered(**{"xl__sharedStrings.xml": b"<sst><si><t>" + b"x" * (60 * MB)}),
    "ten thousand sheets": lambda: tampered(**{f"xl__worksheets__s{n}.xml": b"<x/>" for n in range(10_000)}),
    "chat archive": lambda: zipped({"channels.json": [], "general/2026-09-01.json": b"[" + b" " * (30 * MB) + b"]"}),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_within_a_second_by_its_directory(bomb, tmp_path):
    """Case 39; test_without_limits_the_same_file_is_read is its negative control."""
    content = BOMBS[bomb]()
    started = time.process_time()
    with pytest.raises(FileRefused) as refused:
        here(content, tmp_path)
    assert refused.value.code == "bomb"
    assert time.process_time() - started < 1


def test_a_gzip_bomb_stops_at_the_limit(tmp_path):
    with pytest.raises(FileRefused) as refused:
        here(gzip.compress(b"0" * (3 * MB)), tmp_path, replace(UPLOAD, unpacked_bytes=2 * MB))
    assert refused.value.code == "bomb"
    assert (tmp_path / "unpacked").stat().st_size <= 2 * MB


LAX = replace(UPLOAD, workbook_bytes=4096 * MB, ratio=10**9, rows=10**9)


def test_the_child_limit_ends_what_the_directory_would_let_through(tmp_path):
    """With the first protection off the second one holds: memory, then time."""
    content = tampered(**{"xl__sharedStrings.xml": shared_strings(200 * MB)})
    with pytest.raises(FileRefused) as refused:
        child(content, tmp_path, replace(LAX, memory_bytes=300 * MB))
    assert refused.value.code in ("too_heavy", "broken_workbook")


def shared_strings(size: int) -> bytes:
    one = b"<si><t>" + b"x" * 1000 + b"</t></si>"
    return (
        b'<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        + one * (size // len(one))
        + b"</sst>"
    )


def test_a_child_that_hangs_is_ended_by_the_clock(tmp_path):
    lines = [["g", "2026-09-01", n, 1, 1] for n in range(150_000)]
    started = time.monotonic()
    with pytest.raises(FileRefused) as refused:
        child(csv_text(lines=lines).encode(), tmp_path, replace(UPLOAD, wall_seconds=0.05))
    assert refused.value.code == "too_heavy"
    assert time.monotonic() - started < 10


def test_without_limits_the_same_file_is_read(tmp_path):
    """Negative control: what the two tests above refuse is refused by the limits alone."""
    assert len(child(csv_text(lines=[["g", "2026-09-01", 1, 1, 1]]).encode(), tmp_path).rows) == 1


def test_an_endless_dimension_is_not_believed(tmp_path):
    rows = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in line) + "</row>"
        for line in [HEADER, ["a", "2026-09-01", "1", "1", "1"]]
    )
    content = tampered(**{"xl__worksheets__sheet1.xml": sheet_xml("A1:XFD1048576", rows)})
    started = time.process_time()
    assert len(child(content, tmp_path).rows) == 1
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "prologue",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY e "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/evil.dtd">',
    ],
    ids=["external entity", "entities", "external definition"],
)
def test_entities_of_a_workbook_are_never_resolved(prologue, tmp_path):
    """Case 40."""
    cells = [*HEADER[:2], "消息数"], ["&e;", "2026-09-01", "1"], ["b", "2026-09-01", "1"]
    rows = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in line) + "</row>" for line in cells
    )
    content = tampered(**{"xl__worksheets__sheet1.xml": sheet_xml("A1:C3", rows, prologue)})
    try:
        keys = [group.key for group in child(content, tmp_path).groups]
    except FileRefused as refused:
        keys = []
        assert refused.code == "broken_workbook"
    assert not any("root" in key or "aaaa" in key for key in keys)


def test_a_formula_counts_with_the_value_that_was_saved_with_it(tmp_path):
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    sheet.write_row(1, 0, ["a", "2026-09-01", 1, 1, 1])
    sheet.write_formula(1, 3, "='[http://127.0.0.1:9/evil.xlsx]Sheet1'!A1", value=7)
    book.close()
    found = child(content.getvalue(), tmp_path)
    assert found.rows["messages"].tolist() == [7]


def test_the_member_key_is_told_to_nobody(tmp_path, monkeypatch):
    """Neither the command line nor the environment of the child holds it."""
    seen = {}
    real = subprocess.Popen

    def watching(arguments, **keywords):
        seen.update(arguments=arguments, env=keywords["env"])
        return real(arguments, **keywords)

    monkeypatch.setattr(subprocess, "Popen", watching)
    child(csv_text().encode(), tmp_path)
    assert b"key".hex() not in str(seen) and "SECRET_KEY" not in seen["env"]

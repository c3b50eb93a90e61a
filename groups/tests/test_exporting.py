"""Files for spreadsheets, read back by another program than the one that wrote them."""

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from groups import exporting
from groups.exporting import Column, Kind, TooManyRows, as_download, spooled

COLUMNS = [Column("群名"), Column("Net", Kind.MONEY), Column("Members", Kind.NUMBER), Column("Opened", Kind.DAY)]
ROWS = [
    ("=HYPERLINK(1)", Decimal("-5.00"), 312, date(2026, 11, 22)),
    ("https://example.test", Decimal("0.10"), 0, None),
    ("123456789012345678", None, None, None),
    ("＝1+1\0", Decimal("1234567.89"), 1, date(2020, 2, 29)),
]


def content_of(rows, file_type):
    file, count = spooled(COLUMNS, iter(rows), file_type)
    with file:
        return file.read(), count


def test_csv_begins_with_its_mark_and_keeps_numbers_plain():
    content, count = content_of(ROWS, "csv")
    assert content.startswith(b"\xef\xbb\xbf")
    assert count == 4
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows == [
        ["群名", "Net", "Members", "Opened"],
        ["'=HYPERLINK(1)", "-5.00", "312", "2026-11-22"],
        ["https://example.test", "0.10", "0", ""],
        ["123456789012345678", "", "", ""],
        ["'＝1+1", "1234567.89", "1", "2020-02-29"],
    ]


def test_xlsx_holds_numbers_days_and_texts_but_no_formula():
    content, count = content_of(ROWS, "xlsx")
    assert count == 4
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    assert sheet.to_python()[1:] == [
        ["'=HYPERLINK(1)", -5.0, 312.0, date(2026, 11, 22)],
        ["https://example.test", 0.1, 0.0, ""],
        ["123456789012345678", "", "", ""],
        ["'＝1+1", 1234567.89, 1.0, date(2020, 2, 29)],
    ]
    xml = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in xml
    assert b"hyperlink" not in xml.lower().replace(b"=hyperlink(1)", b"")


@pytest.mark.parametrize("file_type", ["csv", "xlsx"])
def test_more_rows_than_a_sheet_holds_make_no_file(monkeypatch, file_type):
    monkeypatch.setattr(exporting, "MOST_ROWS", 3)
    with pytest.raises(TooManyRows):
        spooled(COLUMNS, iter(ROWS), file_type)


@pytest.mark.parametrize("file_type", ["csv", "xlsx"])
def test_a_download_is_saved_under_its_name_and_never_opened(file_type):
    file, _count = spooled(COLUMNS, iter(ROWS), file_type)
    with file:
        answer = as_download(file, "社群-2026-11-22", file_type)
        assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''%E7%A4%BE%E7%BE%A4-2026")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert b"".join(answer.streaming_content)

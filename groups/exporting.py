"""Writes any table as a file for people's spreadsheets: CSV (UTF-8 with mark) or XLSX, row by row, never all at once.

    file, count = spooled([Column("Name", ...), Column("Net", Kind.MONEY)], rows, "xlsx")
    audit.record(verb="...", after={"rows": count}, ...)
    return as_download(file, "groups-2026-11-26", "xlsx")

`rows` is any iterable of tuples as wide as the columns; text, whole numbers, Decimal, dates and None (an empty cell).
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import IO, Any

import xlsxwriter
from django.http import FileResponse

from groups.rules.safe_cells import Value, safe_cell

MOST_ROWS = 1_000_000  # a sheet of XLSX ends at 1,048,576
IN_MEMORY = 1024 * 1024  # a larger file lies on the disk while it is sent
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Kind(StrEnum):
    """What a column holds, and so how XLSX shows it."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"  # yuan, two places
    DAY = "day"


FORMATS = {Kind.NUMBER: "#,##0.##", Kind.MONEY: "#,##0.00", Kind.DAY: "yyyy-mm-dd"}


@dataclass(frozen=True)
class Column:
    """A heading, what stands below it, and how wide it is in characters."""

    title: str
    kind: Kind = Kind.TEXT
    width: int = 14


class TooManyRows(Exception):
    """More rows than one sheet holds; narrow the filter. No file was made."""


def spooled(columns: Sequence[Column], rows: Iterable[Sequence[Value]], file_type: str) -> tuple[IO[bytes], int]:
    """The file, open at its beginning, and how many rows it holds. Raises TooManyRows."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        count = _WRITERS[file_type](file, columns, rows)
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        if size > IN_MEMORY:
            return file, count
        small = io.BytesIO(file.read())
    except BaseException:
        file.close()
        raise
    file.close()
    return small, count


def as_download(file: IO[bytes], name: str, file_type: str) -> FileResponse:
    """The answer that a browser saves under `name` (any language) with the ending of the type."""
    answer = FileResponse(file, as_attachment=True, filename=f"{name}.{file_type}", content_type=TYPES[file_type])
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _write_csv(file: IO[bytes], columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> int:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([safe_cell(column.title) for column in columns])
    count = 0
    for row in _counted(rows):
        writer.writerow(["" if value is None else safe_cell(value) for value in row])
        count += 1
    text.flush()
    text.detach()
    return count


def _write_xlsx(file: IO[bytes], columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> int:
    """Every text is written as a text, so that none becomes a formula, link or number here either."""
    count = 0
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:  # its temporary files go when it closes
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        formats = {kind: book.add_format({"num_format": shown}) for kind, shown in FORMATS.items()}
        for at, column in enumerate(columns):
            sheet.set_column(at, at, column.width)
            sheet.write_string(0, at, str(safe_cell(column.title)), bold)
        sheet.freeze_panes(1, 1)
        for count, row in enumerate(_counted(rows), start=1):
            for at, (column, value) in enumerate(zip(columns, row, strict=True)):
                _write_cell(sheet, count, at, value, formats.get(column.kind))
    return count


def _write_cell(sheet: Any, line: int, at: int, value: Value, shown: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, str):
        sheet.write_string(line, at, str(safe_cell(value))[:32_767])
    elif isinstance(value, bool):
        sheet.write_boolean(line, at, value)
    elif hasattr(value, "isoformat"):
        sheet.write_datetime(line, at, value, shown)
    else:
        sheet.write_number(line, at, value, shown)


def _counted(rows: Iterable[Sequence[Value]]) -> Iterable[Sequence[Value]]:
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise TooManyRows
        yield row


_WRITERS = {"csv": _write_csv, "xlsx": _write_xlsx}

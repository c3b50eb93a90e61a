"""Opens CSV text and XLSX workbooks as rows of cells, and finds the header row. Row numbers are those of the file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, ZipError

from lifecycle.sources.encodings import encoding_of
from lifecycle.sources.headers import fields_of
from lifecycle.sources.refusal import FileRefused

DELIMITERS = ",\t;|"
HEADER_WITHIN = 10  # exports put a title or a period above the header
MOST_COLUMNS = 100
MOST_SHEETS = 20
LONGEST_CELL = 65_536

NumberedRow = tuple[int, list[Any]]
Places = Callable[[list[str]], dict[str, int]]  # the place of each recognised field in a row of headers


@dataclass
class Table:
    """A header with its recognised fields, and the rows below it."""

    headers: list[str]
    places: dict[str, int]
    rows: Iterator[NumberedRow]
    encoding: str


def open_table(
    path: Path,
    *,
    is_workbook: bool,
    needed: frozenset[str] = frozenset({"group", "date"}),
    places: Places = fields_of,
) -> Table:
    """The table in a file; refuses a file in which no row of the first ten names the needed fields."""
    return _open_workbook(path, needed, places) if is_workbook else _open_text(path, needed, places)


def _open_text(path: Path, needed: frozenset[str], places: Places) -> Table:
    encoding = encoding_of(path)
    csv.field_size_limit(LONGEST_CELL)
    delimiter = _delimiter_of(path, encoding, places)
    table = _below_header(_text_rows(path, encoding, delimiter), encoding, needed, places)
    if table is None:
        raise FileRefused("no_header")
    return table


def _text_rows(path: Path, encoding: str, delimiter: str) -> Iterator[NumberedRow]:
    with path.open(encoding=encoding, errors="strict", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        try:
            for cells in reader:
                if len(cells) > MOST_COLUMNS:
                    raise FileRefused("too_many_columns", most=MOST_COLUMNS)
                yield reader.line_num, cells
        except csv.Error as error:
            raise FileRefused("broken_csv", line=reader.line_num) from error


def _delimiter_of(path: Path, encoding: str, places: Places) -> str:
    """The delimiter under which the first lines name the most fields."""
    with path.open(encoding=encoding, newline="") as file:
        lines = [line[:LONGEST_CELL] for line in islice(file, HEADER_WITHIN)]
    return max(
        DELIMITERS,
        key=lambda mark: max((len(places(cells)) for cells in csv.reader(lines, delimiter=mark)), default=0),
    )


def _open_workbook(path: Path, needed: frozenset[str], places: Places) -> Table:
    try:
        book = CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        if len(names) > MOST_SHEETS:
            raise FileRefused("too_many_sheets", most=MOST_SHEETS)
        for name in names:
            sheet = book.get_sheet_by_name(name)
            if sheet.width > MOST_COLUMNS:
                raise FileRefused("too_many_columns", most=MOST_COLUMNS)
            first = sheet.start[0] + 1 if sheet.start else 1
            table = _below_header(enumerate(sheet.iter_rows(), start=first), "xlsx", needed, places)
            if table is not None:
                return table
    except (CalamineError, ZipError, OSError, ValueError) as error:
        raise FileRefused("broken_workbook") from error
    raise FileRefused("no_header")


def _below_header(rows: Iterable[NumberedRow], encoding: str, needed: frozenset[str], places: Places) -> Table | None:
    rows = iter(rows)
    for _, cells in islice(rows, HEADER_WITHIN):
        headers = [cell if isinstance(cell, str) else "" for cell in cells]
        found = places(headers)
        if needed <= found.keys():
            first = next(rows, None)
            if first is None:
                raise FileRefused("only_header")
            return Table(headers, found, chain([first], rows), encoding)
    return None

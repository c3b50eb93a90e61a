"""Looks into a table for a person: its header with what each column is taken for, first rows, and the refused rows.

The rows hold what people typed, so what is left here is only kept encrypted.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from groups.sheets.encodings import encoding_of
from groups.sheets.limits import Limits
from groups.sheets.refusal import FileRefused
from groups.sheets.tables import DELIMITERS, HEADER_WITHIN, LONGEST_CELL, MOST_COLUMNS, Table, open_table
from lifecycle.sources.choice import Choice
from lifecycle.sources.recognition import Shape, shape_of

EXAMPLES = 3
VALUE_KEPT = 40
FIELDS_NEEDED = frozenset({"group", "date"})


def leave(path: Path, folder: Path, limits: Limits, choice: Choice, refused: Mapping[int, list[list[str]]]) -> None:
    """Write peek.json and, when rows were refused, mend.json into the folder; nothing for what is no table."""
    unpacked = folder / "unpacked"
    path = unpacked if unpacked.exists() else path
    try:
        shape = shape_of(path, limits)
        if shape not in (Shape.TEXT, Shape.WORKBOOK):
            return
        seen = _below_its_header(path, shape is Shape.WORKBOOK, choice) or _as_it_lies(path, shape is Shape.WORKBOOK)
    except FileRefused:
        return
    if seen is None:
        return
    headers, fields, encoding, rows = seen
    examples = [[_shown(cell) for cell in cells] for _line, cells in islice(rows, EXAMPLES)]
    _write(folder / "peek.json", {"encoding": encoding, "headers": headers, "fields": fields, "examples": examples})
    if refused:
        _leave_refused(path, folder, shape is Shape.WORKBOOK, choice, refused)


def _below_its_header(path: Path, is_workbook: bool, choice: Choice) -> tuple[list[str], list[str], str, Any] | None:
    try:
        table = _open(path, is_workbook, choice)
    except FileRefused:
        return None
    return table.headers, _fields(table.places, len(table.headers)), table.encoding, table.rows


def _as_it_lies(path: Path, is_workbook: bool) -> tuple[list[str], list[str], str, Any] | None:
    """The first rows of a table whose header does not name itself: the widest of them is taken for it."""
    if is_workbook:
        table = open_table(path, is_workbook=True, fields_of=_anything, needed=frozenset({"group"}))
        return table.headers, [""] * len(table.headers), table.encoding, table.rows
    encoding = encoding_of(path)
    with path.open(encoding=encoding, newline="") as file:
        lines = [line[:LONGEST_CELL] for line in islice(file, HEADER_WITHIN)]
    tables = [list(csv.reader(lines, delimiter=mark)) for mark in DELIMITERS]
    rows = max(tables, key=lambda rows: max((len(cells) for cells in rows), default=0))
    widest = max((len(cells) for cells in rows), default=0)
    if not 2 <= widest <= MOST_COLUMNS:
        return None
    at = next(n for n, cells in enumerate(rows) if len(cells) == widest)
    return rows[at], [""] * widest, encoding, enumerate(rows[at + 1 :], at + 2)


def _leave_refused(
    path: Path, folder: Path, is_workbook: bool, choice: Choice, refused: Mapping[int, list[list[str]]]
) -> None:
    table = _open(path, is_workbook, choice)
    rows = [[line, [_plain(cell) for cell in cells], refused[line]] for line, cells in table.rows if line in refused]
    _write(folder / "mend.json", {"headers": table.headers, "rows": rows})


def _open(path: Path, is_workbook: bool, choice: Choice) -> Table:
    return open_table(path, is_workbook=is_workbook, fields_of=choice.fields_of, needed=FIELDS_NEEDED)


def _anything(cells: list[str]) -> dict[str, int]:
    return {"group": 0} if sum(1 for cell in cells if cell) >= 2 else {}


def _fields(places: dict[str, int], width: int) -> list[str]:
    """The field of each column; a name that stands for the group as well is told as the name."""
    fields = [""] * width
    for name, place in places.items():
        if not fields[place] or name == "name":
            fields[place] = name
    return fields


def _plain(cell: Any) -> Any:
    return cell if cell is None or isinstance(cell, (str, int, float, bool)) else str(cell)


def _shown(cell: Any) -> str:
    text = "" if cell is None else str(cell)
    return "".join(c if c.isprintable() and not "\ud800" <= c <= "\udfff" else "\ufffd" for c in text[:VALUE_KEPT])


def _write(path: Path, told: dict[str, Any]) -> None:
    path.write_text(json.dumps(told), encoding="utf-8")

"""Coverage sheet, CSV or XLSX: one row is a group and the days between which a source was watching it.

Column group (or group_id) and any of observed_from (or first_message), observed_until, platform, name. An empty cell
is not told. The sheet comes from the person who knows the source: a cell that cannot be read refuses the sheet.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from groups.sheets.cells import day_of, key_of, name_of
from groups.sheets.limits import Limits
from groups.sheets.platforms import platform_of
from groups.sheets.refusal import CellRefused, FileRefused
from groups.sheets.tables import open_table
from lifecycle.sources.headers import fields_of
from lifecycle.sources.recognition import Shape, shape_of

# first day, last day, platform, name; each None or empty where the sheet does not tell it
Told = tuple[date | None, date | None, str, str]


def read(path: Path, limits: Limits) -> dict[str, Told]:
    """What the sheet tells by group key."""
    table = open_table(
        path,
        is_workbook=shape_of(path, limits) is Shape.WORKBOOK,
        fields_of=fields_of,
        needed=frozenset({"group", "observed_until"}),
    )
    places = {"observed_from": table.headers.index("first_message")} if "first_message" in table.headers else {}
    places |= table.places
    told: dict[str, Told] = {}
    for line, cells in table.rows:
        cell = {field: cells[place] for field, place in places.items() if place < len(cells)}
        if not any(value not in ("", None) for value in cell.values()):
            continue
        try:
            told[key_of(cell.get("group"))] = (
                _day(cell.get("observed_from")),
                _day(cell.get("observed_until")),
                platform_of(str(cell.get("platform") or "")),
                name_of(str(cell.get("name") or "")),
            )
        except CellRefused as refused:
            raise FileRefused("bad_coverage", line=line, problem=refused.code) from refused
    return told


def _day(cell: object) -> date | None:
    return None if cell in ("", None) else day_of(cell, date.max)

"""Reads one file of any supported kind into canonical rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from groups.sheets.archives import gunzip, is_gzip
from groups.sheets.limits import Limits
from groups.sheets.refusal import FileRefused
from groups.sheets.tables import open_table
from lifecycle.sources import daily_sheet, member_days, slack_export, telegram_export
from lifecycle.sources.canonical import Canonical, canonical
from lifecycle.sources.choice import Choice
from lifecycle.sources.gathering import Gathering
from lifecycle.sources.recognition import Shape, shape_of

KINDS = (daily_sheet.KIND, member_days.KIND, slack_export.KIND, telegram_export.KIND)
SHEETS = (member_days, daily_sheet)


@dataclass(frozen=True)
class Terms:
    """What a reader must be told: the business time zone, the last day that may stand in a file, the limits, and what
    a person said of tables."""

    zone: str
    last_day: date
    limits: Limits
    choice: Choice = field(default_factory=Choice)


def read(
    path: Path, folder: Path, terms: Terms, member_key: bytes, tell: Callable[[int], None] = lambda rows: None
) -> Canonical:
    """The canonical rows of a file; FileRefused when nothing of it can be used. `folder` takes what is unpacked."""
    if is_gzip(path):
        gunzip(path, folder / "unpacked", terms.limits)
        path = folder / "unpacked"
    shape = shape_of(path, terms.limits)
    if shape is Shape.SLACK:
        gathering = Gathering(kind=slack_export.KIND, most_rows=terms.limits.rows, tell=tell)
        slack_export.read(path, gathering, zone=terms.zone, last_day=terms.last_day)
    elif shape is Shape.TELEGRAM:
        gathering = Gathering(kind=telegram_export.KIND, most_rows=terms.limits.rows, tell=tell)
        telegram_export.read(path, gathering, zone=terms.zone, last_day=terms.last_day)
    else:
        gathering = _read_sheet(path, shape is Shape.WORKBOOK, terms, tell)
    found = canonical(gathering, member_key)
    if not len(found.rows) and not found.rows_refused:
        raise FileRefused("only_header")
    return found


def _read_sheet(path: Path, is_workbook: bool, terms: Terms, tell: Callable[[int], None]) -> Gathering:
    table = open_table(
        path, is_workbook=is_workbook, fields_of=terms.choice.fields_of, needed=frozenset({"group", "date"})
    )
    chosen = terms.choice.kind_of(table.headers)
    for sheet in SHEETS:
        if sheet.recognises(table.places) and chosen in ("", sheet.KIND):
            gathering = Gathering(kind=sheet.KIND, most_rows=terms.limits.rows, tell=tell)
            gathering.encoding = table.encoding
            sheet.read(table, gathering, last_day=terms.last_day)
            return gathering
    raise FileRefused("no_count_columns")

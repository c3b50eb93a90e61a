"""Reads one file of any supported kind into canonical rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from groups.sheets.archives import gunzip, is_gzip
from groups.sheets.limits import Limits
from groups.sheets.matching import FieldsOf
from groups.sheets.refusal import FileRefused
from groups.sheets.tables import Table, open_table
from lifecycle.sources import chats, daily_sheet, member_days, records, slack_export, telegram_export, zulip_export
from lifecycle.sources.advert_words import AdvertWords
from lifecycle.sources.bundles import safe_names
from lifecycle.sources.canonical import Canonical, canonical
from lifecycle.sources.choice import Choice
from lifecycle.sources.gathering import Gathering
from lifecycle.sources.owner_sheet import is_owner_level, refuse_owner_level
from lifecycle.sources.recognition import Shape, shape_of

KINDS = (
    daily_sheet.KIND,
    member_days.KIND,
    slack_export.KIND,
    telegram_export.KIND,
    *dict.fromkeys(form.KIND for form in chats.FORMATS),
)
SHEETS = (member_days, daily_sheet)


@dataclass(frozen=True)
class Terms:
    """What a reader must be told: the business time zone, the last day that may stand in a file, the limits, and what
    a person said of tables.

    `file_name` is what the person's machine calls the file: some chats are named by nothing else.
    """

    zone: str
    last_day: date
    limits: Limits
    file_name: str = ""
    choice: Choice = field(default_factory=Choice)
    adverts: AdvertWords = field(default_factory=AdvertWords)


def read(
    path: Path, folder: Path, terms: Terms, member_key: bytes, tell: Callable[[int], None] = lambda rows: None
) -> Canonical:
    """The canonical rows of a file; FileRefused when nothing of it can be used. `folder` takes what is unpacked."""
    origin = (terms.file_name or path.name).removesuffix(".gz")
    if is_gzip(path):
        gunzip(path, folder / "unpacked", terms.limits)
        path = folder / "unpacked"
    shape = shape_of(path, terms.limits)
    of_chats: dict[str, Any] = {"most_rows": terms.limits.rows, "tell": tell, "adverts": terms.adverts}
    if shape is Shape.SLACK:
        gathering = Gathering(kind=slack_export.KIND, **of_chats)
        slack_export.read(path, gathering, zone=terms.zone, last_day=terms.last_day)
    elif shape is Shape.TELEGRAM:
        gathering = Gathering(kind=telegram_export.KIND, **of_chats)
        telegram_export.read(path, gathering, zone=terms.zone, last_day=terms.last_day)
    elif shape is Shape.ZULIP:
        gathering = Gathering(kind=zulip_export.KIND, **of_chats)
        names = safe_names(path, terms.limits)
        zulip_export.read(path, names, gathering, zone=terms.zone, last_day=terms.last_day)
    elif shape is Shape.CHATS:
        gathering = chats.read(path, origin, folder, terms.limits, terms.zone, terms.last_day, tell, terms.adverts)
    else:
        gathering = _read_sheet(path, shape, terms, tell)
    found = canonical(gathering, member_key)
    if not len(found.rows) and not found.rows_refused:
        raise FileRefused("only_header")
    return found


def _read_sheet(path: Path, shape: Shape, terms: Terms, tell: Callable[[int], None]) -> Gathering:
    fields_of = terms.choice.fields_of
    table = (
        records.table_of(path, fields_of) if shape is Shape.RECORDS else _open(path, shape is Shape.WORKBOOK, fields_of)
    )
    if is_owner_level(table.headers):
        raise FileRefused("owner_level")
    chosen = terms.choice.kind_of(table.headers)
    for sheet in SHEETS:
        if sheet.recognises(table.places) and chosen in ("", sheet.KIND):
            gathering = Gathering(kind=sheet.KIND, most_rows=terms.limits.rows, tell=tell)
            gathering.encoding = table.encoding
            sheet.read(table, gathering, last_day=terms.last_day)
            return gathering
    raise FileRefused("no_count_columns")


def _open(path: Path, is_workbook: bool, fields_of: FieldsOf) -> Table:
    try:
        return open_table(path, is_workbook=is_workbook, fields_of=fields_of, needed=frozenset({"group", "date"}))
    except FileRefused as refused:
        if refused.code == "no_header":
            refuse_owner_level(path, is_workbook=is_workbook)
        raise

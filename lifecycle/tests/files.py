"""Makes import files for tests: good ones in every encoding, and hostile ones."""

from __future__ import annotations

import io
import json
import os
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xlsxwriter

from groups.sheets.limits import UPLOAD
from lifecycle.rules.counts import COUNTS, KNOWN
from lifecycle.sources.advert_words import AdvertWords
from lifecycle.sources.canonical import Canonical
from lifecycle.sources.reading import Terms, read

SHARED = Path(os.environ.get("SHARED_DIR") or Path(__file__).resolve().parents[3] / "shared")
OPEN_DATA = SHARED / "data"
needs_open_data = pytest.mark.skipif(
    not OPEN_DATA.is_dir(), reason=f"the outside data sets are not here: {OPEN_DATA} (set SHARED_DIR)"
)

HEADER = ["群名称", "日期", "群成员数", "消息数", "发言人数"]
LINES = [
    ["宝妈A群", "2026-09-01", 120, 14, 6],
    ["宝妈A群", "2026-09-02", 121, 0, 0],
    ["龘靐读书群", "2026/9/1", 30, 5, 2],
]
WORTH = ("filler", "incentivised", "questions", "answered")
LAST_DAY = date(2026, 11, 22)


def csv_text(header: Sequence[Any] = HEADER, lines: Sequence[Sequence[Any]] = LINES, delimiter: str = ",") -> str:
    return "\r\n".join(delimiter.join(str(cell) for cell in line) for line in [header, *lines]) + "\r\n"


def workbook(header: Sequence[Any] = HEADER, lines: Sequence[Sequence[Any]] = LINES) -> bytes:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet()
    for row, cells in enumerate([header, *lines]):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    book.close()
    return content.getvalue()


def zipped(entries: dict[str, Any]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, entry in entries.items():
            archive.writestr(name, entry if isinstance(entry, (bytes, str)) else json.dumps(entry))
    return content.getvalue()


def slack_export(days: dict[str, list[dict[str, Any]]], **fields: Any) -> bytes:
    """One channel `general` (C1) with the given messages by file name; two people and one bot."""
    channels = [{"id": "C1", "name": "general", "created": 0, "members": ["U1"]} | fields]
    people = [{"id": "U1", "is_bot": False}, {"id": "U2"}, {"id": "B1", "is_bot": True}]
    return zipped({"channels.json": channels, "users.json": people} | {f"general/{k}.json": v for k, v in days.items()})


def telegram_chat(messages: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    return {"name": "Chat", "type": "private_supergroup", "id": 42, "messages": messages} | fields


def reading(
    content: bytes,
    *,
    zone: str = "Asia/Shanghai",
    last_day: date = LAST_DAY,
    file_name: str = "",
    adverts: AdvertWords | None = None,
    **limits: Any,
) -> Canonical:
    """What a reader makes of a file, in this process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        path.write_bytes(content)
        terms = Terms(
            zone=zone,
            last_day=last_day,
            limits=replace(UPLOAD, **limits) if limits else UPLOAD,
            file_name=file_name,
            adverts=adverts or AdvertWords(),
        )
        return read(path, Path(folder), terms, b"a key for tests")


def totals_of(found: Canonical) -> dict[str, int]:
    """The counts of the whole file that were watched in all of its rows; without what the messages were worth."""
    known = int(np.bitwise_and.reduce(found.rows["known"]))
    return {name: int(found.rows[name].sum()) for name in COUNTS if known & KNOWN[name] and name not in WORTH}


def worth_of(found: Canonical) -> list[tuple[int | None, ...]]:
    """By row what the messages were worth, in the order of WORTH; None for what is not known."""
    return [tuple(int(row[name]) if row["known"] & KNOWN[name] else None for name in WORTH) for row in found.rows]


def problems_of(found: Canonical) -> list[tuple[int, str]]:
    return [(refusal.row, refusal.problem) for refusal in found.refusals]


def rows_of(found: Canonical) -> list[dict[str, Any]]:
    """The rows as plain dictionaries with the group's key, an ISO day and no entry for what is not known, and without
    what the messages were worth."""
    names = [name for name in found.rows.dtype.names if name not in ("group", "day", "known", "line")]
    told = {name: KNOWN[name] for name in names if name not in WORTH}
    return [
        {"group": found.groups[row["group"]].key, "day": str(date.fromordinal(int(row["day"])))}
        | {name: int(row[name]) for name, bit in told.items() if row["known"] & bit}
        for row in found.rows
    ]

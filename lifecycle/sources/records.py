"""Rows of figures as JSON, as tools hand them out: a list of objects, bare or one or two names deep, or one a line.

    [{"groupId": "1", "date": "2026-09-01", "msgCount": 5}, ...]        {"data": {"list": [...]}}
    {"date": "2026-09-01", "channel_id": "C1", ...}                     Slack's file of analytics, an object a line

Its names are those of a sheet's columns (headers.py), and it is read like one. A row's number is its place in the list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from groups.sheets.matching import FieldsOf
from groups.sheets.refusal import FileRefused
from groups.sheets.tables import MOST_COLUMNS, Table
from lifecycle.rules.counts import COUNTS
from lifecycle.sources.headers import fields_of

NAME = re.compile(r'"([^"\\]{1,40})"\s*:\s*(?!\[)')
CHATS = re.compile(r'"(?:messages|chats|zerver_message)"\s*:\s*[\[{]')
ONE_A_LINE = re.compile(rb"\s*\{[^\n]*\}\r?\n\s*\{")
DEEPEST = 3


def recognises(start: str) -> bool:
    """Whether the names in the beginning of a JSON text are those of daily figures."""
    places = fields_of(NAME.findall(start))
    return not CHATS.search(start) and {"group", "date"} <= places.keys() and any(name in places for name in COUNTS)


def table_of(path: Path, fields: FieldsOf) -> Table:
    """The list of objects as a table."""
    content = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    try:
        if ONE_A_LINE.match(content):
            records = _records(msgspec.json.Decoder().decode_lines(content), DEEPEST)
        else:
            told = msgspec.json.decode(content)
            records = _records(told, DEEPEST) or ([told] if isinstance(told, dict) else None)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FileRefused("broken_export", name="JSON") from error
    if records is None:
        raise FileRefused("unknown_json")
    headers = list(dict.fromkeys(name for record in records[:1000] for name in record))
    if len(headers) > MOST_COLUMNS:
        raise FileRefused("too_many_columns", most=MOST_COLUMNS)
    places = fields(headers)
    if not {"group", "date"} <= places.keys():
        raise FileRefused("unknown_json")
    return Table(headers, places, _rows(records, headers), "utf-8")


def _records(content: Any, deep: int) -> list[dict[str, Any]] | None:
    if isinstance(content, list):
        return content if content and all(isinstance(one, dict) for one in content) else None
    if isinstance(content, dict) and deep:
        return next((found for one in content.values() if (found := _records(one, deep - 1))), None)
    return None


def _rows(records: list[dict[str, Any]], headers: list[str]) -> Iterator[tuple[int, list[Any]]]:
    for number, record in enumerate(records, start=1):
        yield number, [_cell(record.get(name)) for name in headers]


def _cell(value: Any) -> Any:
    """A date written as a number of eight digits is a text in a sheet; a list or an object is no figure."""
    if isinstance(value, (dict, list)):
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 19_900_101 <= value <= 29_991_231:
        return str(value)
    return value

"""A list of groups, CSV or XLSX: which headers mean which field, as data, and the rows as they stand in the file."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from groups.sheets.cells import name_of
from groups.sheets.limits import MB, Limits
from groups.sheets.matching import places_of, words_to_fields
from groups.sheets.recognition import is_workbook
from groups.sheets.refusal import FileRefused
from groups.sheets.tables import Table, open_table

LIMITS = Limits(
    file_bytes=20 * MB,
    unpacked_bytes=50 * MB,
    workbook_bytes=50 * MB,
    entries=200,
    ratio=100,
    rows=50_000,
    memory_bytes=768 * MB,
    cpu_seconds=30,
    wall_seconds=60,
)
TELL_EVERY = 5000  # rows
LONGEST = 5000  # of a cell; what is longer is refused by its field anyway

SYNONYMS: dict[str, tuple[str, ...]] = {
    "name": ("name", "group name", "chat name", "群名", "群名称", "群聊名称", "群聊名", "社群名称", "社群名", "社群",
             "客户群名称", "客户群名", "群组名称", "title"),
    "platform": ("platform", "平台", "来源平台", "所在平台", "渠道"),
    "external_id": ("id on the platform", "external id", "group id", "chat id", "room id", "平台 id", "平台群 id",
                    "平台上的编号", "群 id", "群号", "群编号", "群聊 id", "客户群 id", "社群 id"),
    "owner": ("owner", "group owner", "负责人", "群主", "群负责人", "运营", "运营负责人", "归属人", "群主名称"),
    "team": ("team", "团队", "小组", "部门", "所属团队", "所属部门"),
    "layer": ("layer", "分层", "层级", "群分层", "群层级", "漏斗分层"),
    "tags": ("tags", "tag", "labels", "标签", "群标签"),
    "opened_on": ("opened on", "opened", "created", "created at", "create time", "建群日期", "建群时间", "创建时间",
                  "创建日期", "群创建时间", "建立日期", "开群日期"),
    "ends_on": ("ends on", "ends", "end date", "到期", "到期日", "到期日期", "结束日期", "到期时间", "结束时间"),
    "member_cap": ("member cap", "cap", "limit", "人数上限", "群人数上限", "成员上限"),
    "theme": ("theme", "topic", "主题", "群主题"),
    "notes": ("notes", "note", "remarks", "备注", "说明", "群备注"),
    "upstream": ("members come from", "parent", "upstream", "上级群", "来源群", "上游群", "成员来自"),
}  # fmt: skip
FIELD_OF = words_to_fields(SYNONYMS)


def fields_of(cells: list[str]) -> dict[str, int]:
    """The place of each field that a header names."""
    return places_of(cells, FIELD_OF)


def read(path: Path, limits: Limits, tell: Callable[[int], None] = lambda rows: None) -> dict[str, Any]:
    """{"headers", "encoding", "rows": [[row number, [cells]]]}; days as text. A header that says nothing known counts
    as one all the same: people match its columns by hand. `tell` hears the rows read so far."""
    table = _table(path, is_workbook(path, limits))
    rows = []
    for line, cells in table.rows:
        if all(cell is None or cell == "" for cell in cells):
            continue
        if len(rows) >= limits.rows:
            raise FileRefused("too_many_rows", most=limits.rows)
        rows.append([line, [_plain(cell) for cell in cells]])
        if len(rows) % TELL_EVERY == 0:
            tell(len(rows))
    if not rows:
        raise FileRefused("only_header")
    return {"headers": [name_of(header) for header in table.headers], "encoding": table.encoding, "rows": rows}


def _table(path: Path, workbook: bool) -> Table:
    try:
        return open_table(path, is_workbook=workbook, fields_of=fields_of, needed=frozenset({"name"}))
    except FileRefused as refused:
        if refused.code != "no_header":
            raise
    return open_table(path, is_workbook=workbook, fields_of=fields_of, needed=frozenset())


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if cell is None or isinstance(cell, bool | int | float):
        return cell
    return str(cell)[:LONGEST]


def leave(path: Path, target: Path, limits: Limits, tell: Callable[[int], None] = lambda rows: None) -> None:
    """Read the file and leave what it says as JSON in `target`."""
    target.write_text(json.dumps(read(path, limits, tell)), encoding="utf-8")

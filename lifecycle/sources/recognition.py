"""Tells what a file is from its content; the name says nothing. What we cannot read is refused with what it is."""

from __future__ import annotations

import codecs
from enum import StrEnum
from pathlib import Path

from groups.sheets.archives import names_in
from groups.sheets.limits import Limits
from groups.sheets.recognition import head_of, is_workbook_of, refuse_what_is_no_text
from groups.sheets.refusal import FileRefused
from lifecycle.sources import chats, owner_sheet, records, slack_export, zulip_export
from lifecycle.sources.bundles import is_tar, safe_names
from lifecycle.sources.chat_file import start_of


class Shape(StrEnum):
    """How a file is built; the kind of a table (daily, member days) shows only in its header."""

    TEXT = "text"
    WORKBOOK = "workbook"
    SLACK = "slack"
    TELEGRAM = "telegram"
    ZULIP = "zulip"
    RECORDS = "records"  # the rows of a sheet as JSON
    CHATS = "chats"  # a file of one chat, or an archive of such files


def shape_of(path: Path, limits: Limits) -> Shape:
    """The shape of an unpacked file, without reading more of it than its head or its directory."""
    head = head_of(path)
    if head.startswith(b"PK"):
        return _shape_of_archive(path, names_in(path, limits))
    if is_tar(head):
        return _shape_of_archive(path, safe_names(path, limits))
    if head.startswith(b"\x1f\x8b"):
        raise FileRefused("unknown_archive")
    if chats.format_of(head):
        return Shape.CHATS
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if start.startswith((b"{", b"[")):
        if owner_sheet.IN_JSON.search(start_of(head)):
            raise FileRefused("owner_level")
        if records.recognises(start_of(head)):
            return Shape.RECORDS
        if start.startswith(b"[") or not any(
            word in head for word in (b'"chats"', b'"messages"', b'"type"', b'"about"')
        ):
            raise FileRefused("unknown_json")
        return Shape.TELEGRAM
    refuse_what_is_no_text(head)
    return Shape.TEXT


def _shape_of_archive(path: Path, names: list[str]) -> Shape:
    if is_workbook_of(names):
        return Shape.WORKBOOK
    if slack_export.prefix_of(names) is not None:
        return Shape.SLACK
    if zulip_export.is_export(names):
        return Shape.ZULIP
    if any(name.startswith("Index/") and name.endswith(".iwa") for name in names):
        raise FileRefused("numbers_file")
    if chats.format_in(path, names):
        return Shape.CHATS
    raise FileRefused("unknown_archive")

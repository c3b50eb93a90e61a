"""Tells what a file is from its content; the name says nothing. What we cannot read is refused with what it is."""

from __future__ import annotations

import codecs
from enum import StrEnum
from pathlib import Path

from lifecycle.sources import slack_export
from lifecycle.sources.archives import names_in
from lifecycle.sources.limits import Limits
from lifecycle.sources.refusal import FileRefused

HEAD = 4096
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF")
OLE = b"\xd0\xcf\x11\xe0"
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")


class Shape(StrEnum):
    """How a file is built; the kind of a table (daily, member days) shows only in its header."""

    TEXT = "text"
    WORKBOOK = "workbook"
    SLACK = "slack"
    TELEGRAM = "telegram"


def shape_of(path: Path, limits: Limits) -> Shape:
    """The shape of an unpacked file, without reading more of it than its head or its directory."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip():
        raise FileRefused("empty_file")
    if head.startswith(PICTURES):
        raise FileRefused("picture")
    if head.startswith(b"%PDF"):
        raise FileRefused("pdf")
    if head.startswith(OLE):
        raise FileRefused("encrypted_workbook" if ENCRYPTED_STREAM in path.read_bytes() else "old_workbook")
    if head.startswith(b"PK"):
        return _shape_of_archive(names_in(path, limits))
    if head.startswith(b"\x1f\x8b"):
        raise FileRefused("unknown_archive")
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if start.startswith((b"{", b"[")):
        if start.startswith(b"[") or not any(
            word in head for word in (b'"chats"', b'"messages"', b'"type"', b'"about"')
        ):
            raise FileRefused("unknown_json")
        return Shape.TELEGRAM
    if start.startswith(b"<"):
        raise FileRefused("web_page")
    if not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and _is_binary(head):
        raise FileRefused("unknown_file")
    return Shape.TEXT


def _shape_of_archive(names: list[str]) -> Shape:
    if "[Content_Types].xml" in names:
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise FileRefused("macro_workbook")
        if "xl/workbook.xml" in names:
            return Shape.WORKBOOK
        raise FileRefused("unknown_archive")
    if slack_export.prefix_of(names) is not None:
        return Shape.SLACK
    if any(name.startswith("Index/") and name.endswith(".iwa") for name in names):
        raise FileRefused("numbers_file")
    raise FileRefused("unknown_archive")


def _is_binary(head: bytes) -> bool:
    """A stray control character is a bad cell of a text; many of them are no text."""
    return sum(head.count(code) for code in range(32) if code not in b"\t\n\r\f") > len(head) // 50

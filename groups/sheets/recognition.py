"""Tells whether a file is a table, text or workbook, from its content; the name says nothing."""

from __future__ import annotations

import codecs
from collections.abc import Collection
from pathlib import Path

from groups.sheets.archives import names_in
from groups.sheets.limits import Limits
from groups.sheets.refusal import FileRefused

HEAD = 4096
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF")
OLE = b"\xd0\xcf\x11\xe0"
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")


def is_workbook(path: Path, limits: Limits) -> bool:
    """True for XLSX, False for text; FileRefused, with what it is, for anything else."""
    head = head_of(path)
    if head.startswith(b"PK"):
        if not is_workbook_of(names_in(path, limits)):
            raise FileRefused("unknown_archive")
        return True
    if head.startswith(b"\x1f\x8b"):
        raise FileRefused("unknown_archive")
    refuse_what_is_no_text(head)
    return False


def head_of(path: Path) -> bytes:
    """The first bytes of a file that holds something and is no picture, document or workbook of the old kind."""
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
    return head


def is_workbook_of(names: Collection[str]) -> bool:
    """Whether these are the entries of a workbook; FileRefused for one with macros and for other Office files."""
    if "[Content_Types].xml" not in names:
        return False
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise FileRefused("macro_workbook")
    if "xl/workbook.xml" not in names:
        raise FileRefused("unknown_archive")
    return True


def refuse_what_is_no_text(head: bytes) -> None:
    """FileRefused for a web page or for binary content; a stray control character is a bad cell of a text."""
    if head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"<"):
        raise FileRefused("web_page")
    marked = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not marked and sum(head.count(code) for code in range(32) if code not in b"\t\n\r\f") > len(head) // 50:
        raise FileRefused("unknown_file")

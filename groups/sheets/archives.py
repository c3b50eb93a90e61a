"""Looks into zip and gzip files before anything is unpacked."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from pathlib import Path

from groups.sheets.limits import WORKBOOK_ENTRIES, Limits
from groups.sheets.refusal import FileRefused

BLOCK = 1 << 20
RATIO_FROM = 1 << 20  # small files may pack well without harm


def names_in(path: Path, limits: Limits) -> list[str]:
    """The entries of a zip that is safe to open: bounded in number, size and ratio, and not encrypted.

    The declared sizes can be trusted: zipfile reads no further than an entry declares.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise FileRefused("broken_archive") from error
    if len(entries) > limits.entries:
        raise FileRefused("bomb")
    names = [entry.filename for entry in entries]
    is_workbook = "[Content_Types].xml" in names
    unpacked, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
    most = limits.workbook_bytes if is_workbook else limits.unpacked_bytes
    if unpacked > most or (is_workbook and len(entries) > WORKBOOK_ENTRIES):
        raise FileRefused("bomb")
    if unpacked > RATIO_FROM and unpacked > limits.ratio * max(packed, 1):
        raise FileRefused("bomb")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise FileRefused("encrypted_archive")
    return names


def is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def gunzip(path: Path, target: Path, limits: Limits) -> None:
    """Unpack into `target`, stopping at the limit."""
    written = 0
    try:
        with gzip.open(path) as packed, target.open("wb") as plain:
            while block := packed.read(BLOCK):
                written += len(block)
                if written > limits.unpacked_bytes:
                    raise FileRefused("bomb")
                plain.write(block)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FileRefused("broken_archive") from error

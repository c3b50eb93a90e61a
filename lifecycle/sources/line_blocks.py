"""Cuts a text into large blocks of whole lines, as UTF-8, in bounded memory however long a line is."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from groups.sheets.refusal import FileRefused

BLOCK = 1 << 19  # so much is worked on within a processor's own memory
QUOTE = ord('"')
LONGEST_LINE = 1 << 16
LONGEST_ROW = 1 << 25  # of a table, whose rows may span lines


def blocks_of(path: Path) -> Iterator[bytes]:
    """Blocks that begin with a line break and end before one; of a longer line only the first 64 kB.

    UTF-8 with or without mark, or UTF-16 with mark. Raises FileRefused for bytes that are neither.
    """
    with path.open("rb") as file:
        wide = file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    rest, is_cut = b"", False
    for block in _as_utf8(path, "utf-16" if wide else "utf-8-sig"):
        if is_cut:  # inside a line that was given up
            ends = block.find(b"\n")
            if ends < 0:
                continue
            block, is_cut = block[ends:], False
        end = block.rfind(b"\n")
        if end < 0:
            rest += block
            if len(rest) > BLOCK:
                rest, is_cut = rest[:LONGEST_LINE], True
            continue
        yield b"\n" + rest + block[:end]
        rest = block[end + 1 :]
    yield b"\n" + rest


def row_blocks_of(path: Path, encoding: str) -> Iterator[bytes]:
    """Blocks as above that end between the rows of a table: never where a quotation mark is open.

    `encoding` is that in which the whole file was found to be valid (encoding_of).
    """
    rest, passed = b"", 0
    for block in _valid_as_utf8(path, encoding):
        rest += block
        end = _last_row_end(rest)
        if end < 0:
            if len(rest) > LONGEST_ROW:
                raise FileRefused("broken_csv", line=_line_at(_as_utf8(path, encoding), passed))
            continue
        passed += end + 1
        yield b"\n" + rest[:end]
        rest = rest[end + 1 :]
    yield b"\n" + rest


def first_lines(path: Path, stamps: set[bytes]) -> list[tuple[int, bytes]]:
    """On which line of the text each of these dates begins a line for the first time."""
    found, lines = [], 0
    if stamps:
        for block in blocks_of(path):
            for stamp in sorted(stamps):
                at = re.search(rb'\n(?:\xe2\x80\x8e)?["\[]?' + re.escape(stamp) + rb"(?!\d)", block)
                if at:
                    found.append((lines + block.count(b"\n", 0, at.start() + 1), stamp))
                    stamps = stamps - {stamp}
            lines += block.count(b"\n")
    return sorted(found)


def _line_at(blocks: Iterator[bytes], passed: int) -> int:
    """On which line the text stands after so many bytes: only asked when the file is refused."""
    line = 1
    for block in blocks:
        line += block.count(b"\n", 0, passed)
        passed -= len(block)
        if passed <= 0:
            break
    return line


def _last_row_end(text: bytes) -> int:
    end = text.rfind(b"\n")
    is_open = np.count_nonzero(np.frombuffer(text, "u1", max(end, 0)) == QUOTE) % 2
    while end >= 0 and is_open:
        before = text.rfind(b"\n", 0, end)
        is_open ^= text.count(b'"', max(before, 0), end) % 2
        end = before
    return end


def _valid_as_utf8(path: Path, encoding: str) -> Iterator[bytes]:
    """The bytes of a file that is valid: UTF-8 as it stands, which may cut a character in two."""
    if encoding != "utf-8-sig":
        yield from _as_utf8(path, encoding)
        return
    with path.open("rb") as file:
        block = file.read(BLOCK).removeprefix(codecs.BOM_UTF8)
        while block:
            yield block
            block = file.read(BLOCK)


def _as_utf8(path: Path, encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    passed = 0
    with path.open("rb") as file:
        while True:
            raw = file.read(BLOCK)
            try:
                block = decoder.decode(raw, final=not raw).encode()
            except UnicodeDecodeError as error:
                line = _line_at(_as_utf8(path, encoding), passed) if passed else 1
                raise FileRefused("broken_encoding", line=line + error.object[: error.start].count(b"\n")) from error
            passed += len(block)
            if block:
                yield block
            if not raw:
                return

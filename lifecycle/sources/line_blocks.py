"""Cuts a text into large blocks of whole lines, as UTF-8, in bounded memory however long a line is."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from groups.sheets.refusal import FileRefused

BLOCK = 1 << 22
LONGEST_LINE = 1 << 16


def blocks_of(path: Path) -> Iterator[bytes]:
    """Blocks that begin with a line break and end before one; of a longer line only the first 64 kB.

    UTF-8 with or without mark, or UTF-16 with mark. Raises FileRefused for bytes that are neither.
    """
    with path.open("rb") as file:
        start = file.read(2)
        file.seek(0)
        wide = start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
        decoder = codecs.getincrementaldecoder("utf-16" if wide else "utf-8-sig")("strict")
        lines, rest, cut = 1, b"", False
        while True:
            raw = file.read(BLOCK)
            try:
                text = decoder.decode(raw, final=not raw)
            except UnicodeDecodeError as error:
                raise FileRefused("broken_encoding", line=lines + error.object[: error.start].count(b"\n")) from error
            block = text.encode() if wide or not text.isascii() else raw
            lines += block.count(b"\n")
            if not raw:
                yield b"\n" + rest
                return
            if cut:  # inside a line that was given up
                ends = block.find(b"\n")
                if ends < 0:
                    continue
                block, cut = block[ends:], False
            end = block.rfind(b"\n")
            if end < 0:
                rest += block
                if len(rest) > BLOCK:
                    rest, cut = rest[:LONGEST_LINE], True
                continue
            yield b"\n" + rest + block[:end]
            rest = block[end + 1 :]

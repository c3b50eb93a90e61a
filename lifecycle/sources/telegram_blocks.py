r"""Reads an indented Telegram export in blocks, so that a large one needs little memory.

Telegram Desktop writes every member of an object on a line of its own, and JSON allows no line break inside a text:
`"messages": [` opens the messages of a chat, `\n  },\n` in the indent of the first one ends a message, and `\n ]` in
that of the list ends them. An export that is written otherwise has to be decoded as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

OPENED = b'"messages": [\n'
LEFT = b'\n "left_chats": {'  # groups that the exporter is no longer in
BLOCK = 1 << 21
HEADER = 1 << 16  # what stands before the messages of a chat is shorter


def is_indented(path: Path) -> bool:
    """Whether the messages of the first chat begin the way in which they can be cut."""
    with path.open("rb") as file:
        head = file.read(1 << 16)
    start = head.find(OPENED)
    return start >= 0 and head[start + len(OPENED) :].lstrip(b" ").startswith(b"{\n") and b"\n " in head[:start]


def parts_of(path: Path) -> Iterator[tuple[bytes, bytes | None]]:
    """First (what opens a chat as a JSON object, None), then (b"", messages as a JSON list) for each block of it.

    Raises EOFError if the file ends within a chat.
    """
    with path.open("rb") as file:
        rest = file.read(BLOCK)
        while True:
            at = rest.find(OPENED)
            if at < 0:
                more = file.read(BLOCK)
                if not more or LEFT in rest:
                    return
                rest = rest[-HEADER:] + more
                continue
            if LEFT in rest[:at]:
                return
            yield rest[max(rest.rfind(b"{\n", 0, at), 0) : at] + b'"messages": []}', None
            rest = rest[at + len(OPENED) :]
            while len(rest) < 64 or b"{" not in rest:
                more = file.read(BLOCK)
                if not more:
                    break
                rest += more
            indent = b"\n" + rest[: len(rest) - len(rest.lstrip(b" "))]
            last, between = indent[:-1] + b"]", indent + b"},\n"
            searched = 0
            while True:
                end = rest.find(last, searched)
                cut = end if end >= 0 else rest.rfind(between) + len(between) - 2
                if cut > len(between):
                    yield b"", b"[" + rest[:cut].rstrip(b", \r\n") + b"]"
                    rest = rest[cut:].removeprefix(b",\n") if end < 0 else rest[cut:]
                if end >= 0:
                    break
                searched = max(0, len(rest) - len(last))
                more = file.read(BLOCK)
                if not more:
                    raise EOFError
                rest += more

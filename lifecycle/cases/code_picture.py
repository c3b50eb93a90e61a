"""Turns the picture of a group's code, as somebody sent it, into one that is safe to keep and to show."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from groups.rules.file_kinds import FileNotTaken, kind_of
from groups.sheets import limited
from groups.sheets.limits import MB, UPLOAD
from groups.sheets.refusal import FileRefused

KINDS = frozenset({"png", "jpg", "webp"})
MOST_BYTES = 5 * MB
LIMITS = replace(UPLOAD, memory_bytes=1024 * MB, cpu_seconds=10, wall_seconds=20)


def drawn_anew(name: str, content: bytes) -> bytes:
    """A PNG, 720 pixels wide, of what can be seen in the picture.

    Raises FileNotTaken: the codes of `kind_of`, or `no_picture` where it cannot be drawn within the limits.
    """
    kind = kind_of(name, content, KINDS)
    if len(content) > MOST_BYTES:
        raise FileNotTaken("too_large")
    with TemporaryDirectory(prefix="code-") as made:
        folder = Path(made)
        (folder / f"sent.{kind}").write_bytes(content)
        try:
            limited.run("lifecycle.cases.picture_child", {"folder": str(folder), "kind": kind}, LIMITS)
        except FileRefused:
            raise FileNotTaken("no_picture") from None
        return (folder / "drawn.png").read_bytes()

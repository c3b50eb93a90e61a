"""Names of uploaded files as they may be kept and shown."""

from __future__ import annotations


def shown_file_name(name: str, longest: int = 200) -> str:
    """The last part of a file name, printable; it is never used as a path."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable() and not "\ud800" <= c <= "\udfff")[:longest] or "-"

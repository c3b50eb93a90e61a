"""Text that may stand in a report that leaves the house: no names, no phone numbers, only characters of our font."""

from __future__ import annotations

import re
from typing import Any

# Printed for a character that the font lacks, as Chinese printers do.
GETA = "\u3013"
_SIGNS = frozenset("\u00a5\uffe5\u2013\u2014\u2026\u2260\u2248\u2190\u2191\u2192\u2193\n")
_PHONE = re.compile(r"(?<!\d)1\d{10}(?!\d)")


def printable(text: str) -> str:
    """The text with phone numbers hidden and characters beyond the font replaced."""
    hidden = _PHONE.sub(lambda found: found[0][:3] + "*" * 8, text)
    return "".join(char if _has_glyph(char) else GETA for char in hidden)


def all_printable(value: Any) -> Any:
    """The same for every text in lists and dictionaries; other values stay as they are."""
    match value:
        case str():
            return printable(value)
        case dict():
            return {key: all_printable(each) for key, each in value.items()}
        case list():
            return [all_printable(each) for each in value]
        case _:
            return value


def masked(name: str) -> str:
    """The first character of a name: \u674e*."""
    return f"{name[:1]}*" if name else ""


def _has_glyph(char: str) -> bool:
    if " " <= char <= "~" or "\u00a1" <= char <= "\u00ff" or char in _SIGNS:
        return True
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True

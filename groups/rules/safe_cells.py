"""Keeps what people typed from becoming a formula when a spreadsheet opens it; the type decides, not the look."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

Value = str | int | Decimal | date | None

MARK = "'"
# What a spreadsheet takes for the beginning of a formula, half and full width, behind any space, quote or control;
# and the characters at which a cell could be split.
_RISKY = re.compile(
    "[\\s\\x00-\\x20\"'\u2018\u2019\u201c\u201d\u200b-\u200f\ufeff]*[=+\\-@|%\uff1d\uff0b\uff0d\uff20\u2212\t\r\n]"
)
# Not allowed in XML, and shown by no program: everything below the space but tab and line ends.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def is_risky(text: str) -> bool:
    """Whether a spreadsheet could read this text as a formula."""
    return bool(_RISKY.match(text))


def safe_cell(value: Value) -> str | int | Decimal | date | None:
    """The value as it may stand in a file. Numbers and dates stay what they are, -5.00 too; a risky text gets a mark.

    Control characters that no file of a spreadsheet can hold are left out.
    """
    if not isinstance(value, str):
        return value
    text = _UNPRINTABLE.sub("", value)
    return MARK + text if is_risky(text) else text


def unmarked(text: str) -> str:
    """The text that `safe_cell` made safe, for a file that comes back."""
    return text[1:] if text.startswith(MARK) and is_risky(text[1:]) else text

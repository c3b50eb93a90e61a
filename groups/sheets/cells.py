"""Reads one cell strictly: text, a count, money, a day. What is not plainly right is refused, never guessed."""

from __future__ import annotations

import os
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from groups.rules.currency import bare, known
from groups.sheets.refusal import CellRefused, FileRefused

TO_ASCII = str.maketrans("０１２３４５６７８９，．－＋／：￥＄", "0123456789,.-+/:¥$")
OWN = known(os.environ.get("CURRENCY") or "CNY")  # the child that reads a file has no settings
NOTHING = frozenset({"", "-", "--", "—", "——", "/", "n/a", "null", "none", "无", "无数据"})
# Directional marks hide what a name says, zero-width ones make two names look alike.
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\u061c\ufeff]")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]")
SURROGATE = re.compile("[\ud800-\udfff]")
WHOLE = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?", re.ASCII)
AMOUNT = re.compile(r"(-?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?", re.ASCII)
EXPONENT = re.compile(r"\d(?:\.\d+)?[eE]\+\d+", re.ASCII)
DATE = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日?|(\d{2})(\d{2}))"
    r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
SERIAL_START = date(1899, 12, 30)
FIRST_DAY = date(1990, 1, 1)
COUNT_LIMIT = 2**31 - 1
CENTS_LIMIT = 10**15


def text_of(cell: Any, longest: int = 120) -> str:
    """The visible text of a cell, trimmed; refuses control characters, lone surrogates and what is too long."""
    if isinstance(cell, bool) or cell is None:
        return "" if cell is None else str(cell)
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) < 10**15:
            return str(int(cell))
        raise CellRefused("id_lost_digits")
    if isinstance(cell, int):
        return str(cell)
    text = str(cell)
    if text.isascii() and text.isprintable():
        text = text.strip()
    else:
        if CONTROL.search(text):
            raise CellRefused("control_character")
        if SURROGATE.search(text):
            raise CellRefused("broken_text")
        text = INVISIBLE.sub("", " ".join(text.split()))
    if text.startswith('="') and text.endswith('"'):  # how spreadsheets are told to keep leading zeros
        text = text[2:-1]
    if len(text) > longest:
        raise CellRefused("too_long")
    return text


def key_of(cell: Any) -> str:
    """The id of a group or member. Excel shows an 18-digit id as 1.23457E+17 and loses the rest: refused."""
    text = text_of(cell)
    if not text:
        raise CellRefused("no_group")
    if "+" in text and EXPONENT.fullmatch(text):
        raise CellRefused("id_lost_digits")
    return text


def export_key(key: Any) -> str:
    """The id of a group in an export that a machine wrote: where it is not plain text, the export is broken."""
    try:
        return key_of(key)
    except CellRefused as refused:
        raise FileRefused("broken_export", name="id") from refused


def name_of(text: str | None) -> str:
    """A name as it may be shown: whatever cannot be stored or seen is left out, and it is cut at 120 characters."""
    cleaned = SURROGATE.sub("", CONTROL.sub(" ", text or ""))
    return INVISIBLE.sub("", " ".join(cleaned.split()))[:120]


def count_of(cell: Any) -> int | None:
    """A whole number from 0 to 2^31 - 1, or None for an empty cell: not known."""
    if isinstance(cell, str):
        if cell.isdigit() and cell.isascii() and len(cell) < 10:
            return int(cell)
        text = cell.strip().translate(TO_ASCII)
        if text.lower() in NOTHING:
            return None
        found = WHOLE.fullmatch(text)
        if not found:
            raise CellRefused(_why_no_count(text))
        number = int(found[1].replace(",", "")) if len(found[1]) < 20 else COUNT_LIMIT + 1
    elif cell is None:
        return None
    elif isinstance(cell, bool) or not isinstance(cell, (int, float)):
        raise CellRefused("not_a_number")
    else:
        if cell != cell or cell in (float("inf"), float("-inf")):
            raise CellRefused("not_a_number")
        if cell < 0:
            raise CellRefused("negative")
        if cell != int(cell):
            raise CellRefused("not_whole")
        number = int(cell)
    if number > COUNT_LIMIT:
        raise CellRefused("too_large")
    return number


def _why_no_count(text: str) -> str:
    amount = AMOUNT.fullmatch(text)
    if not amount:
        return "not_a_number"
    return "negative" if amount[1] else "not_whole"


def cents_of(cell: Any) -> int | None:
    """Money in fen from an amount in yuan with at most two decimals, or None for an empty cell. May be negative."""
    if cell is None:
        return None
    if isinstance(cell, bool) or not isinstance(cell, (str, int, float)):
        raise CellRefused("not_a_number")
    if isinstance(cell, float):
        if cell != cell:
            raise CellRefused("not_a_number")
        cents = round(cell * 100) if abs(cell) < CENTS_LIMIT else CENTS_LIMIT + 1
        if abs(cents) <= CENTS_LIMIT and abs(Decimal(repr(cell)) * 100 - cents) > Decimal("0.0001"):
            raise CellRefused("too_precise")
    elif isinstance(cell, int):
        cents = cell * 100
    else:
        text = cell.strip().translate(TO_ASCII)
        if text.lower() in NOTHING:
            return None
        text = bare("".join(text.lower().split()), OWN)
        found = AMOUNT.fullmatch(text)
        if not found:
            raise CellRefused("not_a_number")
        sign, whole, part = found[1], found[2].replace(",", ""), (found[3] or "").rstrip("0")
        if len(part) > 2:
            raise CellRefused("too_precise")
        if len(whole) > 15:
            raise CellRefused("too_large")
        cents = int(whole) * 100 + int(part.ljust(2, "0"))
        cents = -cents if sign else cents
    if abs(cents) > CENTS_LIMIT:
        raise CellRefused("too_large")
    return cents


def day_of(cell: Any, last: date) -> date:
    """A day between 1990 and `last`, from a date cell, an Excel serial or year-month-day text in its usual forms.

    Day-month orders are refused: 3/4/2026 is two different days to two people.
    """
    if isinstance(cell, datetime):
        day = cell.date()
    elif isinstance(cell, date):
        day = cell
    elif isinstance(cell, (int, float)) and not isinstance(cell, bool):
        day = _day_of_serial(float(cell))
    else:
        text = "" if cell is None else str(cell).strip().translate(TO_ASCII)
        if not text:
            raise CellRefused("no_date")
        found = DATE.fullmatch(text)
        if found:
            year, month, dom = (int(part) for part in found.groups() if part is not None)
            try:
                day = date(year, month, dom)
            except ValueError:
                raise CellRefused("bad_date") from None
        elif SERIAL.fullmatch(text):
            day = _day_of_serial(float(text))
        else:
            raise CellRefused("bad_date")
    if day > last:
        raise CellRefused("future_date")
    if day < FIRST_DAY:
        raise CellRefused("old_date")
    return day


def _day_of_serial(serial: float) -> date:
    if serial != serial or not 10_000 <= serial < 100_000:
        raise CellRefused("bad_date")
    return SERIAL_START + timedelta(days=int(serial))

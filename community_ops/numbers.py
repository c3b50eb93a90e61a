"""How figures are written: amounts, shares and counts, in Chinese and in English. Values in, text out."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from groups.currency import with_sign

MISSING = "--"
# Smallest value of a unit, and its sign, largest first.
CHINESE_UNITS = ((Decimal(10**8), "亿"), (Decimal(10**4), "万"))
ENGLISH_UNITS = ((Decimal(10**9), "B"), (Decimal(10**6), "M"), (Decimal(10**3), "K"))
SMALLEST_COMPACT = 10_000
Number = int | float | Decimal


def rounded(value: Number, places: int) -> Decimal:
    """Half up, as people round; from the shortest text of a float, so that 0.145 is what it reads as."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def grouped(value: Number | None, places: int = 0) -> str:
    """12,345 or 12,345.60; `--` for None. Minus zero is zero."""
    if value is None:
        return MISSING
    amount = rounded(value, places)
    return f"{amount if amount else abs(amount):,f}"


def trimmed(value: Number, places: int = 1) -> str:
    """Like `grouped`, without zeros at the end of the fraction."""
    text = grouped(value, places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def at_most(written: str, is_bound: bool) -> str:
    """A figure as written, marked where it is an upper bound."""
    return f"≤ {written}" if is_bound else written


def compact(value: Number | None, chinese: bool) -> str:
    """1,234.6万 / 12.3M: one decimal of the largest unit that fits; below the units a whole number.

    English leaves numbers under ten thousand whole. A value that rounds up to the next unit is written in it.
    """
    if value is None:
        return MISSING
    amount = Decimal(str(value))
    units = CHINESE_UNITS if chinese else ENGLISH_UNITS
    for (size, sign), (smaller, _sign) in zip(units, (*units[1:], (Decimal(1), "")), strict=True):
        as_written_below = rounded(abs(amount) / smaller, 0 if smaller == 1 else 1) * smaller
        if as_written_below >= max(size, SMALLEST_COMPACT):
            return trimmed(amount / size) + sign
    return trimmed(amount, 0)


def yuan(value: Number | None, places: int = 0) -> str:
    """¥3,577, -¥4,103 in the currency of the installation; `--` for None."""
    text = grouped(value, places)
    return text if text == MISSING else with_sign(text)


def compact_yuan(value: Number | None, chinese: bool) -> str:
    """¥14.3万 / ¥143K."""
    text = compact(value, chinese)
    return text if text == MISSING else with_sign(text)


def percent(share: Number | None, places: int = 1) -> str:
    """A share (0.061) as 6.1%; zeros at the end of the fraction are left out; `--` for None."""
    return MISSING if share is None else f"{trimmed(Decimal(str(share)) * 100, places)}%"


def signed(value: Number, places: int = 0) -> str:
    """+5, -4, 0."""
    text = trimmed(value, places)
    return f"+{text}" if rounded(value, places) > 0 else text

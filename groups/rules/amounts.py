"""Turns what people type (money, percent, plain numbers, dates) into exact values, or says why it cannot.

Full-width characters count as their ASCII twins. Every number is checked by one pattern before `Decimal` sees it,
because `Decimal` itself accepts NaN, 1e400, 1_000 and foreign digits.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from groups.rules.currency import Currency, bare

MONEY_CEILING = Decimal("1000000000")  # 10 亿
FEN = Decimal("0.01")
YUAN = Decimal("1")
# Below this a percentage without its sign is more likely a fraction (0.08 meant as 8 %).
AMBIGUOUS_BELOW = Decimal("0.2")

# Full-width ASCII, the ideographic space, full-width signs and the minus signs of various keyboards.
_TO_ASCII = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_TO_ASCII |= {0x3000: 0x20, 0xA0: 0x20, 0xFFE5: 0xA5, 0x2212: 0x2D, 0x2013: 0x2D, 0x3002: 0x2E}
_NUMBER = re.compile(r"(?P<figure>[0-9]{1,20}|[0-9]{1,3}(?:,[0-9]{3}){1,6})(?P<part>\.[0-9]{1,12})?(?P<unit>万|w|亿)?")
_DAY = re.compile(
    r"(?:(?P<year>[0-9]{4})(?P<sep>[-/.年]))?(?P<month>[0-9]{1,2})(?P<sep2>[-/.月])(?P<day>[0-9]{1,2})(?P<end>日|号)?"
)
_UNITS = {None: Decimal(1), "万": Decimal(10_000), "w": Decimal(10_000), "亿": Decimal(100_000_000)}


class Problem(StrEnum):
    """Why a text is not the value that was asked for."""

    EMPTY = "empty"
    NOT_A_NUMBER = "not_a_number"
    NEGATIVE = "negative"
    TOO_LARGE = "too_large"
    TOO_FINE = "too_fine"  # more decimals than the value is kept with
    NOT_WHOLE = "not_whole"
    AMBIGUOUS = "ambiguous"  # 0.08: is it 0.08 % or 8 %?
    NOT_A_DAY = "not_a_day"


class Unreadable(ValueError):
    """The text is not readable; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def plain(text: str) -> str:
    """The text with full-width characters as ASCII, without spaces, lower case."""
    return re.sub(r"\s+", "", text.translate(_TO_ASCII)).lower()


def read_money(text: str, *, currency: Currency, ceiling: Decimal = MONEY_CEILING) -> Decimal:
    """An amount with two places from `12000`, `12,000`, `１２０００`, `¥12,000`, `12000元`, `1.2万`, `1.2w`, `0.3亿`.

    Raises Unreadable when empty, not a number, negative, above the ceiling or finer than a fen.
    """
    return _number(bare(plain(text), currency), ceiling=ceiling, places=2).quantize(FEN)


def read_number(text: str, *, ceiling: Decimal = MONEY_CEILING, places: int = 2) -> Decimal:
    """A number that is not negative, with at most so many decimals; `places=0` asks for a whole number."""
    return _number(plain(text), ceiling=ceiling, places=places)


def read_percent(text: str, *, ceiling: Decimal = Decimal(100)) -> Decimal:
    """Percentage points from `8`, `8%`, `８％`; at most four decimals.

    Raises Unreadable(AMBIGUOUS) for a figure between 0 and 0.2 without the sign: `0.08` may mean 8 %.
    """
    typed = plain(text)
    value = _number(typed.removesuffix("%"), ceiling=ceiling, places=4)
    if not typed.endswith("%") and 0 < value < AMBIGUOUS_BELOW:
        raise Unreadable(Problem.AMBIGUOUS)
    return value


def read_day(text: str, *, today: date) -> date:
    """A date from `2026-12-01`, `2026/12/1`, `2026.12.1`, `2026年12月1日`; `12-01` is of the year of `today`."""
    typed = plain(text)
    if not typed:
        raise Unreadable(Problem.EMPTY)
    found = _DAY.fullmatch(typed)
    if found is None or not _separators_agree(found):
        raise Unreadable(Problem.NOT_A_DAY)
    year = int(found["year"]) if found["year"] else today.year
    try:
        return date(year, int(found["month"]), int(found["day"]))
    except ValueError:
        raise Unreadable(Problem.NOT_A_DAY) from None


def percent_text(points: Decimal, *, places: int = 1) -> str:
    """`6.1%` from percentage points, rounded half up."""
    return f"{points.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)}%"


def _number(typed: str, *, ceiling: Decimal, places: int) -> Decimal:
    if not typed:
        raise Unreadable(Problem.EMPTY)
    if typed.startswith("-") and _NUMBER.fullmatch(typed[1:]):
        raise Unreadable(Problem.NEGATIVE)
    found = _NUMBER.fullmatch(typed)
    if found is None:
        raise Unreadable(Problem.NOT_A_NUMBER)
    value = Decimal(found["figure"].replace(",", "") + (found["part"] or "")) * _UNITS[found["unit"]]
    if value > ceiling:
        raise Unreadable(Problem.TOO_LARGE)
    if value != value.quantize(Decimal(1).scaleb(-places)):
        raise Unreadable(Problem.NOT_WHOLE if places == 0 else Problem.TOO_FINE)
    return value


def _separators_agree(found: re.Match[str]) -> bool:
    """Whether the separators are of one kind: 2026-12/1 and 2026年12-1 are typing errors."""
    chinese = found["sep2"] == "月"
    if found["end"] and not chinese:
        return False
    if found["sep"] is None:
        return found["sep2"] in "-/月"  # 12.1 would be a number
    return found["sep"] == ("年" if chinese else found["sep2"])

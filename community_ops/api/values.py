"""The kinds of values that a request may hold. Each refuses with the code of a problem that people know from files."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any

from django.utils import timezone
from pydantic import BeforeValidator, ConfigDict, WithJsonSchema
from pydantic_core import PydanticCustomError

from groups.sheets.cells import CENTS_LIMIT, COUNT_LIMIT, FIRST_DAY, key_of, text_of
from groups.sheets.refusal import CellRefused

OLDEST = timedelta(days=400)  # older days come as a file: each month that they touch is a table
AHEAD = timedelta(minutes=5)  # clocks differ
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
FEN = Decimal("0.01")
REFUSED = "refused"  # marks the errors of this module
STRICT = ConfigDict(extra="forbid")


def _refusing(read: Callable[[Any], Any]) -> BeforeValidator:
    """A reader of a field; what it refuses is told by its code."""

    def checked(value: Any) -> Any:
        try:
            return read(value)
        except CellRefused as refused:
            raise PydanticCustomError(refused.code, REFUSED) from refused

    return BeforeValidator(checked)


def count_told(value: Any) -> int | None:
    """A whole number from 0 on, or null: not known."""
    if value is None:
        return None
    if isinstance(value, Decimal):
        raise CellRefused("not_whole")
    if isinstance(value, bool) or not isinstance(value, int):
        raise CellRefused("not_a_number")
    if value < 0:
        raise CellRefused("negative")
    if value > COUNT_LIMIT:
        raise CellRefused("too_large")
    return value


def cents_told(value: Any) -> int | None:
    """Yuan as a number or a plain text, `12.5` or `"12.50"`, to fen; never negative; null: not known."""
    if value is None:
        return None
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,20}(\.\d{1,6})?", value, re.ASCII):
        value = Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise CellRefused("not_a_number")
    amount = Decimal(value)
    if amount < 0:
        raise CellRefused("negative")
    if amount * 100 > CENTS_LIMIT:
        raise CellRefused("too_large")
    if amount != amount.quantize(FEN):
        raise CellRefused("too_precise")
    return int(amount * 100)


def paid_told(value: Any) -> int:
    """What was paid, as cents_told; it must be known."""
    cents = cents_told(value)
    if cents is None:
        raise CellRefused("no_amount")
    return cents


def day_told(value: Any) -> date:
    """`2026-11-22`, up to today."""
    if not isinstance(value, str) or not ISO_DAY.fullmatch(value):
        raise CellRefused("bad_date")
    try:
        day = date.fromisoformat(value)
    except ValueError as wrong:
        raise CellRefused("bad_date") from wrong
    if day > timezone.localdate():
        raise CellRefused("future_date")
    if day < FIRST_DAY:
        raise CellRefused("old_date")
    return day


def recent_day_told(value: Any) -> date:
    """A day that is not too long ago."""
    day = day_told(value)
    if day < timezone.localdate() - OLDEST:
        raise CellRefused("too_long_ago")
    return day


def moment_told(value: Any) -> datetime:
    """`2026-11-22T09:30:00+08:00`, with its offset, up to now, to the second."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) and len(value) < 40 else None
        if moment is None or moment.utcoffset() is None:
            raise CellRefused("bad_moment")
        moment = moment.replace(microsecond=0)
        if moment > timezone.now() + AHEAD:
            raise CellRefused("future_moment")
        recent_day_told(timezone.localdate(min(moment, timezone.now())).isoformat())
    except (ValueError, OverflowError) as wrong:
        raise CellRefused(wrong.code if isinstance(wrong, CellRefused) else "bad_moment") from wrong
    return moment


def text_told(value: Any) -> str:
    if not isinstance(value, str):
        raise CellRefused("not_text")
    return text_of(value)


def key_told(value: Any) -> str:
    """The id of a group, as files name it."""
    return key_of(text_told(value))


def member_told(value: Any) -> str:
    text = text_told(value)
    if not text:
        raise CellRefused("no_member")
    return text


def number_told(value: Any) -> str:
    """An order number."""
    text = text_told(value)
    if not text:
        raise CellRefused("no_order_number")
    if len(text) > 60:
        raise CellRefused("too_long")
    return text


def _schema(kind: str | list[str], **more: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": kind} | more)


Count = Annotated[
    int | None, _refusing(count_told), _schema(["integer", "null"], minimum=0, maximum=COUNT_LIMIT, example=12)
]
YUAN: list[dict[str, Any]] = [
    {"type": "string", "pattern": r"^\d{1,13}(\.\d{1,2})?$"},
    {"type": "number", "minimum": 0},
]
Cents = Annotated[int | None, _refusing(cents_told), WithJsonSchema({"anyOf": [*YUAN, {"type": "null"}]})]
Paid = Annotated[int, _refusing(paid_told), WithJsonSchema({"anyOf": YUAN})]
Day = Annotated[date, _refusing(day_told), _schema("string", format="date")]
RecentDay = Annotated[date, _refusing(recent_day_told), _schema("string", format="date")]
Moment = Annotated[datetime, _refusing(moment_told), _schema("string", format="date-time")]
Text = Annotated[str, _refusing(text_told), _schema("string", maxLength=120)]
Key = Annotated[str, _refusing(key_told), _schema("string", minLength=1, maxLength=120)]
Member = Annotated[str, _refusing(member_told), _schema("string", minLength=1, maxLength=120)]
Number = Annotated[str, _refusing(number_told), _schema("string", minLength=1, maxLength=60)]

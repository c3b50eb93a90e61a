"""One order as a file told it, without who bought it: what goes from the reader to the writer."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date

PHONE = re.compile(r"(?<!\d)(1\d{2})\d{4}(\d{4})(?!\d)", re.ASCII)


@dataclass(frozen=True)
class OrderRow:
    """Amounts in fen; `refund_cents` is all that was given back so far. Words are empty where the file has none, and
    `refunded_on`, the day on which the last of it went back, is None."""

    number: str
    paid_on: date
    cents: int
    refund_cents: int = 0
    coupon: str = ""
    distributor: str = ""
    shop_point: str = ""
    group_key: str = ""
    buyer_key: str = ""  # hex of a keyed hash
    refunded_on: date | None = None


def without_phones(text: str) -> str:
    """The text with the middle of every mobile number hidden: 138****1234."""
    return PHONE.sub(r"\1****\2", text)


def packed(rows: Sequence[OrderRow]) -> bytes:
    """The rows in few bytes."""
    told = [[str(value) if isinstance(value, date) else value for value in astuple(row)] for row in rows]
    return zlib.compress(json.dumps(told, ensure_ascii=False).encode(), level=1)


def unpacked(content: bytes) -> list[OrderRow]:
    return [
        replace(OrderRow(number, date.fromisoformat(paid_on), *rest), refunded_on=_day(back))
        for number, paid_on, *rest, back in json.loads(zlib.decompress(content))
    ]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None

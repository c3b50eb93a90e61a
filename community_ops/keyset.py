"""Pages of a sorted query by the keys of their edges instead of a count of rows to skip.

The deepest page costs what the first one costs, and a row that appears meanwhile neither hides nor repeats another.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

LONGEST_CURSOR = 600


@dataclass(frozen=True)
class Key:
    """A column or annotation that is never null; `read` turns its JSON form back, or raises ValueError."""

    name: str
    read: Callable[[Any], Any]


@dataclass(frozen=True)
class Order:
    """The sort keys, the last of them unique; all run in the same direction."""

    keys: Sequence[Key]
    descending: bool = False


@dataclass(frozen=True)
class Page:
    """Rows in the order asked for; `before` and `after` lead to the neighbours, empty where there is none."""

    rows: list[dict[str, Any]]
    before: str
    after: str


def number(value: Any) -> int:
    """Reads a whole number of a cursor."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**62:
        return value
    raise ValueError(value)


def text(value: Any) -> str:
    """Reads a text of a cursor."""
    if isinstance(value, str) and "\0" not in value:
        return value
    raise ValueError(value)


def page_of(rows: QuerySet, order: Order, size: int, *, after: str = "", before: str = "") -> Page:
    """The `size` rows next to a cursor, or the first, as dictionaries of their keys. `rows` has a column for each key.

    Only keys are read: what is shown of the rows is fetched by their ids afterwards, so that the sort stays narrow.

    A cursor that cannot be read (cut off, typed by hand, of another order) leads to the first page.
    """
    edge = edge_of(after or before, order)
    backwards = bool(before and not after and edge)
    descending = order.descending != backwards
    names = [key.name for key in order.keys]
    if edge:
        rows = rows.filter(_beyond(names, edge, descending))
    rows = rows.order_by(*(f"-{name}" if descending else name for name in names))
    found = list(rows.values(*names)[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_before, has_after = (more, True) if backwards else (bool(edge), more)
    return Page(
        rows=found,
        before=_written(found[0], names) if found and has_before else "",
        after=_written(found[-1], names) if found and has_after else "",
    )


def _beyond(names: list[str], edge: list[Any], descending: bool) -> Q:
    """Rows past the edge: (a, b, id) > (x, y, z), written out."""
    beyond = Q()
    same: dict[str, Any] = {}
    for name, value in zip(names, edge, strict=True):
        beyond |= Q(**same, **{f"{name}__{'lt' if descending else 'gt'}": value})
        same[name] = value
    # Implied by the rest, and what an index on the first key can start from.
    return Q(**{f"{names[0]}__{'lte' if descending else 'gte'}": edge[0]}) & beyond


def _written(row: dict[str, Any], names: list[str]) -> str:
    values = json.dumps([row[name] for name in names], ensure_ascii=False, separators=(",", ":"), default=str)
    return base64.urlsafe_b64encode(values.encode()).decode().rstrip("=")


def edge_of(cursor: str, order: Order) -> list[Any] | None:
    """The keys of the row that a cursor stands for; None where it cannot be read."""
    if not cursor or len(cursor) > LONGEST_CURSOR:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list):
            return None
        return [key.read(value) for key, value in zip(order.keys, values, strict=True)]
    except (ValueError, TypeError, binascii.Error):
        return None

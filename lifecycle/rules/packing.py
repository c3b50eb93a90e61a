"""Rows as columns, and as bytes: column after column, each column of whole numbers as narrow as its values allow.

The layout of the rows is known to whoever reads them: the bytes hold how many there are and how wide each column is.
A column in which all rows are the same is one row of it.
Rows are never laid out one by one: what is read of them is columns, and what is written of them too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

COUNT = np.dtype("<i4")
# How whole numbers may be stored, narrowest first. A kind's number is its place, from 1 on; 0 is the kind of the row.
KINDS = tuple(np.dtype(kind) for kind in ("u1", "i1", "<u2", "<i2", "<i4", "<i8"))
REACH = tuple((np.iinfo(kind).min, np.iinfo(kind).max) for kind in KINDS)
SAME = 0x80  # added to the kind: one row stands for all


# By name, in the order of a layout; the first axis of each is that of the rows. Whole numbers may be of any width.
Columns = Mapping[str, NDArray[Any]]


def packed(columns: Columns) -> bytes:
    """Rows as bytes; see `unpacked`. What is no whole number must be of the kind that the layout says."""
    kinds, contents = bytearray(), []
    for column in columns.values():
        same = _is_the_same(column)
        some = column[:1] if same else column
        kind = _kind_of(some)
        kinds.append(kind | SAME if same else kind)
        contents.append((some.astype(KINDS[kind - 1], copy=False) if kind else some).tobytes())
    return b"".join([np.array(length(columns), COUNT).tobytes(), bytes(kinds), *contents])


def length(columns: Columns) -> int:
    """How many rows there are."""
    return len(next(iter(columns.values())))


def only(columns: Columns, places: NDArray[np.int64]) -> Columns:
    """The rows at these ascending places."""
    if len(places) == length(columns):
        return columns
    return {name: column[places] for name, column in columns.items()}


def as_rows(columns: Columns, layout: np.dtype) -> NDArray[np.void]:
    """The rows one by one, the same bytes for the same: for comparisons."""
    rows = np.empty(length(columns), layout)
    for name in layout.names or ():
        rows[name] = columns[name]
    return rows


def unpacked(content: bytes | memoryview, layout: np.dtype) -> Columns | None:
    """The rows again, as narrow as they were stored, not to be written to; None where the bytes are not such rows."""
    names = layout.names or ()
    begin = COUNT.itemsize + len(names)
    if len(content) < begin:
        return None
    count = int(np.frombuffer(content, COUNT, 1)[0])
    kinds = bytes(content[COUNT.itemsize : begin])
    if count < 0 or any(kind & ~SAME > len(KINDS) for kind in kinds):
        return None
    columns = {}
    for name, number in zip(names, kinds, strict=True):
        base, shape = layout[name].base, layout[name].shape
        kind = KINDS[(number & ~SAME) - 1] if number & ~SAME else base
        stored = 1 if number & SAME else count
        cells = stored * int(np.prod(shape, dtype=np.int64))
        end = begin + cells * kind.itemsize
        if end > len(content):
            return None
        column = np.frombuffer(content, kind, cells, begin).reshape(stored, *shape)
        columns[name] = np.broadcast_to(column, (count, *shape)) if number & SAME else column
        begin = end
    return columns if begin == len(content) else None


def _is_the_same(column: NDArray[Any]) -> bool:
    """Whether all rows are. Most columns differ at their ends already."""
    return len(column) > 1 and bool((column[0] == column[-1]).all() and (column == column[0]).all())


def _kind_of(column: NDArray[Any]) -> int:
    if column.dtype.kind not in "iu":
        return 0
    if not column.size:
        return 1
    low, high = int(column.min()), int(column.max())
    return next(n for n, (least, most) in enumerate(REACH, start=1) if least <= low and high <= most)

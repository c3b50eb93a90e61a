"""Rows of fixed width as bytes, column after column, each column of whole numbers as narrow as its values allow.

The layout of the rows is known to whoever reads them: the bytes hold how many there are and how wide each column is.
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


def packed(rows: NDArray[np.void]) -> bytes:
    """Rows of a structured array as bytes; see `unpacked`."""
    return packed_columns({name: rows[name] for name in rows.dtype.names or ()})


def packed_columns(columns: Mapping[str, NDArray[Any]]) -> bytes:
    """The same from the columns of the rows, in the order of their layout and of its kinds."""
    kinds, contents = bytearray(), []
    for column in map(np.ascontiguousarray, columns.values()):
        kind = _kind_of(column)
        kinds.append(kind)
        contents.append((column.astype(KINDS[kind - 1]) if kind else column).tobytes())
    count = len(next(iter(columns.values())))
    return b"".join([np.array(count, COUNT).tobytes(), bytes(kinds), *contents])


def unpacked(content: bytes | memoryview, layout: np.dtype) -> NDArray[np.void] | None:
    """The same rows again; None where the bytes are not rows of this layout."""
    columns = unpacked_columns(content, layout)
    if columns is None:
        return None
    rows = np.empty(len(next(iter(columns.values()))), layout)
    for name, column in columns.items():
        rows[name] = column
    return rows


def unpacked_columns(content: bytes | memoryview, layout: np.dtype) -> dict[str, NDArray[Any]] | None:
    """The columns alone, as narrow as they were stored, not to be written to; None as above."""
    names = layout.names or ()
    begin = COUNT.itemsize + len(names)
    if len(content) < begin:
        return None
    count = int(np.frombuffer(content, COUNT, 1)[0])
    kinds = bytes(content[COUNT.itemsize : begin])
    if count < 0 or max(kinds, default=0) > len(KINDS):
        return None
    columns = {}
    for name, number in zip(names, kinds, strict=True):
        base, shape = layout[name].base, layout[name].shape
        kind = KINDS[number - 1] if number else base
        cells = count * int(np.prod(shape, dtype=np.int64))
        end = begin + cells * kind.itemsize
        if end > len(content):
            return None
        columns[name] = np.frombuffer(content, kind, cells, begin).reshape(count, *shape)
        begin = end
    return columns if begin == len(content) else None


def _kind_of(column: NDArray[Any]) -> int:
    if column.dtype.kind not in "iu":
        return 0
    if not column.size:
        return 1
    low, high = int(column.min()), int(column.max())
    return next(n for n, (least, most) in enumerate(REACH, start=1) if least <= low and high <= most)

"""Moves columns of numbers between NumPy and PostgreSQL by binary COPY: a constant stride, no loop over rows."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

# PostgreSQL counts days from 2000-01-01, Python ordinals from 0001-01-01.
EPOCH = date(2000, 1, 1).toordinal()
HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TAIL = b"\xff\xff"


def copy_in(cursor: Any, table: str, columns: Mapping[str, np.ndarray]) -> None:
    """Append rows. Columns are int16, int32, int64 or fixed bytes, as the table has them; days are from `days_of`."""
    if not columns or not len(next(iter(columns.values()))):
        return
    content = io.BytesIO(HEAD + _packed(columns).tobytes() + TAIL)
    cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT binary)", content)


def copy_out(cursor: Any, query: str, shape: Mapping[str, str]) -> np.ndarray:
    """The rows of a query without nulls as a structured array; `shape` names its columns as i2, i4 or i8."""
    content = io.BytesIO()
    cursor.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT binary)", content)
    stride = _stride({name: np.dtype(kind).newbyteorder(">") for name, kind in shape.items()})
    body = content.getbuffer()[len(HEAD) : -len(TAIL)]
    packed = np.frombuffer(body, dtype=stride)
    found = np.empty(len(packed), dtype=[(name, kind) for name, kind in shape.items()])
    for name in shape:
        found[name] = packed[name]
    return found


def days_of(ordinals: np.ndarray) -> np.ndarray:
    """Ordinals of Python as PostgreSQL dates."""
    return (ordinals - EPOCH).astype("i4")


def _packed(columns: Mapping[str, np.ndarray]) -> np.ndarray:
    stride = _stride({name: column.dtype.newbyteorder(">") for name, column in columns.items()})
    packed = np.empty(len(next(iter(columns.values()))), dtype=stride)
    packed["fields"] = len(columns)
    for name, column in columns.items():
        packed[f"{name} bytes"] = column.dtype.itemsize
        packed[name] = column
    return packed


def _stride(kinds: Mapping[str, np.dtype]) -> np.dtype:
    fields: list[tuple[str, Any]] = [("fields", ">i2")]
    for name, kind in kinds.items():
        fields += [(f"{name} bytes", ">i4"), (name, kind)]
    return np.dtype(fields)

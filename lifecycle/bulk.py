"""Moves columns of numbers between NumPy and PostgreSQL by binary COPY: a constant stride, no loop over rows."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

# PostgreSQL counts days from 2000-01-01, Python ordinals from 0001-01-01.
EPOCH = date(2000, 1, 1).toordinal()
# The ordinal that stands for no day (rules.arrays.NO_DAY), since COPY of a constant stride has no nulls.
NO_DAY_SQL = "'0001-12-31 BC'::date"
HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TAIL = b"\xff\xff"
# An array of one dimension: its head, then the elements.
ARRAY_HEAD = 20
ELEMENT = np.dtype([("bytes", ">i4"), ("value", ">i4")])
INT4 = 23  # the type's number in every PostgreSQL


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


@dataclass(frozen=True)
class Ragged:
    """Bytes of different length by row."""

    each: Sequence[bytes | memoryview]

    @property
    def content(self) -> bytes | memoryview:
        """Those of all rows one after the other; of a single row without copying them."""
        return self.each[0] if len(self.each) == 1 else b"".join(self.each)


def copy_out_ragged(
    cursor: Any, query: str, shape: Mapping[str, str], tails: Mapping[str, int]
) -> tuple[np.ndarray, dict[str, Ragged]]:
    """The same with columns of different length behind the others: `tails` names them, with the bytes to leave out at
    the beginning of each value. Nulls are allowed there, as empty."""
    content = io.BytesIO()
    cursor.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT binary)", content)
    body = content.getbuffer()
    stride = _stride({name: np.dtype(kind).newbyteorder(">") for name, kind in shape.items()})
    starts, pieces = _split(body, stride.itemsize, tuple(tails.values()))
    rows = np.frombuffer(b"".join(body[at : at + stride.itemsize] for at in starts), dtype=stride)
    found = np.empty(len(rows), dtype=[(name, kind) for name, kind in shape.items()])
    for name in shape:
        found[name] = rows[name]
    return found, {name: Ragged(some) for name, some in zip(tails, pieces, strict=True)}


def _split(body: Any, stride: int, skips: tuple[int, ...]) -> tuple[list[int], list[list[memoryview]]]:
    at, end = len(HEAD), len(body) - len(TAIL)
    starts: list[int] = []
    pieces: list[list[memoryview]] = [[] for _ in skips]
    length_at = struct.Struct(">i").unpack_from
    while at < end:
        starts.append(at)
        at += stride
        for n, skip in enumerate(skips):
            length = max(length_at(body, at)[0], 0)
            pieces[n].append(body[at + 4 + min(skip, length) : at + 4 + length])
            at += 4 + length
    return starts, pieces


def copy_in_ragged(cursor: Any, table: str, columns: Mapping[str, np.ndarray], tails: Mapping[str, Ragged]) -> None:
    """Append rows whose last columns differ in length; see `copy_in` for the others."""
    packed = _packed(columns)
    packed["fields"] += len(tails)
    fixed, stride = packed.tobytes(), packed.dtype.itemsize
    length = struct.Struct(">i").pack
    pieces: list[bytes | memoryview] = [HEAD]
    for row in range(len(packed)):
        pieces.append(fixed[row * stride : (row + 1) * stride])
        for tail in tails.values():
            pieces += (length(len(tail.each[row])), tail.each[row])
    pieces.append(TAIL)
    names = ", ".join([*columns, *tails])
    cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN (FORMAT binary)", io.BytesIO(b"".join(pieces)))


def bytes_of(rows: np.ndarray) -> np.ndarray:
    """Entries of a structured array as fixed bytes, for a column of bytea."""
    return np.ascontiguousarray(rows).view(f"V{rows.dtype.itemsize}").reshape(len(rows))


def arrays_of(values: np.ndarray) -> np.ndarray:
    """Rows of whole numbers as fixed bytes, for a column of integer[]."""
    rows, length = values.shape
    elements = np.empty((rows, length), dtype=ELEMENT)
    elements["bytes"], elements["value"] = 4, values
    packed = np.empty(rows, dtype=[("head", f"V{ARRAY_HEAD}"), ("elements", ELEMENT, (length,))])
    packed["head"] = np.void(struct.pack(">iiiii", 1, 0, INT4, length, 1))
    packed["elements"] = elements
    return bytes_of(packed)


def ids_as_text(ids: Iterable[int]) -> str:
    """Ids for a parameter `%s::int[]`: a fifth of what the adapter of lists takes."""
    return f"{{{','.join(map(str, ids))}}}"


def id_list(ids: np.ndarray) -> str:
    """Ids as a literal of an array, for queries that take no parameters."""
    return f"'{ids_as_text(ids.tolist())}'::int[]"


def ascending(ids: Sequence[int]) -> np.ndarray:
    """Different ids in ascending order; those of a piece are so already."""
    found = np.array(ids, dtype=np.int64)
    return found if (found[1:] > found[:-1]).all() else np.unique(found)


def among(column: str, ids: np.ndarray) -> str:
    """A condition that the column is one of the ids (ascending), as SQL without parameters.

    The groups of a piece are a range with few gaps: saying so spares the planner and the index an array of thousands.
    """
    if not len(ids):
        return "false"
    first, last = int(ids[0]), int(ids[-1])
    if last - first >= len(ids) + len(ids) // 4:
        return f"{column} = ANY({id_list(ids)})"
    if last - first == len(ids) - 1:
        return f"{column} BETWEEN {first} AND {last}"
    gaps = np.setdiff1d(np.arange(first, last + 1), ids, assume_unique=True)
    others = f" AND {column} <> ALL({id_list(gaps)})" if gaps.size else ""
    return f"{column} BETWEEN {first} AND {last}{others}"


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

"""Keeps what an import replaced, packed, in the transaction of the import; `undoing` takes it back from there."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from django.utils import timezone

from lifecycle.activity import KEY, STORED, Written
from lifecycle.coverage import SpansOf
from lifecycle.models import Import, ImportUndo
from lifecycle.voices import TOLD

UNDO_WITHIN = timedelta(days=7)
WAS = np.dtype(list(STORED.items()))


@dataclass(frozen=True)
class Before:
    """What an import found: `made` with KEY, `replaced` with WAS (days as ordinals), sets of members as COPY writes."""

    made: np.ndarray
    replaced: np.ndarray
    told: np.ndarray
    acts: bytes
    spans: list[SpansOf]
    groups_made: list[int]


def keep_for_undo(
    upload: Import, written: Written, acts: bytes, spans: list[SpansOf], groups_made: Sequence[int], now: datetime
) -> None:
    """Write it beside the import; some bytes for each row that was written."""
    ImportUndo.objects.create(
        upload=upload,
        written=_packed(written.made, KEY),
        replaced=_packed(written.replaced, WAS),
        told=_packed(written.told, TOLD),
        acts=zlib.compress(acts, 1),
        spans=[[group, bits, _told(was), _told(left)] for group, bits, was, left in spans],
        groups_made=list(groups_made),
        delete_after=timezone.localdate(now + UNDO_WITHIN),
    )


def read_back(record: ImportUndo) -> Before:
    return Before(
        made=_unpacked(record.written, KEY),
        replaced=_unpacked(record.replaced, WAS),
        told=_unpacked(record.told, TOLD) if record.told else np.zeros(0, dtype=TOLD),
        acts=zlib.decompress(bytes(record.acts)),
        spans=[(group, bits, _spans(was), _spans(left)) for group, bits, was, left in record.spans],
        groups_made=record.groups_made,
    )


def delete_old(today: date) -> int:
    """Delete what can no longer be used."""
    return ImportUndo.objects.filter(delete_after__lt=today).delete()[0]


def _packed(pieces: list[np.ndarray], kind: np.dtype) -> bytes:
    """Each column as narrow as its values, and none that holds nothing but zeros."""
    rows = np.concatenate([np.zeros(0, dtype=kind), *pieces])
    ends = {name: (int(rows[name].min(initial=0)), int(rows[name].max(initial=0))) for name in kind.names or ()}
    narrow = np.dtype(
        [(name, np.result_type(*map(np.min_scalar_type, end))) for name, end in ends.items() if end != (0, 0)]
    )
    kept = np.zeros(len(rows), dtype=narrow)
    for name in narrow.names or ():
        kept[name] = rows[name]
    content = io.BytesIO()
    np.save(content, kept, allow_pickle=False)
    return zlib.compress(content.getbuffer(), 1)


def _unpacked(content: bytes, kind: np.dtype) -> np.ndarray:
    """The rows as they are laid out today; a column that was not packed holds zeros."""
    packed = np.load(io.BytesIO(zlib.decompress(bytes(content))), allow_pickle=False)
    rows = np.zeros(len(packed), dtype=kind)
    for name in packed.dtype.names:
        rows[name] = packed[name]
    return rows


def _told(spans: list[tuple[date, date]]) -> list[list[str]]:
    return [[str(first), str(last)] for first, last in spans]


def _spans(told: list[list[str]]) -> list[tuple[date, date]]:
    return [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in told]

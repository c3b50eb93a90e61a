"""Collects what a reader finds, compactly: groups, rows of counts, acts of members, spans of coverage and refusals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np

from groups.sheets.refusal import REFUSALS_KEPT, VALUE_KEPT, FileRefused, Refusal
from lifecycle.rules.counts import COUNTS
from lifecycle.sources.advert_words import AdvertWords, IsAdvert

# Days are proleptic ordinals (date.toordinal). `line` is the row in the file, to tell where a repeated day stood.
ROW = np.dtype(
    [("group", "<i4"), ("day", "<i4"), ("known", "<i2"), ("line", "<i4")]
    + [(name, "<i8" if name == "revenue_cents" else "<i4") for name in COUNTS]
)
ACT = np.dtype([("group", "<i4"), ("day", "<i4"), ("member", "<i4"), ("acts", "<i4"), ("line", "<i4")])
CHUNK = 50_000
MENDED_KEPT = 20_000  # rows of a file of errors


class Rows:
    """A growing structured array: tuples go in, chunks are packed as they fill."""

    def __init__(self, dtype: np.dtype, most: int) -> None:
        self.dtype, self.most = dtype, most
        self.packed: list[np.ndarray] = []
        self.open: list[tuple[int, ...]] = []
        self.total = 0

    def add(self, row: tuple[int, ...]) -> None:
        self.open.append(row)
        if len(self.open) >= CHUNK:
            self._pack()

    def add_packed(self, rows: np.ndarray) -> None:
        """Many rows at once, of the same dtype."""
        self.total += len(rows)
        if self.total > self.most:
            raise FileRefused("too_many_rows", most=self.most)
        self.packed.append(rows)

    def _pack(self) -> None:
        self.add_packed(np.array(self.open, dtype=self.dtype))
        self.open = []

    def array(self) -> np.ndarray:
        if self.open or not self.packed:
            self._pack()
        return self.packed[0] if len(self.packed) == 1 else np.concatenate(self.packed)


class Gathering:
    """What one file says so far. `tell` is called now and then with the rows read."""

    def __init__(
        self,
        *,
        kind: str,
        most_rows: int,
        tell: Callable[[int], None] = lambda rows: None,
        adverts: AdvertWords | None = None,
    ) -> None:
        self.kind = kind
        self.adverts = adverts or AdvertWords()
        self.is_advert: list[IsAdvert | None] = []  # by group, where a list says what is one
        self.tell = tell
        self.encoding = ""
        self.members_are_per_group = False  # or ids of the platform, the same person in every group
        self.group_numbers: dict[tuple[str, str], int] = {}
        self.names: list[str] = []
        self.rows = Rows(ROW, most_rows)
        self.acts = Rows(ACT, most_rows * 5)
        self.members: list[dict[str, int]] = []
        self.spans: dict[int, tuple[date, date]] = {}
        self.refusals: list[Refusal] = []
        self.rows_refused = 0
        self.refused: dict[int, list[list[str]]] = {}  # by row: column and problem of each cell
        self.rows_read = 0

    def group(self, key: str, name: str = "", platform: str = "") -> int:
        """The number of a group within this file; its name is the last one that was said."""
        number = self.group_numbers.get((platform, key))
        if number is None:
            number = self.group_numbers[(platform, key)] = len(self.names)
            self.names.append(name)
            self.members.append({})
            self.is_advert.append(self.adverts.of(platform, key))
        elif name:
            self.names[number] = name
        return number

    def member(self, group: int, identity: str) -> int:
        """The number of a member within the group and this file. The identity leaves this object only as a hash."""
        numbers = self.members[group]
        return numbers.setdefault(identity, len(numbers))

    def widen(self, group: int, first: date, last: date) -> None:
        """The source was watching this group at least from `first` to `last`, both included."""
        known = self.spans.get(group)
        self.spans[group] = (min(first, known[0]), max(last, known[1])) if known else (first, last)

    def refuse(self, row: int, problems: list[tuple[str, Any, str]]) -> None:
        """Leave a row out because of its cells: (column, value, problem) each."""
        self.rows_refused += 1
        if row and len(self.refused) < MENDED_KEPT:
            self.refused.setdefault(row, []).extend([column[:VALUE_KEPT], code] for column, _value, code in problems)
        for column, value, problem in problems:
            if len(self.refusals) < REFUSALS_KEPT:
                self.refusals.append(Refusal(row, column[:VALUE_KEPT], _shown(value), problem))

    def note(self, problem: str, value: Any = "") -> None:
        """Tell something about the file that the reader of the result must know; no row is left out for it."""
        noted = Refusal(0, "", _shown(value), problem)
        if noted not in self.refusals:
            self.refusals.insert(0, noted)

    def count_read(self, rows: int = 1) -> None:
        before, self.rows_read = self.rows_read, self.rows_read + rows
        if self.rows_read // 20_000 > before // 20_000:
            self.tell(self.rows_read)


def _shown(value: Any) -> str:
    """A refused value as it may be stored and shown: printable, short."""
    text = "" if value is None else str(value)
    return "".join(c if c.isprintable() and not "\ud800" <= c <= "\udfff" else "\ufffd" for c in text[:VALUE_KEPT])

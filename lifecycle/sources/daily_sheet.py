"""Canonical daily sheet, CSV or XLSX: one row is a group and a day.

Columns: group and date must be there; name, platform, observed_from, observed_until and the counts may be: members,
joins, leaves, messages, speakers, clicks, orders, buyers, revenue (yuan), ads. An absent column and an empty cell are
unknown, 0 is an observed zero. Headers in Chinese or English (headers.py); other columns are ignored.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from lifecycle.rules.counts import COUNTS, KNOWN
from lifecycle.sources.cells import cents_of, count_of, day_of, key_of, text_of
from lifecycle.sources.gathering import Gathering
from lifecycle.sources.platforms import platform_of
from lifecycle.sources.refusal import CellRefused
from lifecycle.sources.tables import Table

KIND = "daily"


def recognises(places: dict[str, int]) -> bool:
    return "member" not in places and any(name in places for name in COUNTS)


def read(table: Table, gathering: Gathering, *, last_day: date) -> None:
    """Read every row into the gathering; a row with a bad cell is refused as a whole, the others go on."""
    reader = RowReader(table, last_day)
    counts = [(name, table.places[name], KNOWN[name]) for name in COUNTS if name in table.places]
    # Where each count stands in the row that is written: after group, day, known and line.
    slots = {name: 4 + place for place, name in enumerate(COUNTS)}
    for line, cells in table.rows:
        if not any(cell not in ("", None) for cell in cells):
            continue
        gathering.count_read()
        problems: list[tuple[str, Any, str]] = []
        if reader.overflows(cells):
            gathering.refuse(line, [("", len(cells), "too_many_cells")])
            continue
        begun = reader.begin(cells, gathering, problems)
        row = [0] * (4 + len(COUNTS))
        for name, place, bit in counts:
            cell = cells[place] if place < len(cells) else None
            try:
                value = cents_of(cell) if name == "revenue_cents" else count_of(cell)
            except CellRefused as refused:
                problems.append((table.headers[place], cell, refused.code))
                continue
            if value is not None:
                row[slots[name]] = value
                row[2] |= bit
        if problems:
            gathering.refuse(line, problems)
        elif not row[2]:
            gathering.refuse(line, [("", "", "no_counts")])
        elif begun:
            group, day, span = begun()
            row[0], row[1], row[3] = group, day, line
            gathering.rows.add(tuple(row))
            if span:
                gathering.widen(group, *span)


class RowReader:
    """Reads the columns that every sheet shares: group, name, platform, date and span of observation."""

    def __init__(self, table: Table, last_day: date) -> None:
        self.table, self.places, self.last_day = table, table.places, last_day
        self.days: dict[Any, date] = {}  # a sheet repeats the same few days
        self.keys: dict[Any, str] = {}
        self.named_by_key = self.places.get("name") == self.places["group"]

    def overflows(self, cells: list[Any]) -> bool:
        """Whether the row has filled cells beyond the header: a comma in a name moved all that follows."""
        return any(cell not in ("", None) for cell in cells[len(self.table.headers) :])

    def begin(
        self, cells: list[Any], gathering: Gathering, problems: list[tuple[str, Any, str]]
    ) -> Callable[[], tuple[int, int, tuple[date, date] | None]] | None:
        """What the row is about, to be called once the whole row is known to be good: only then a group is noted."""
        key = self._cell(cells, "group", self._key, problems)
        day = self._cell(cells, "date", self._day, problems)
        name = key if self.named_by_key else self._cell(cells, "name", text_of, problems)
        platform = self._cell(cells, "platform", _platform, problems)
        first = self._cell(cells, "observed_from", self._optional_day, problems)
        last = self._cell(cells, "observed_until", self._optional_day, problems)
        if problems or key is None or day is None:
            return None
        span = (min(first or day, day), max(last or day, day)) if first or last else None
        return lambda: (gathering.group(key, name or "", platform or ""), day.toordinal(), span)

    def _cell(self, cells: list[Any], field: str, parse: Callable[[Any], Any], problems: list) -> Any:
        place = self.places.get(field)
        if place is None:
            return None
        cell = cells[place] if place < len(cells) else None
        try:
            return parse(cell)
        except CellRefused as refused:
            problems.append((self.table.headers[place], cell, refused.code))
            return None

    def _key(self, cell: Any) -> str:
        key = self.keys.get(cell)
        if key is None:
            key = self.keys[cell] = key_of(cell)
        return key

    def _day(self, cell: Any) -> date:
        day = self.days.get(cell)
        if day is None:
            day = self.days[cell] = day_of(cell, self.last_day)
        return day

    def _optional_day(self, cell: Any) -> date | None:
        if cell is None or cell == "":
            return None
        return min(day_of(cell, date.max), self.last_day)


def _platform(cell: Any) -> str:
    word = text_of(cell)
    if not word:
        return ""
    platform = platform_of(word)
    if not platform:
        raise CellRefused("unknown_platform")
    return platform

"""Goes through the rows of a sheet and reads what every sheet shares: which group, which day, watched from when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from groups.rules.safe_cells import unmarked
from groups.sheets.cells import day_of, key_of, text_of
from groups.sheets.platforms import platform_of
from groups.sheets.refusal import CellRefused
from groups.sheets.tables import Table
from lifecycle.sources.gathering import Gathering

Problem = tuple[str, Any, str]  # column, value, code


class Head(NamedTuple):
    """What a row says of its group."""

    key: str
    name: str
    platform: str
    first: date | None
    last: date | None


class About(NamedTuple):
    """What a row is about; `day` as ordinal."""

    head: Head
    day: int


class SheetRows:
    """Iterates over the rows that hold anything, each as wide as the header, and refuses those that are wider.

    The cells of a group and of a day repeat from row to row: what they say is remembered.
    """

    def __init__(self, table: Table, gathering: Gathering, last_day: date) -> None:
        self.table, self.gathering, self.last_day = table, gathering, last_day
        places = table.places
        self.at_day = places["date"]
        self.shared = [
            (places.get("group", -1), _key),
            (-1 if places.get("name") == places["group"] else places.get("name", -1), text_of),
            (places.get("platform", -1), _platform),
            (places.get("observed_from", -1), self._optional_day),
            (places.get("observed_until", -1), self._optional_day),
        ]
        self.named_by_key = places.get("name") == places["group"]
        self.present = [place for place, _ in self.shared if place >= 0]
        self.heads: dict[tuple[Any, ...], Head] = {}
        self.days: dict[Any, int] = {}

    def __iter__(self) -> Iterator[tuple[int, list[Any]]]:
        width = len(self.table.headers)
        for line, cells in self.table.rows:
            if not any(cells) and all(cell is None or cell == "" for cell in cells):
                continue
            self.gathering.count_read()
            if len(cells) < width:
                cells = cells + [None] * (width - len(cells))
            elif len(cells) > width and any(cell not in ("", None) for cell in cells[width:]):
                # A comma in a name moved all that follows.
                self.gathering.refuse(line, [("", len(cells), "too_many_cells")])
                continue
            yield line, cells

    def about(self, cells: list[Any], problems: list[Problem]) -> About | None:
        """Whom and which day a row speaks of; None with the problems noted if that cannot be told."""
        said = tuple([cells[place] for place in self.present])
        head = self.heads.get(said)
        if head is None:
            head = self._head(cells, problems)
            if head is not None:
                self.heads[said] = head
        cell = cells[self.at_day]
        day = self.days.get(cell)
        if day is None:
            try:
                day = self.days[cell] = day_of(cell, self.last_day).toordinal()
            except CellRefused as refused:
                problems.append((self.table.headers[self.at_day], cell, refused.code))
        return None if head is None or day is None else About(head, day)

    def note(self, about: About) -> int:
        """The number of the group of a row that is known to be good; its coverage is noted with it."""
        head = about.head
        group = self.gathering.group(head.key, head.name, head.platform)
        if head.first or head.last:
            day = date.fromordinal(about.day)
            self.gathering.widen(group, min(head.first or day, day), max(head.last or day, day))
        return group

    def _head(self, cells: list[Any], problems: list[Problem]) -> Head | None:
        read: list[Any] = []
        found = len(problems)
        for place, parse in self.shared:
            try:
                read.append(parse(cells[place]) if place >= 0 else None)
            except CellRefused as refused:
                problems.append((self.table.headers[place], cells[place], refused.code))
        if len(problems) > found:
            return None
        key, name, platform, first, last = read
        return Head(key, (key if self.named_by_key else name) or "", platform or "", first, last)

    def _optional_day(self, cell: Any) -> date | None:
        return None if cell is None or cell == "" else min(day_of(cell, date.max), self.last_day)


def _key(cell: Any) -> str:
    """The key without the mark that a file of errors puts before what looks like a formula."""
    return key_of(unmarked(cell) if isinstance(cell, str) else cell)


def _platform(cell: Any) -> str:
    word = text_of(cell)
    if not word:
        return ""
    platform = platform_of(word)
    if not platform:
        raise CellRefused("unknown_platform")
    return platform

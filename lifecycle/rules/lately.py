"""Who acted lately, for one judged day: from entries of every day to each member's last day and acts, without sorting.

A member of a group is a cell. Entries are put into the cells in the order of the weeks that end on the judged day's day
of the week, and at the end of each of the last weeks it is counted who acted in the RETURN_DAYS behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifecycle.rules.kept import REMEMBERED_DAYS, Acted, Narrow
from lifecycle.rules.people import BEFORE_WEEKS
from lifecycle.rules.policy import RETURN_DAYS, WINDOW_DAYS
from lifecycle.rules.weeks import WeekSums

# Cells beyond these for each entry are not laid out: where members of some group have high numbers.
ROOM = 8
Entries = tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]  # group, member, row of the day, acts


@dataclass(frozen=True)
class Lately:
    """As of the judged day. `before` is that of people.Named, whatever the plan says of talk."""

    acted: Acted
    before: WeekSums


def lately_of(parts: Sequence[Entries], groups: int, row: int, ordinal: int) -> Lately:
    """From entries in any order, none older than REMEMBERED_DAYS; the judged day has this row and this ordinal."""
    before, last, acts, (cell_group, cell_member) = _walked(parts, groups, row, through=0)
    there = np.flatnonzero(last > row - REMEMBERED_DAYS)
    days = last[there] + np.int32(ordinal - row)
    return Lately(Acted(cell_group[there], cell_member[there], days, acts[there]), before)


def lately_with(acted: Acted, parts: Sequence[Entries], groups: int, row: int, ordinal: int) -> Lately:
    """The same where who acted as of the judged day is known: entries of the last seven days are not looked at."""
    before = _walked(parts, groups, row, through=1)[0]
    before[0, 0] = np.bincount(acted.group[acted.last > ordinal - RETURN_DAYS], minlength=groups)
    return Lately(acted, before)


def _walked(
    parts: Sequence[Entries], groups: int, row: int, *, through: int
) -> tuple[WeekSums, Narrow, Narrow, tuple[Narrow, Narrow]]:
    """Lately.before up to so many weeks before the judged day; and of each cell its last row, its acts in the window
    (none unless the walk goes through to that day), its group and its member."""
    parts = [part for part in parts if part[0].size]
    spans = [(int(day.min()), int(day.max())) for _, _, day, _ in parts]
    cells, cell_group, cell_member = _cells(parts, groups)
    last = np.full(len(cell_group), row - REMEMBERED_DAYS, dtype=np.int32)
    acts = np.zeros(len(cell_group), dtype=np.int32)
    before = np.zeros((BEFORE_WEEKS, 1, groups), dtype=np.int32)
    begin = row - REMEMBERED_DAYS
    for back in range(BEFORE_WEEKS - 1, through - 1, -1):
        end = row - 7 * back
        for cell, span, (_, _, day, count) in zip(cells, spans, parts, strict=True):
            for at in _inside(day, span, begin, end):
                np.maximum.at(last, cell[at], day[at].astype(np.int32, copy=False))
                if not through and begin >= row - WINDOW_DAYS:
                    np.add.at(acts, cell[at], count[at].astype(np.int32, copy=False))
        before[back, 0] = np.bincount(cell_group[last > end - RETURN_DAYS], minlength=groups)
        begin = end
    return before, last, acts, (cell_group, cell_member)


def _inside(day: NDArray[Any], span: tuple[int, int], begin: int, end: int) -> Iterator[Any]:
    """Which entries, whose days lie in this span, lie after the row `begin`, up to `end`."""
    if begin < span[0] and span[1] <= end:
        yield slice(None)
    elif span[0] <= end and begin < span[1]:
        yield np.flatnonzero((day > begin) & (day <= end))


def _cells(parts: Sequence[Entries], groups: int) -> tuple[list[Narrow], Narrow, Narrow]:
    """The cell of each entry of each part; the group and the member of each cell, ascending.

    Every group has as many cells as the highest number of all groups needs, where there is room.
    """
    width = 1 + max((int(member.max()) for _, member, _, _ in parts), default=-1)
    if groups * width > ROOM * sum(len(group) for group, _, _, _ in parts):
        return _found_cells(parts)
    cells = [group.astype(np.int32, copy=False) * np.int32(width) + member for group, member, _, _ in parts]
    of_all = np.arange(groups, dtype=np.int32), np.arange(width, dtype=np.int32)
    return cells, np.repeat(of_all[0], width), np.tile(of_all[1], groups)


def _found_cells(parts: Sequence[Entries]) -> tuple[list[Narrow], Narrow, Narrow]:
    keys = [group.astype(np.int64) << 32 | member for group, member, _, _ in parts]
    found, at = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *keys]), return_inverse=True)
    ends = np.cumsum([len(each) for each in keys])
    cell_group, cell_member = found >> 32, found & 0xFFFFFFFF
    return np.split(at, ends[:-1]), cell_group.astype(np.int32), cell_member.astype(np.int32)

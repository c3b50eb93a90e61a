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

from lifecycle.rules.arrays import Ints
from lifecycle.rules.kept import REMEMBERED_DAYS, Acted
from lifecycle.rules.people import BEFORE_WEEKS
from lifecycle.rules.policy import RETURN_DAYS, WINDOW_DAYS
from lifecycle.rules.weeks import WeekSums

# Cells beyond these for each entry are not laid out: members of high numbers who are seldom seen.
ROOM = 8
Entries = tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]  # group, member, row of the day, acts


@dataclass(frozen=True)
class Lately:
    """As of the judged day. `before` is that of people.Named, whatever the plan says of talk."""

    acted: Acted
    before: WeekSums


def lately_of(parts: Sequence[Entries], groups: int, row: int, ordinal: int) -> Lately:
    """From entries in any order, none older than REMEMBERED_DAYS; the judged day has this row and this ordinal."""
    cells, cell_group, cell_member = _cells(parts, groups)
    last = np.full(len(cell_group), row - REMEMBERED_DAYS, dtype=np.int32)
    acts = np.zeros(len(cell_group), dtype=np.int64)
    before = np.zeros((BEFORE_WEEKS, 1, groups), dtype=np.int32)
    begin = row - REMEMBERED_DAYS
    for back in range(BEFORE_WEEKS - 1, -1, -1):
        end = row - 7 * back
        for cell, (_, _, day, count) in zip(cells, parts, strict=True):
            for at, inside in _inside(day, begin, end):
                np.maximum.at(last, cell[at], inside)
                if begin >= row - WINDOW_DAYS:
                    np.add.at(acts, cell[at], count[at].astype(np.int64))
        before[back, 0] = np.bincount(cell_group[last > end - RETURN_DAYS], minlength=groups)
        begin = end
    there = np.flatnonzero(last > row - REMEMBERED_DAYS)
    days = last[there].astype(np.int64) + (ordinal - row)
    return Lately(Acted(cell_group[there], cell_member[there], days, acts[there]), before)


def _inside(day: NDArray[Any], begin: int, end: int) -> Iterator[tuple[Any, NDArray[np.int32]]]:
    """Which entries lie after the row `begin`, up to `end`, and their rows."""
    if not day.size or day.min() > end or day.max() <= begin:
        return
    if day.min() > begin and day.max() <= end:
        yield slice(None), day.astype(np.int32)
        return
    at = np.flatnonzero((day > begin) & (day <= end))
    yield at, day[at].astype(np.int32)


def _cells(parts: Sequence[Entries], groups: int) -> tuple[list[Ints], Ints, Ints]:
    """The cell of each entry of each part; the group and the member of each cell, ascending."""
    most = np.full(groups, -1, dtype=np.int64)
    entries = 0
    for group, member, _, _ in parts:
        np.maximum.at(most, group, member.astype(np.int64))
        entries += len(group)
    ends = np.cumsum(most + 1)
    if groups and ends[-1] > ROOM * entries:
        return _found_cells(parts)
    begins = ends - most - 1
    cells = [begins[group] + member for group, member, _, _ in parts]
    cell_group = np.repeat(np.arange(groups), most + 1)
    return cells, cell_group, np.arange(len(cell_group)) - begins[cell_group]


def _found_cells(parts: Sequence[Entries]) -> tuple[list[Ints], Ints, Ints]:
    keys = [group.astype(np.int64) << 32 | member for group, member, _, _ in parts]
    found, at = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *keys]), return_inverse=True)
    ends = np.cumsum([len(each) for each in keys])
    return np.split(at, ends[:-1]), found >> 32, found & 0xFFFFFFFF

"""Sums, largest values and distinct members over trailing windows of days, for all groups at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifecycle.rules.arrays import Ints


def trailing_sum(values: NDArray[np.generic], days: int) -> Ints:
    """For each day the sum over it and the days - 1 before. Days before the first row count as zero."""
    total = np.cumsum(values, axis=0, dtype=np.int64)
    total[days:] -= total[:-days].copy()
    return total


def trailing_max(values: Ints, days: int) -> Ints:
    """For each day the largest value over it and the days - 1 before."""
    largest, span = values.copy(), 1
    while span < days:
        step = min(span, days - span)
        largest[step:] = np.maximum(largest[step:], largest[:-step].copy())
        span += step
    return largest


@dataclass(frozen=True)
class Acting:
    """Who acted when: one entry per group, member and day, sorted in that order. All arrays have one length."""

    group: NDArray[np.int32]  # column in the arrays of the pass
    member: NDArray[np.int32]  # small number within the group
    day: NDArray[np.int32]  # row in the arrays of the pass
    acts: NDArray[np.int32]

    @classmethod
    def none(cls) -> Acting:
        empty = np.zeros(0, dtype=np.int32)
        return cls(empty, empty, empty, empty)

    @classmethod
    def of(
        cls, group: NDArray[np.int32], member: NDArray[np.int32], day: NDArray[np.int32], acts: NDArray[np.int32]
    ) -> Acting:
        """Sorts entries that come in any order."""
        columns = (group, member, day, acts)
        widths = [int(column.max(initial=0)).bit_length() for column in columns]
        if sum(widths) < 64 and min(int(column.min(initial=0)) for column in columns) >= 0:
            return cls(*_sorted_together(columns, widths))
        key = (group.astype(np.int64) << 42) | (member.astype(np.int64) << 16) | day  # days < 2^16, members < 2^26
        order = np.argsort(key)
        return cls(group[order], member[order], day[order], acts[order])


def _sorted_together(columns: Sequence[NDArray[np.int32]], widths: Sequence[int]) -> list[NDArray[np.int32]]:
    """Entries as one number each: to sort numbers takes a fraction of what an order of them takes."""
    key = np.zeros(len(columns[0]), dtype=np.int64)
    for column, width in zip(columns, widths, strict=True):
        key <<= width
        key |= column
    key.sort()
    parts = []
    for width in reversed(widths):
        parts.append((key & ((1 << width) - 1)).astype(np.int32))
        key >>= width
    return parts[::-1]


def distinct_members(acting: Acting, windows: Sequence[int], shape: tuple[int, int]) -> list[Ints]:
    """For each trailing window of so many days, by day and group, the number of different members who acted; exact.

    A member who acted on day d is in the window of the days d .. d + days - 1, but counted anew from the next act on:
    each entry adds one from its day until the earlier of those two. Work is in proportion to the entries.
    """
    height, width = shape
    if not acting.day.size:
        return [np.zeros(shape, dtype=np.int64) for _ in windows]
    day = acting.day.astype(np.int64)
    again = np.full(len(day), height, dtype=np.int64)
    same = (acting.group[1:] == acting.group[:-1]) & (acting.member[1:] == acting.member[:-1])
    np.copyto(again[:-1], day[1:], where=same)
    cells = (height + 1) * width
    begins = np.bincount(day * width + acting.group, minlength=cells)
    counted = []
    for days in windows:
        ends = np.bincount(np.minimum(day + days, again) * width + acting.group, minlength=cells)
        counted.append(np.cumsum((begins - ends).reshape(height + 1, width), axis=0, dtype=np.int64)[:height])
    return counted


def is_look(ordinals: Ints) -> NDArray[np.bool_]:
    """The days on which a member's share is looked at: Mondays, so that nights and long passes look on the same."""
    looks: NDArray[np.bool_] = ordinals % 7 == 1
    return looks


def share_at_looks(acting: Acting, first: int, shape: tuple[int, int], days: int) -> NDArray[np.float64]:
    """On each look (is_look) what largest_share says of it, NaN on other days and without acts; days x groups.

    `first` is the ordinal of row 0. The acts of a member are added up by week, and each week counts for as many looks
    as the window has weeks, so the work is in proportion to the entries.
    """
    share = np.full(shape, np.nan)
    if not acting.day.size:
        return share
    span = days // 7
    week = (acting.day.astype(np.int64) + first + 5) // 7  # ends on the look with the ordinal 7 * week + 1
    same_member = (acting.group[1:] == acting.group[:-1]) & (acting.member[1:] == acting.member[:-1])
    begins = np.flatnonzero(np.r_[True, ~same_member | (week[1:] != week[:-1])])
    group, member, week = acting.group[begins].astype(np.int64), acting.member[begins], week[begins]
    acts = np.add.reduceat(acting.acts.astype(np.int64), begins)
    width, oldest = shape[1], int(week.min())
    looks = int(week.max()) - oldest + span
    most, total = np.zeros(looks * width, dtype=np.int64), np.zeros(looks * width)
    for ahead in range(span):
        windowed = acts.copy()
        for back in range(1, min(span, len(acts))):
            same = (group[back:] == group[:-back]) & (member[back:] == member[:-back])
            windowed[back:] += np.where(same & (week[:-back] > week[back:] + ahead - span), acts[:-back], 0)
        same = (group[1:] == group[:-1]) & (member[1:] == member[:-1])
        latest = np.r_[~same | (week[1:] > week[:-1] + ahead), True]
        cells = ((week + ahead - oldest) * width + group)[latest]
        np.maximum.at(most, cells, windowed[latest])
        total += np.bincount(cells, weights=windowed[latest], minlength=looks * width)
    found = np.divide(most, total, out=np.full(looks * width, np.nan), where=total > 0).reshape(looks, width)
    rows = 7 * (oldest + np.arange(looks)) + 1 - first
    inside = (rows >= 0) & (rows < shape[0])
    share[rows[inside]] = found[inside]
    return share


def largest_share(acting: Acting, last_row: int, days: int, width: int) -> NDArray[np.float64]:
    """For each group the share of the acts of the last `days` days that its busiest member made; NaN without acts."""
    inside = (acting.day > last_row - days) & (acting.day <= last_row)
    share = np.full(width, np.nan)
    if not inside.any():
        return share
    group, member, acts = acting.group[inside], acting.member[inside], acting.acts[inside].astype(np.int64)
    starts = np.flatnonzero(np.r_[True, (group[1:] != group[:-1]) | (member[1:] != member[:-1])])
    by_member = np.add.reduceat(acts, starts)
    most = np.zeros(width, dtype=np.int64)
    np.maximum.at(most, group[starts], by_member)
    total = np.bincount(group, weights=acts, minlength=width)
    np.divide(most, total, out=share, where=total > 0)
    return share

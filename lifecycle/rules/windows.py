"""Sums, largest values and distinct members over trailing windows of days, for all groups at once."""

from __future__ import annotations

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
        key = (group.astype(np.int64) << 42) | (member.astype(np.int64) << 16) | day  # days < 2^16, members < 2^26
        order = np.argsort(key)
        return cls(group[order], member[order], day[order], acts[order])


def distinct_members(acting: Acting, days: int, shape: tuple[int, int]) -> Ints:
    """For each day and group the number of different members who acted in the trailing window; exact.

    A member who acted on day d is in the window of the days d .. d + days - 1, but counted anew from the next act on:
    each entry adds one from its day until the earlier of those two. Work is in proportion to the entries.
    """
    height, width = shape
    if not acting.day.size:
        return np.zeros(shape, dtype=np.int64)
    until = np.minimum(acting.day.astype(np.int64) + days, height)
    again = (acting.group[1:] == acting.group[:-1]) & (acting.member[1:] == acting.member[:-1])
    until[:-1] = np.where(again, np.minimum(until[:-1], acting.day[1:]), until[:-1])
    cells = (height + 1) * width
    begins = np.bincount(acting.day.astype(np.int64) * width + acting.group, minlength=cells)
    ends = np.bincount(until * width + acting.group, minlength=cells)
    return np.cumsum((begins - ends).reshape(height + 1, width), axis=0, dtype=np.int64)[:height]


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

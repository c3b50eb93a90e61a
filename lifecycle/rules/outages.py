"""Days on which a source told zeros that it does not usually tell: broken rather than quiet.

A day is broken if at least a third of the groups that usually act on such a day are at zero, while it is usually less
than a tenth. Working days are held against working days, rest days against rest days; no outage begins at a festival.
From the first broken day on the same groups are watched, against what was usual before, until they act again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifecycle.rules.arrays import Bools, Floats
from lifecycle.rules.calendar import FESTIVAL


@dataclass(frozen=True)
class Limits:
    """When zeros are not believed."""

    look_back: int = 28  # days
    least_known: int = 4  # known days of the same kind, before a group has something usual
    active_share: float = 0.5  # of them with an act: such a group is expected to act
    least_groups: int = 6  # expected groups; of fewer a third is chance
    zeros_share: float = 1 / 3
    usual_share: float = 0.1


@dataclass(frozen=True)
class Zeros:
    """Per day whether the source is broken, and whether it was known to be all right; days x groups what is doubted."""

    broken: Bools
    right: Bools
    doubted: Bools


DEFAULT_LIMITS = Limits()


def zeros_of(acted: Bools, known: Bools, kinds: NDArray[np.int8], first: int, limits: Limits = DEFAULT_LIMITS) -> Zeros:
    """Look at the rows from `first` on, oldest first; the rows before are what is usual. Days x groups of one source.

    `acted` is false where a day is not known. `kinds`: calendar.day_kinds of the same rows.
    """
    days = len(known)
    broken, right = np.zeros(days, dtype=np.bool_), np.zeros(days, dtype=np.bool_)
    expected: Bools | None = None  # while the source is broken: the groups that would act if it were not
    for day in range(first, days):
        if kinds[day] == FESTIVAL and expected is None:
            continue
        watched, usual = (expected, 0.0) if expected is not None else _usual(acted, known, kinds, broken, day, limits)
        here = watched & known[day]
        if here.sum() < (1 if expected is not None else limits.least_groups):
            continue
        share = float((here & ~acted[day]).sum() / here.sum())
        broken[day] = share >= limits.zeros_share and usual < limits.usual_share
        right[day] = not broken[day]
        expected = watched if broken[day] else None
    return Zeros(broken, right, broken[:, None] & known & ~acted)


def _usual(
    acted: Bools, known: Bools, kinds: NDArray[np.int8], broken: Bools, day: int, limits: Limits
) -> tuple[Bools, float]:
    """The groups that usually act on such a day, and the share of them that is usually at zero."""
    rows = np.arange(max(0, day - limits.look_back), day)
    rows = rows[(kinds[rows] == kinds[day]) & ~broken[rows]]
    seen = known[rows].sum(axis=0)
    active: Floats = acted[rows].sum(axis=0) / np.maximum(seen, 1)
    expected: Bools = (seen >= limits.least_known) & (active >= limits.active_share)
    here = known[rows][:, expected]
    told = here.sum(axis=1)
    zeros = (here & ~acted[rows][:, expected]).sum(axis=1)
    shares = zeros[told > 0] / told[told > 0]
    return expected, float(np.median(shares)) if len(shares) else 1.0


def spells_of(zeros: Zeros, first: int) -> list[tuple[int, int | None]]:
    """The broken spells among the rows from `first` on: the first broken row, and the first that was right again."""
    spells: list[tuple[int, int | None]] = []
    for day in range(first, len(zeros.broken)):
        open_one = bool(spells) and spells[-1][1] is None
        if zeros.broken[day] and not open_one:
            spells.append((day, None))
        elif zeros.right[day] and open_one:
            spells[-1] = (spells[-1][0], day)
    return spells

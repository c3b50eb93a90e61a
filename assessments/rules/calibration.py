"""How good the verdicts were: chances against what came, and whether a rule speaks of the plans that fail.

Intervals are those of `Rate`, at 95 %. The Brier score is the mean squared difference
between chance and outcome: 0 is perfect, 0.25 is what a coin gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from groups.rules.rates import Rate

EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
LEAST_TO_JUDGE = 10  # cases on each side, before a rule is judged


@dataclass(frozen=True)
class Bin:
    """The plans whose chance lay between two edges; `expected` is the mean of their chances."""

    low: float
    high: float
    expected: float | None
    earned: Rate

    @property
    def fits(self) -> bool:
        """What was expected lies within the interval of what came."""
        low, high = self.earned.interval
        return self.expected is None or low <= self.expected <= high


@dataclass(frozen=True)
class Case:
    """One scored plan: its chance to earn (None: none was given), the rules that spoke, and whether it earned."""

    chance: Decimal | None
    codes: frozenset[str]
    earned: bool | None


class Worth(StrEnum):
    """What can be said of a rule."""

    TOO_FEW = "too_few"
    EARNS = "earns"  # plans that it speaks of fail more often
    IDLE = "idle"  # no difference can be told
    HARMS = "harms"  # plans that it speaks of fail less often


@dataclass(frozen=True)
class RuleRecord:
    """How often plans failed with and without the rule."""

    code: str
    with_it: Rate
    without: Rate

    @property
    def worth(self) -> Worth:
        if min(self.with_it.n, self.without.n) < LEAST_TO_JUDGE:
            return Worth.TOO_FEW
        (low, high), (other_low, other_high) = self.with_it.interval, self.without.interval
        if low > other_high:
            return Worth.EARNS
        return Worth.HARMS if high < other_low else Worth.IDLE


def bins_of(cases: Sequence[Case]) -> list[Bin]:
    """The cases with a chance and a known end, in five steps of a fifth."""
    known = _judged(cases)
    bins = []
    for low, high in zip(EDGES, EDGES[1:], strict=False):
        inside = [(chance, earned) for chance, earned in known if low <= chance < high or chance == high == 1.0]
        expected = sum(chance for chance, _earned in inside) / len(inside) if inside else None
        bins.append(Bin(low, high, expected, Rate(sum(earned for _chance, earned in inside), len(inside))))
    return bins


def brier_of(cases: Sequence[Case]) -> tuple[float | None, int]:
    """(score, number of cases); None without cases."""
    known = _judged(cases)
    if not known:
        return None, 0
    return sum((chance - earned) ** 2 for chance, earned in known) / len(known), len(known)


def records_of(cases: Sequence[Case], codes: Sequence[str]) -> list[RuleRecord]:
    """One record for each rule that spoke of a plan whose end is known, most cases first."""
    ended = [case for case in cases if case.earned is not None]
    records = []
    for code in codes:
        spoke = [case for case in ended if code in case.codes]
        silent = [case for case in ended if code not in case.codes]
        if spoke:
            records.append(RuleRecord(code, _failed(spoke), _failed(silent)))
    return sorted(records, key=lambda record: (-record.with_it.n, record.code))


def _judged(cases: Sequence[Case]) -> list[tuple[float, bool]]:
    return [(float(case.chance), case.earned) for case in cases if case.chance is not None and case.earned is not None]


def _failed(cases: Sequence[Case]) -> Rate:
    return Rate(sum(case.earned is False for case in cases), len(cases))

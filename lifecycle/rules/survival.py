"""From how long groups lived, and whether they died, to the share that is alive at an age: Kaplan and Meier's curve.

S(t) = product over ages t_i <= t of (1 - d_i / n_i): of n_i groups that had lived to age t_i, d_i died at it. A group
that still lives, or that ended well, is seen up to its age and leaves the count there without having died (it is
censored). Variance by Greenwood: V(t) = sum of d_i / (n_i (n_i - d_i)). Interval by the log-log way, which stays
between 0 and 1: S ** exp(-+ z sqrt(V) / ln S). Kaplan and Meier 1958; Klein and Moeschberger, Survival Analysis, 2nd
edition, 4.2 and 4.3.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, log, sqrt

Z_95 = 1.959964
LEAST_GROUPS = 5  # fewer make no curve


@dataclass(frozen=True)
class Life:
    """`count` groups that lived `days`, and died then or were still alive when last seen."""

    days: int
    died: bool
    count: int = 1


@dataclass(frozen=True)
class Step:
    """The curve from this age in days on. `error` is Greenwood's; low and high hold the share with 95 %."""

    days: int
    at_risk: int
    deaths: int
    share: float
    error: float
    low: float
    high: float


@dataclass(frozen=True)
class Curve:
    """Steps at the ages at which groups died; `groups` in all, the oldest seen up to `longest` days."""

    groups: int
    deaths: int
    longest: int
    steps: tuple[Step, ...]

    def at(self, days: int) -> Step | None:
        """What holds at an age; None beyond the oldest group seen. Before the first death all are alive."""
        if days > self.longest:
            return None
        before = [step for step in self.steps if step.days <= days]
        return before[-1] if before else Step(0, self.groups, 0, 1.0, 0.0, 1.0, 1.0)

    @property
    def half_life(self) -> int | None:
        """The age at which half had died; None while more than half live."""
        return next((step.days for step in self.steps if step.share <= 0.5), None)


def curve_of(lives: Iterable[Life]) -> Curve:
    """Any order, equal ages may repeat. At one age deaths count before those who leave alive. Days below 0 are 0."""
    died: Counter[int] = Counter()
    left: Counter[int] = Counter()
    for life in lives:
        days = max(life.days, 0)
        left[days] += life.count
        if life.died:
            died[days] += life.count
    at_risk = groups = left.total()
    share, spread = 1.0, 0.0
    steps = []
    for days in sorted(left):
        if deaths := died[days]:
            share *= 1 - deaths / at_risk
            spread += deaths / (at_risk * (at_risk - deaths)) if at_risk > deaths else 0.0
            low, high = _interval(share, spread)
            steps.append(Step(days, at_risk, deaths, share, share * sqrt(spread), low, high))
        at_risk -= left[days]
    return Curve(groups, died.total(), max(left, default=0), tuple(steps))


def _interval(share: float, spread: float) -> tuple[float, float]:
    """Where nobody is left the curve is 0, and no interval can be given but that."""
    if not 0.0 < share < 1.0:
        return share, share
    width = Z_95 * sqrt(spread) / log(share)
    return share ** exp(-width), share ** exp(width)

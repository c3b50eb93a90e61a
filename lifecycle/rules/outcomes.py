"""From acts before and after a treatment, of the group and of similar untreated ones, to what the treatment did.

Difference in differences: a group that is rescued is one that had just gone quiet, and such groups often recover by
themselves. So its change is compared with the change of groups that stood alike and were left alone in the same days.
Changes are logarithms of rates per observed day: 0.69 is twice as much, and days without data count neither way.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from random import Random
from statistics import NormalDist, fmean, median, variance

VERSION = 1


class Finding(StrEnum):
    HELPED = "helped"
    HARMED = "harmed"
    UNSURE = "unsure"  # the interval holds "no effect"
    NO_COMPARISON = "no_comparison"  # too few similar groups
    NO_DATA = "no_data"  # too few observed days


@dataclass(frozen=True)
class Limits:
    """Days are observed days; `alike` bounds how many times as busy a similar group may be, or as quiet."""

    window: int = 28
    least_days: int = 14
    least_similar: int = 3
    alike: float = 3.0
    trust: float = 0.9


LIMITS = Limits()
HALF = 0.5  # an act is never certain not to come


@dataclass(frozen=True)
class Window:
    """What was seen in a span of days: how many acts, on how many observed days."""

    acts: int
    days: int

    @property
    def rate(self) -> float:
        """Acts of an observed day, never quite zero. Needs at least one day."""
        return (self.acts + HALF) / self.days


@dataclass(frozen=True)
class Course:
    before: Window
    after: Window

    @property
    def seen(self) -> bool:
        return min(self.before.days, self.after.days) >= LIMITS.least_days

    @property
    def change(self) -> float:
        """Logarithm of the rate after over the rate before."""
        return math.log(self.after.rate / self.before.rate)


@dataclass(frozen=True)
class Effect:
    """Logarithms of ratios, with the interval at `Limits.trust`; None where nothing can be said."""

    finding: Finding
    treated: int
    similar: int
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    expected: float | None = None  # acts after, had the (only) treated group gone the way of the similar ones


def are_alike(one: Window, other: Window) -> bool:
    """Whether two groups were about equally busy before."""
    return abs(math.log(one.rate / other.rate)) <= math.log(LIMITS.alike)


def effect_of(treated: Sequence[Course], similar: Sequence[Course]) -> Effect:
    """What was done to the treated groups, beside what happened to the similar ones anyway.

    One treated group is compared with where a further similar group would end (Student's prediction interval); several
    by the difference of the means (Welch). Courses that were hardly observed are left out.
    """
    ours, theirs = [each for each in treated if each.seen], [each for each in similar if each.seen]
    n, m = len(ours), len(theirs)
    if not ours:
        return Effect(Finding.NO_DATA, n, m)
    if m < LIMITS.least_similar:
        return Effect(Finding.NO_COMPARISON, n, m)
    changes, others = [each.change for each in ours], [each.change for each in theirs]
    usual, spread = fmean(others), variance(others)
    effect = fmean(changes) - usual
    if n == 1:
        error, freedom = math.sqrt(spread * (1 + 1 / m)), float(m - 1)
    else:
        one, two = variance(changes) / n, spread / m
        error = math.sqrt(one + two)
        freedom = (one + two) ** 2 / (one**2 / (n - 1) + two**2 / (m - 1)) if error else 1.0
    reach = student(freedom) * error
    low, high = effect - reach, effect + reach
    finding = Finding.HELPED if low > 0 else Finding.HARMED if high < 0 else Finding.UNSURE
    expected = ours[0].before.rate * math.exp(usual) * ours[0].after.days if n == 1 else None
    return Effect(finding, n, m, effect, low, high, expected)


def middle_of(values: Sequence[float], *, draws: int = 1000, seed: int = 1) -> tuple[float, float, float] | None:
    """The median with its interval, by drawing the groups anew (bootstrap, seeded); None for fewer than three.

    The median, since a group that fell silent has a change without bound.
    """
    if len(values) < LIMITS.least_similar:
        return None
    chance = Random(seed)  # noqa: S311 - a draw that can be repeated
    medians = sorted(median(chance.choices(values, k=len(values))) for _ in range(draws))
    cut = round(draws * (1 - LIMITS.trust) / 2)
    return median(values), medians[cut], medians[-1 - cut]


def worth_of(acts: int, expected: float, monthly_margin: Decimal, monthly_goal: int) -> Decimal:
    """Yuan that the acts beyond the expected ones brought, at the margin that the plan gives an act of its goal."""
    more = Decimal(acts) - Decimal(str(round(expected, 4)))
    return (more * monthly_margin / monthly_goal).quantize(Decimal("0.01"), ROUND_HALF_UP)


def student(freedom: float) -> float:
    """Quantile of Student's t at `Limits.trust`, both sides (Cornish-Fisher, Abramowitz & Stegun 26.7.5).

    Exact for one and two degrees of freedom, within 0.2 % for three and more.
    """
    p = 1 - (1 - LIMITS.trust) / 2
    if freedom < 2:
        return math.tan(math.pi * (p - 0.5))
    if freedom == 2:
        return (2 * p - 1) * math.sqrt(2 / (4 * p * (1 - p)))
    z = _normal()
    terms = (
        z,
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return sum(term / freedom**power for power, term in enumerate(terms))


def _normal() -> float:
    return NormalDist().inv_cdf(1 - (1 - LIMITS.trust) / 2)

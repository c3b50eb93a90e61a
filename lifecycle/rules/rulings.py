"""Which policy holds on which day, and the one number that everything judged under it carries.

Adopted policies are numbered from 1; 0 is the policy as delivered. The stored `rule_version` names both the rules in
the code and the policy: RULE_VERSION + 100 * number, so that neither an update of the code nor a new policy is
mistaken for the other. A day is judged by the newest policy that has begun by then; days before stay as they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lifecycle.rules.arrays import NO_DAY
from lifecycle.rules.policy import DEFAULT_POLICY, RULE_VERSION, Policy

MOST_POLICIES = 300  # the number is stored in two bytes
_CODES = 100


def policy_number(rule_version: int) -> int:
    """The number of the policy behind a stored rule version; 0 = as delivered."""
    return rule_version // _CODES


@dataclass(frozen=True)
class Ruling:
    """A policy with its number, from a day on (ordinal)."""

    number: int
    begins: int
    policy: Policy

    @property
    def version(self) -> int:
        """What is stored as `rule_version`."""
        return RULE_VERSION + _CODES * self.number


AS_DELIVERED = Ruling(0, NO_DAY, DEFAULT_POLICY)


@dataclass(frozen=True)
class Span:
    """Consecutive days (ordinals, both included) under one ruling."""

    first: int
    last: int
    ruling: Ruling


@dataclass(frozen=True)
class Rulings:
    """All that were ever adopted, oldest first, after the one that was delivered."""

    adopted: tuple[Ruling, ...] = ()

    def on(self, day: int) -> Ruling:
        """The newest that has begun."""
        return next((each for each in reversed(self.adopted) if each.begins <= day), AS_DELIVERED)

    def of(self, rule_version: int) -> Ruling:
        """The one behind a stored rule version; as delivered where it is not known."""
        number = policy_number(rule_version)
        return next((each for each in self.adopted if each.number == number), AS_DELIVERED)

    def spans(self, first: int, last: int) -> list[Span]:
        """The days first..last (ordinals, both included) cut where another ruling begins to hold."""
        begins = [first, *sorted({each.begins for each in self.adopted if first < each.begins <= last})]
        ends = [*(begin - 1 for begin in begins[1:]), last]
        return [Span(begin, end, self.on(begin)) for begin, end in zip(begins, ends, strict=True)]

    def versions(self, first: int, last: int) -> NDArray[np.int16]:
        """The rule version of each of the days first..last."""
        lengths = [(span.ruling.version, span.last - span.first + 1) for span in self.spans(first, last)]
        return np.repeat(*np.array(lengths, dtype=np.int64).T).astype(np.int16)

    def and_from(self, begins: int, policy: Policy) -> Rulings:
        """The same with one more from a day on, for a trial."""
        number = max((each.number for each in self.adopted), default=0) + 1
        return replace(self, adopted=(*self.adopted, Ruling(number, begins, policy)))


def rulings_of(adopted: Sequence[tuple[int, int, Policy]]) -> Rulings:
    """From (number, first day as ordinal, policy), in any order."""
    return Rulings(tuple(Ruling(*each) for each in sorted(adopted, key=lambda each: each[0])))

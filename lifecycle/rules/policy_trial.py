"""What another policy would change: the last weeks judged under two policies, and the difference counted.

Both are judged by the production rule from the same inputs. Until HELD_DAYS before the end both see the policies that
held; from then on the second one sees the draft. Flags without activity behind them (an owner absent, losing money) do
not depend on the policy and are left out, and so are notes.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifecycle.rules.arrays import Bools
from lifecycle.rules.causes import CAUSES, WATCH
from lifecycle.rules.inputs import Inputs
from lifecycle.rules.judging import Judgement
from lifecycle.rules.judging_by_days import judge_by_days
from lifecycle.rules.memory import Memory
from lifecycle.rules.observations import Plans
from lifecycle.rules.policy import Policy
from lifecycle.rules.rulings import Rulings

HELD_DAYS = 84
REPLAYED_DAYS = 2 * HELD_DAYS + 14  # a group that is older begins as an unknown one so many days before the end

Pair = tuple[int, int]  # under the policies that held, under the draft


@dataclass(frozen=True)
class Compared:
    """Per group, on the last day: whether each cause stands flagged (causes x groups), states and scores.

    `raised`: flags raised in the last HELD_DAYS, of all groups.
    """

    causes: tuple[Bools, Bools]
    state: tuple[NDArray[np.int16], NDArray[np.int16]]
    score: tuple[NDArray[np.int16], NDArray[np.int16]]
    raised: Pair

    @property
    def turned(self) -> NDArray[np.int64]:
        """The groups that stand under another state or other flags."""
        other = np.any(self.causes[0] != self.causes[1], axis=0) | (self.state[0] != self.state[1])
        found: NDArray[np.int64] = np.flatnonzero(other)
        return found

    def counted(self) -> dict[str, Pair]:
        """Groups that stand flagged at all, by cause, and flags raised; as pairs."""
        told = {"flagged": _pair(*(each.any(axis=0).sum() for each in self.causes)), "raised": self.raised}
        return told | {cause: _pair(*(each[n].sum() for each in self.causes)) for n, cause in enumerate(CAUSES)}

    def causes_of(self, group: int) -> tuple[list[str], list[str]]:
        before, after = ([CAUSES[n] for n in np.flatnonzero(each[:, group])] for each in self.causes)
        return before, after


def compare(inputs: Inputs, plans: Plans, memory: Memory, held: Rulings, draft: Policy) -> Compared:
    """The inputs end on the last day; `memory` is as their first day finds it, and is not changed."""
    last = inputs.first + len(inputs.acted) - 1
    rulings = held, held.and_from(max(inputs.first, last - HELD_DAYS + 1), draft)
    found = [judge_by_days(inputs, plans, deepcopy(memory), each) for each in rulings]
    flagged = [each.severity >= WATCH for each in found]
    return Compared(
        causes=(flagged[0][-1], flagged[1][-1]),
        state=(found[0].state[-1], found[1].state[-1]),
        score=(found[0].score[-1], found[1].score[-1]),
        raised=_pair(*(_raised(each) for each in found)),
    )


def _raised(found: Judgement) -> int:
    on = found.severity >= WATCH
    begun = on.copy()
    begun[1:] &= ~on[:-1]
    return int(begun[-HELD_DAYS:].sum())


def _pair(before: int, after: int) -> Pair:
    return int(before), int(after)


def added(one: dict[str, Pair], other: dict[str, Pair]) -> dict[str, Pair]:
    """Counts of two sets of groups together. Lists stand for pairs, as JSON gives them back."""
    names = {**one, **other}
    nothing = (0, 0)
    return {
        name: _pair(*(a + b for a, b in zip(one.get(name, nothing), other.get(name, nothing), strict=True)))
        for name in names
    }

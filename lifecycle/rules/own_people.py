"""How many people a group has kept of those it once had: what tells that a large group loses its people.

A goal of so many people is soon met by a large group, and says nothing while most of its people leave. So every
WINDOW_DAYS the judge remembers the most people of a window, which fades a little each time; a share of that should
stay. A window counts for no more than the one before it had, so that a single event does not; the first of all counts
in full. Measured in docs/decisions/watch-line.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lifecycle.rules.arrays import Bools, Floats
from lifecycle.rules.card import share_of_goal
from lifecycle.rules.figures import Figures
from lifecycle.rules.memory import Memory
from lifecycle.rules.policy import DEFAULT_POLICY, WINDOW_DAYS, Policy


def remember_people(memory: Memory, day: int, figures: Figures, at: int, policy: Policy) -> None:
    """On every WINDOW_DAYS-th day of the calendar: the best of the group fades, or is what this window had.

    A window that was not seen, or in which nothing was offered, changes nothing.
    """
    if day % WINDOW_DAYS:
        return
    people = figures.people
    told: Bools = people.known[at] & (figures.exposure_28[at] >= policy.least_exposure) & ~figures.held[at]
    now = np.rint(people.judged[at]).astype(np.int64)
    faded = np.floor(memory.people_best * policy.people_best_kept).astype(np.int64)
    before = np.where(memory.people_then < 0, now, memory.people_then)
    best = np.maximum(faded, np.minimum(now, before))
    memory.people_best = np.where(told, best, memory.people_best)
    memory.people_then = np.where(told, now, memory.people_then)


def people_to_keep(memory: Memory, policy: Policy) -> Floats:
    """Per group, how many of its people should still take part in 28 days; NaN = not known yet."""
    return np.where(memory.people_best > 0, policy.people_kept_share * memory.people_best, np.nan)


def told_by_own_best(evidence: Mapping[str, Any], policy: Policy = DEFAULT_POLICY) -> bool:
    """Whether breadth, in evidence as rules.evidence tells it, was lost by the own best and not by the goal."""
    people, goal, keep = (evidence.get(name) for name in ("people_judged", "people_goal", "people_to_keep"))
    if people is None or not goal or keep is None:
        return False
    reach = min((evidence.get("observed_28") or 0) / WINDOW_DAYS, 1.0) ** policy.reach_exponent
    towards = share_of_goal(np.array([people], dtype=np.float64), np.array([goal * reach]))[0]
    return bool(people < towards * keep * reach)

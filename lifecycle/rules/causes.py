"""Why a group stands flagged: from its state and figures to causes, with severity and the earliest sign."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lifecycle.rules.arrays import NO_DAY, Ints
from lifecycle.rules.figures import Figures
from lifecycle.rules.memory import (
    AD_OVERRUN,
    BY_THIN,
    DEAD,
    DECLINING,
    DORMANT,
    FORMING,
    MISSION_COMPLETE,
    STABLE,
    THRIVING,
    Memory,
    among,
)
from lifecycle.rules.observations import Plans
from lifecycle.rules.policy import Policy

NOTE, WATCH, AT_RISK = 1, 2, 3
CAUSES = (
    "silence",
    "fading",
    "ad_overrun",
    "exodus",
    "overdue",
    "mission_complete",
    "overload",
    "carried_by_one",
    "unserved",
)
ASLEEP = among(DORMANT, DEAD)
AWAKE = among(STABLE, THRIVING, DECLINING, AD_OVERRUN)
SERVABLE = among(FORMING, STABLE, THRIVING, DECLINING, DORMANT)


@dataclass(frozen=True)
class Causes:
    """Causes x groups, in the order of CAUSES. severity 0 = not flagged; sign = ordinal of the earliest sign."""

    severity: Ints
    sign: Ints


def causes_of(memory: Memory, day: int, figures: Figures, at: int, plans: Plans, policy: Policy) -> Causes:
    """Causes that stand at the end of a day, number `at` of the figures. Beneath missing data they stand on."""
    last_act, exodus, acts_week = figures.carried.last_act[at], figures.leavers.exodus[at], figures.acts_7[at]
    unserved_for = figures.carried.unserved_for[at]
    state = memory.observed_state
    asleep = ASLEEP[state]
    thin = asleep & (memory.dormant_by == BY_THIN)
    past = (plans.ends_on != NO_DAY) & (day >= plans.ends_on + policy.complete_after_end)
    overdue = past & ((acts_week > 0) | (day >= plans.ends_on + policy.undecided_after_end))
    below = np.where(memory.below_since == NO_DAY, day, memory.below_since)
    quiet = np.where(last_act == NO_DAY, day, np.minimum(last_act + 1, day))
    severity = np.stack(
        [
            np.where(asleep & ~thin, AT_RISK, 0),
            np.where(state == DECLINING, WATCH, np.where(thin, AT_RISK, 0)),
            np.where(state == AD_OVERRUN, AT_RISK, 0),
            np.where(exodus, WATCH, 0),
            np.where(overdue, WATCH, 0),
            np.where(state == MISSION_COMPLETE, NOTE, 0),
            np.where(AWAKE[state] & (memory.overloaded > 0), NOTE, 0),
            np.where(AWAKE[state] & (memory.carried > 0), NOTE, 0),
            np.where(SERVABLE[state] & (unserved_for >= policy.unserved_after), WATCH, 0),
        ]
    )
    here = np.full_like(below, day)
    ended = np.where(past, plans.ends_on, here)
    carried = np.where(memory.carried_since == NO_DAY, day, memory.carried_since)
    sign = np.stack(
        [np.minimum(below, quiet), below, below, here, ended, ended, here - 13, carried, here + 1 - unserved_for]
    )
    return Causes(severity, sign)

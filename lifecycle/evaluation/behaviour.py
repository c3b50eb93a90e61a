"""How a flag behaves over time: deaths caught and how early, false alarms, and changes of mind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lifecycle.evaluation.decisions import EVERY_DAYS, Decisions, weekly_days
from lifecycle.evaluation.labels import functional_deaths, strict_deaths
from lifecycle.evaluation.replay import Replay
from lifecycle.rules.arrays import Bools, Ints

CAUGHT_WITHIN_DAYS = 90
FALSE_WITHIN_DAYS = 180
SILENCE_RULE_DAYS = 30


@dataclass(frozen=True)
class Behaviour:
    """Sums over groups; lead in days before a rule of 30 silent days would have spoken, one per caught death."""

    deaths: int
    caught: int
    false_flags: int
    flips: int
    decisions: int
    leads: list[int]

    @property
    def group_years(self) -> float:
        return self.decisions * EVERY_DAYS / 365.25


def behaviour_of(decisions: Decisions, flagged: list[Bools], replays: list[Replay]) -> Behaviour:
    """`flagged`: per group, for each of its days. Counted over the given decisions.

    Deaths are onsets that a decision has within 30 days ahead of it. A flip is a change between two
    decisions a week apart; a false flag one that is raised with no death of either kind in the next 180 days.
    """
    deaths = caught = false_flags = flips = 0
    leads: list[int] = []
    for n in np.unique(decisions.group).tolist():
        here = decisions.group == n
        at, flag, messages = decisions.at[here], flagged[n], replays[n].messages
        dying = functional_deaths(messages) | strict_deaths(messages)
        changed = flag[at] != flag[np.maximum(at - EVERY_DAYS, 0)]
        flips += int(changed.sum())
        for raised in at[changed & flag[at]].tolist():
            false_flags += not dying[raised + 1 : raised + FALSE_WITHIN_DAYS + 1].any()
        for death in np.unique(decisions.death[here & (decisions.death >= 0)]).tolist():
            deaths += 1
            looked = weekly_days(replays[n])
            looked = looked[(looked >= death - CAUGHT_WITHIN_DAYS) & (looked < death)]
            hits = looked[flag[looked]]
            if hits.size:
                caught += 1
                leads += _lead(flag, int(hits[-1]), messages)
    return Behaviour(deaths, caught, false_flags, flips, len(decisions.at), leads)


def _lead(flag: Bools, hit: int, messages: Ints) -> list[int]:
    """Days from the raising of the flag that stands on day `hit` to the end of the next 30 silent days, if any."""
    off = np.flatnonzero(~flag[:hit])
    raised = int(off[-1]) + 1 if off.size else 0
    days = np.arange(len(messages))
    silence = days - np.maximum.accumulate(np.where(messages > 0, days, 0))
    late = np.flatnonzero(silence[raised:] >= SILENCE_RULE_DAYS)
    return [int(late[0])] if late.size else []

"""What would bring a group back above its line, asked of the card itself: the evidence of a day in, one change out.

Each change is put to `card.card_of` with the other parts as they are. Members who speak again end the silence, so the
rhythm is full with them; that they also raise level and regularity is left out, so what is said suffices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import Any

import numpy as np

from lifecycle.rules.arrays import Floats, Ints
from lifecycle.rules.card import FULL, breadth_of, card_of
from lifecycle.rules.memory import DEAD, DECLINING, DORMANT, MISSION_COMPLETE, UNKNOWN
from lifecycle.rules.policy import DEFAULT_POLICY, PARTS, WINDOW_DAYS, Policy

RHYTHM, LEVEL, BREADTH = PARTS.index("rhythm"), PARTS.index("level"), PARTS.index("breadth")
BELOW = (DECLINING, DORMANT, DEAD)  # such a group is over its line only where it counts as recovered
SETTLED = (UNKNOWN, MISSION_COMPLETE)  # nothing to bring back, or nothing known
ROUNDING = 5  # hundredths by which parts that were rounded may miss the score


class Change(StrEnum):
    """What suffices. NOT_YET: people and level together fall short; regular weeks and people who return must come."""

    PEOPLE = "people"
    LEVEL = "level"
    BOTH = "both"
    NOT_YET = "not_yet"
    CAP = "cap"


@dataclass(frozen=True)
class WayBack:
    """`people` more in 28 days, or acts up to the usual and the goal, bring the score from `now` to `score`.

    `line` is where it counts as well again. Scores in hundredths. With CAP the limit must go first.
    """

    change: Change
    people: int
    now: int
    score: int
    line: int


def way_back(evidence: Mapping[str, Any], policy: Policy = DEFAULT_POLICY) -> WayBack | None:
    """From evidence as rules.evidence tells it. None = above the line, no score, or figures that do not make it."""
    now, losses = evidence.get("score", -1), evidence.get("losses")
    line = policy.recovered_score if evidence.get("state") in BELOW else policy.low_score
    if now < 0 or now >= line or not losses or evidence.get("state") in SETTLED:
        return None
    shares = _shares(losses, policy)
    cap_loss = (evidence.get("cap") or {"loss": 0})["loss"]
    if abs(_score(shares, policy) - now - cap_loss) > ROUNDING:
        return None
    if cap_loss:
        return WayBack(Change.CAP, 0, now, now + cap_loss, line)
    steps = (_with_people(shares, evidence, line, policy), _with_level(shares, line, policy))
    for found in steps:
        if found and found[1] >= line:
            return WayBack(Change.PEOPLE if found is steps[0] else Change.LEVEL, found[0], now, found[1], line)
    best = shares.copy()
    best[LEVEL] = np.where(np.isnan(best[LEVEL]), best[LEVEL], 1.0)
    both = _with_people(best, evidence, line, policy)
    if both is None:
        return WayBack(Change.NOT_YET, 0, now, _score(best, policy), line)
    return WayBack(Change.BOTH if both[1] >= line else Change.NOT_YET, both[0], now, both[1], line)


def _shares(losses: Mapping[str, int | None], policy: Policy) -> Floats:
    """What each part is worth, 0..1, back from what it lost; NaN = not known."""
    lost = np.array([np.nan if losses.get(part) is None else losses[part] for part in PARTS], dtype=np.float64)
    weights = np.array(policy.weights, dtype=np.float64)
    known = weights[~np.isnan(lost)].sum()
    shares: Floats = 1.0 - lost * max(known, 1.0) / (FULL * weights)
    return shares


def _score(shares: Floats, policy: Policy) -> int:
    return int(_scores(shares[:, None], policy)[0])


def _scores(shares: Floats, policy: Policy) -> Ints:
    """The score of each column of parts x tries."""
    tries = shares.shape[1]
    return card_of(shares, np.ones(tries, dtype=np.bool_), np.full(tries, FULL), policy).score


def _with_people(shares: Floats, evidence: Mapping[str, Any], line: int, policy: Policy) -> tuple[int, int] | None:
    """(how many more people, the score with them): as few as suffice, else all up to the goal. None = not known."""
    people, goal, seen = (evidence.get(name) for name in ("people_judged", "people_goal", "observed_28"))
    if people is None or goal is None or not seen or np.isnan(shares[BREADTH]):
        return None
    reach = min(seen / WINDOW_DAYS, 1.0) ** policy.reach_exponent
    keep = evidence.get("people_to_keep")
    to_keep = np.array([np.nan if keep is None else keep * reach])
    goal *= reach
    more = np.arange(1, max(ceil(max(goal, np.nan_to_num(to_keep)[0]) - people), 1) + 1)
    tried = np.repeat(shares[:, None], len(more), axis=1)
    tried[BREADTH] = breadth_of(people + more, np.array([goal]), to_keep)
    tried[RHYTHM] = np.where(np.isnan(tried[RHYTHM]), tried[RHYTHM], 1.0)
    scores = _scores(tried, policy)
    enough = np.flatnonzero(scores >= line)
    at = int(enough[0]) if len(enough) else len(more) - 1
    return int(more[at]), int(scores[at])


def _with_level(shares: Floats, line: int, policy: Policy) -> tuple[int, int] | None:
    """(no more people, the score at the usual level); None = nothing is usual yet."""
    if np.isnan(shares[LEVEL]):
        return None
    tried = shares.copy()
    tried[LEVEL] = 1.0
    tried[RHYTHM] = tried[RHYTHM] if np.isnan(tried[RHYTHM]) else 1.0
    return 0, _score(tried, policy)

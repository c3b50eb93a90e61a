"""The figures behind a group's state on one day, as plain numbers that are stored with standings, changes and flags.

Keys: those of judging.FIGURES, null where not known, and
    state           number of the state
    score           hundredths, -1 = not known
    coverage        hundredths of the card's weights that were known
    losses          {"rhythm": hundredths or null, ...}, in the order of policy.PARTS
    cap             {"by": "ad_overrun" or "exodus", "loss": hundredths} or null
    rule_version
A standing also has
    badges          ["carried_by_one"] or []
    share_of_one    0..1, the busiest member's share of the acts of 28 days; null where not known
Figures ending in _28, _14 and _7 are over so many trailing days. Rates are acts per exposure day; ratio is rate over
base_rate; silent_exposure is in exposure days; silence_odds in powers of ten; last_act and last_observed are ISO dates.
people_28 is a lower bound ("at least") where people_counted is 0; the score then uses people_judged.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from lifecycle.rules.judging import FIGURES, Judgement
from lifecycle.rules.policy import DEFAULT_POLICY, PARTS, RULE_VERSION, Policy

DAYS = ("last_act", "last_observed")
WHOLE = frozenset(FIGURES) - {
    "rate",
    "base_rate",
    "ratio",
    "active_days_share",
    "silence_odds",
    "silent_exposure",
    "exposure_28",
    "rest_factor",
    "people_judged",
    "people_goal",
    "core_goal",
    "leaves_usual",
    "ad_share_14",
}


def evidence_of(found: Judgement, at: int, group: int, policy: Policy = DEFAULT_POLICY) -> dict[str, Any]:
    """The evidence of one group on the judged day number `at`; see the module for the keys."""
    told: dict[str, Any] = {}
    for name in FIGURES:
        value = float(found.figures[name][at, group])
        if value != value:
            told[name] = None
        elif name in DAYS:
            told[name] = date.fromordinal(int(value)).isoformat() if value else None
        else:
            told[name] = int(value) if name in WHOLE else round(value, 4)
    losses = found.losses[at, :, group].tolist()
    told["losses"] = {part: None if loss < 0 else loss for part, loss in zip(PARTS, losses, strict=True)}
    cap_loss = int(found.cap_loss[at, group])
    score = int(found.score[at, group])
    by = "ad_overrun" if score == policy.cap_ad_overrun else "exodus"
    told["cap"] = {"by": by, "loss": cap_loss} if cap_loss else None
    told |= {"state": int(found.state[at, group]), "score": score, "coverage": int(found.coverage[at, group])}
    told["rule_version"] = RULE_VERSION
    return told


def standing_evidence(found: Judgement, group: int, policy: Policy = DEFAULT_POLICY) -> dict[str, Any]:
    """The evidence of the last judged day, with the badges that only a standing shows."""
    share = float(found.carried_by_one[group])
    known = share == share
    return evidence_of(found, len(found.state) - 1, group, policy) | {
        "share_of_one": round(share, 4) if known else None,
        "badges": ["carried_by_one"] if known and share > policy.carried_by_one_share else [],
    }

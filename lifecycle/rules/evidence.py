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

import numpy as np

from lifecycle.rules.arrays import Floats
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
    return _rows(found, at, slice(group, group + 1), policy)[0]


def standing_evidence(found: Judgement, policy: Policy = DEFAULT_POLICY) -> list[dict[str, Any]]:
    """The evidence of every group on the last judged day, with the badges that only a standing shows."""
    rows = _rows(found, len(found.state) - 1, slice(None), policy)
    for told, share in zip(rows, found.carried_by_one.tolist(), strict=True):
        known = share == share
        told["share_of_one"] = round(share, 4) if known else None
        told["badges"] = ["carried_by_one"] if known and share > policy.carried_by_one_share else []
    return rows


def _rows(found: Judgement, at: int, groups: slice, policy: Policy) -> list[dict[str, Any]]:
    columns: dict[str, list[Any]] = {name: _column(name, found.figures[name][at, groups]) for name in FIGURES}
    columns["state"] = found.state[at, groups].tolist()
    columns["score"] = found.score[at, groups].tolist()
    columns["coverage"] = found.coverage[at, groups].tolist()
    names = tuple(columns)
    rows = [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    losses, cap_losses = found.losses[at, :, groups].T.tolist(), found.cap_loss[at, groups].tolist()
    for told, lost, cap_loss in zip(rows, losses, cap_losses, strict=True):
        told["losses"] = {part: None if loss < 0 else loss for part, loss in zip(PARTS, lost, strict=True)}
        by = "ad_overrun" if told["score"] == policy.cap_ad_overrun else "exodus"
        told["cap"] = {"by": by, "loss": cap_loss} if cap_loss else None
        told["rule_version"] = RULE_VERSION
    return rows


def _column(name: str, values: Floats) -> list[Any]:
    if name in DAYS:
        return [date.fromordinal(int(day)).isoformat() if day else None for day in values.tolist()]
    if name in WHOLE:
        return [None if value != value else int(value) for value in values.tolist()]
    return [None if value != value else value for value in np.round(values, 4).tolist()]

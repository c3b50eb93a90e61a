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
goal_28 is the plan's goal of acts; share_at_look the busiest member's share of the acts of 28 days, on Mondays only.
unserved_for counts days without an offer in a row, of a group that sells; exchange_28 is the share of the
questions_28 that were answered within 24 hours; without any, of the days with a word on which two people or more spoke.
Messages and people are those that count: where it is known, no filler and nothing within 48 hours after a red packet.
people_to_keep is how many of the people of its own best a group should keep in 28 days (rules.own_people).
people_28 is a lower bound ("at least") where people_counted is 0; the score then uses people_judged.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifecycle.rules.judging import FIGURES, Judgement
from lifecycle.rules.policy import PARTS
from lifecycle.rules.rulings import AS_DELIVERED, Ruling

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
    "people_to_keep",
    "core_goal",
    "leaves_usual",
    "ad_share_14",
    "share_at_look",
    "exchange_28",
}


# As stored with a standing: figures in four bytes, rounded to four places when told. Days and whole numbers up to 16
# million are exact. A change here is a new EVIDENCE_LAYOUT.
# What the policy of the day made of the figures is stored beside them: whoever reads a row needs no policy.
EVIDENCE_LAYOUT = 6
BY_ADVERTS, BY_LEAVERS = 1, 2
SINCE_LAYOUT_3 = ("unserved_for", "exchange_28")
SINCE_LAYOUT_4 = ("questions_28",)
SINCE_LAYOUT_6 = ("people_to_keep",)


def _layout(figures: Iterable[str], width: str = "<f8") -> list[Any]:
    return [
        ("layout", "<i2"),
        ("rule_version", "<i2"),
        *((name, width) for name in figures),
        ("state", "<i2"),
        ("score", "<i2"),
        ("coverage", "<i2"),
        ("losses", "<i2", (len(PARTS),)),
        ("cap_loss", "<i2"),
        ("share_of_one", width),
    ]


EVIDENCE_ROW = np.dtype([*_layout(FIGURES, "<f4"), ("capped_by", "i1"), ("by_one", "?")])
_BADGES = [("capped_by", "i1"), ("by_one", "?")]


def _without(*later: str) -> list[str]:
    return [name for name in FIGURES if name not in later]


# As they were before people were to be kept, before figures were narrow, before questions were counted, and before
# policies had versions.
EVIDENCE_ROW_5 = np.dtype([*_layout(_without(*SINCE_LAYOUT_6), "<f4"), *_BADGES])
EVIDENCE_ROW_4 = np.dtype([*_layout(_without(*SINCE_LAYOUT_6)), *_BADGES])
EVIDENCE_ROW_3 = np.dtype([*_layout(_without(*SINCE_LAYOUT_4, *SINCE_LAYOUT_6)), *_BADGES])
EVIDENCE_ROW_2 = np.dtype(_layout(_without(*SINCE_LAYOUT_3, *SINCE_LAYOUT_4, *SINCE_LAYOUT_6)))
OLD_ROWS = ((2, EVIDENCE_ROW_2), (3, EVIDENCE_ROW_3), (4, EVIDENCE_ROW_4), (5, EVIDENCE_ROW_5))
OLD_LAYOUTS = {row.itemsize: (number, row) for number, row in OLD_ROWS}


def evidence_rows(
    found: Judgement, at: int, groups: slice = slice(None), ruling: Ruling = AS_DELIVERED
) -> NDArray[np.void]:
    """The evidence of the groups on the judged day number `at`, packed; `ruling` is the one of that day."""
    state = found.state[at, groups]
    rows = np.zeros(len(state), dtype=EVIDENCE_ROW)
    for name in FIGURES:
        rows[name] = found.figures[name][at, groups]
    rows["layout"], rows["rule_version"], rows["state"] = EVIDENCE_LAYOUT, ruling.version, state
    rows["score"], rows["coverage"] = found.score[at, groups], found.coverage[at, groups]
    rows["losses"], rows["cap_loss"] = found.losses[at, :, groups].T, found.cap_loss[at, groups]
    rows["share_of_one"] = found.carried_by_one[groups]
    _say_what_the_policy_made(rows, ruling)
    return rows


def _say_what_the_policy_made(rows: NDArray[np.void], ruling: Ruling) -> None:
    by_adverts = rows["score"] == ruling.policy.cap_ad_overrun
    rows["capped_by"] = np.where(rows["cap_loss"] > 0, np.where(by_adverts, BY_ADVERTS, BY_LEAVERS), 0)
    rows["by_one"] = rows["share_of_one"] > ruling.policy.carried_by_one_share  # not known: no


def evidence_of(found: Judgement, at: int, group: int, ruling: Ruling = AS_DELIVERED) -> dict[str, Any]:
    """The evidence of one group on the judged day number `at`; see the module for the keys."""
    return _told(evidence_rows(found, at, slice(group, group + 1), ruling)[0])


def standing_evidence(packed: bytes) -> dict[str, Any]:
    """The evidence stored with a standing, with the badges that only a standing shows; empty in another layout."""
    row = _row_of(packed)
    if row is None:
        return {}
    told, share = _told(row), float(row["share_of_one"])
    told["share_of_one"] = round(share, 4) if share == share else None
    told["badges"] = ["carried_by_one"] if row["by_one"] else []
    return told


def _row_of(packed: bytes) -> Any:
    if len(packed) == EVIDENCE_ROW.itemsize:
        row = np.frombuffer(packed, dtype=EVIDENCE_ROW)[0]
        return row if row["layout"] == EVIDENCE_LAYOUT else None
    number, layout = OLD_LAYOUTS.get(len(packed), (0, EVIDENCE_ROW))
    if not number:
        return None
    old = np.frombuffer(packed, dtype=layout)
    if old["layout"][0] != number:
        return None
    rows, told = np.zeros(1, dtype=EVIDENCE_ROW), layout.names or ()
    for name in FIGURES:
        rows[name] = np.nan
    for name in told:
        rows[name] = old[name]
    if number == 2:
        _say_what_the_policy_made(rows, AS_DELIVERED)
    return rows[0]


def _told(row: np.void) -> dict[str, Any]:
    values = dict(zip(row.dtype.names or (), row.tolist(), strict=True))
    told: dict[str, Any] = {name: _figure(name, values[name]) for name in FIGURES}
    told |= {name: values[name] for name in ("state", "score", "coverage")}
    told["losses"] = {
        part: None if loss < 0 else loss for part, loss in zip(PARTS, row["losses"].tolist(), strict=True)
    }
    by = "ad_overrun" if values["capped_by"] == BY_ADVERTS else "exodus"
    told["cap"] = {"by": by, "loss": values["cap_loss"]} if values["cap_loss"] else None
    told["rule_version"] = values["rule_version"]
    return told


def _figure(name: str, value: float) -> Any:
    if value != value:
        return None
    if name in DAYS:
        return date.fromordinal(int(value)).isoformat() if value else None
    return int(value) if name in WHOLE else round(value * 10_000) / 10_000

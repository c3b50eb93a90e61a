"""What a group's judge remembers from one day to the next; everything else comes from the last LEAD_DAYS days."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from lifecycle.rules.arrays import Bools, Floats, Ints
from lifecycle.rules.packing import Columns

# The numbers are stored and never change their meaning; the same as lifecycle.models.HealthState.
UNKNOWN, FORMING, THRIVING, STABLE, DECLINING, DORMANT, DEAD, AD_OVERRUN, MISSION_COMPLETE = range(9)
BY_SILENCE, BY_THIN = 1, 2


def among(*states: int) -> Bools:
    """A table that says of each state's number whether it is one of these: `table[memory.state]`."""
    table = np.zeros(MISSION_COMPLETE + 1, dtype=np.bool_)
    table[list(states)] = True
    return table


@dataclass
class Memory:
    """One entry per group; changed in place by the pass. Days are ordinals."""

    state: Ints
    since: Ints
    beneath: Ints  # the state that UNKNOWN hides and gives back
    known_since_unknown: Ints
    dormant_by: Ints
    first_observed: Ints
    last_observed: Ints
    last_act: Ints
    silent_work: Ints  # observed days without an act since the last one
    silent_rest: Ints
    lived_work: Ints  # all observed days
    lived_rest: Ints
    members: Ints  # last known; -1 = never
    people_then: Ints  # who took part in the 28 days up to the last look of rules.own_people; -1 = no look yet
    people_best: Ints  # the most of such a window, fading; 0 = none yet
    unserved_for: Ints  # days without an offer since the last other one
    orders_since: Ints
    known_since_check: Ints
    low: Ints  # checks in a row, so on
    recovered: Ints
    thriving: Ints
    thriving_lost: Ints
    thin: Ints
    ads_high: Ints
    ads_low: Ints
    overloaded: Ints  # 1 = flagged, so on
    carried: Ints
    carried_high: Ints  # weekly looks in a row at which one member made most of the acts
    carried_low: Ints
    carried_since: Ints  # the first of those looks
    below_since: Ints  # first day of the present run below the line; the earliest sign
    base_rate: Floats  # acts per exposure day before the decline; NaN = none yet
    base_active: Floats  # share of exposure days with an act

    @classmethod
    def fresh(cls, groups: int) -> Memory:
        """Groups that were never judged."""
        made = {field.name: np.zeros(groups, dtype=np.int64) for field in fields(cls)}
        made["state"] += FORMING
        made["beneath"] += FORMING
        made["members"] -= 1
        made["people_then"] -= 1
        return cls(**(made | {"base_rate": np.full(groups, np.nan), "base_active": np.full(groups, np.nan)}))

    @classmethod
    def of(cls, stored: Columns) -> Memory:
        """From what was stored; see `columns`."""
        made: dict[str, Any] = {
            field.name: stored[field.name].astype(np.float64 if field.name in _FLOATS else np.int64)
            for field in fields(cls)
        }
        return cls(**made)

    def columns(self) -> Columns:
        """The columns of MEMORY_ROW, a row per group; exact there and back."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def put(self, places: Ints, stored: Columns) -> None:
        """Overwrite some groups with what was stored of them."""
        for field in fields(self):
            getattr(self, field.name)[places] = stored[field.name]

    @property
    def observed_state(self) -> Ints:
        """The state of the group beneath missing data."""
        return np.where(self.state == UNKNOWN, self.beneath, self.state)


_FLOATS = ("base_rate", "base_active")
# Stored: what it is must not change without a new kept.LAYOUT.
MEMORY_ROW = np.dtype([(field.name, "<f8" if field.name in _FLOATS else "<i4") for field in fields(Memory)])

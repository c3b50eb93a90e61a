"""What a stage of the night is, and how the stages are run over some groups and days in the caller's transaction."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from lifecycle.heap import keep_freed_memory


class Stage(NamedTuple):
    """One step from facts to outcome: set-based over the groups, repeatable, returns how many rows it wrote."""

    name: str
    run: Callable[[Sequence[int], date, date, datetime], int | None]
    # Acts on where the groups stand now, so it waits until a past that is made anew in stretches has reached its end.
    at_the_end: bool = False


@dataclass
class Tally:
    """What was done so far: the days, group-days, and per stage its rows and seconds."""

    days: set[date] = field(default_factory=set)
    group_days: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        self.days |= other.days
        self.group_days += other.group_days
        self.rows.update(other.rows)
        self.seconds.update(other.seconds)


def run_stages(
    stages: Sequence[Stage],
    group_ids: Sequence[int],
    first_day: date,
    last_day: date,
    *,
    now: datetime,
    to_the_end: bool = True,
) -> Tally:
    """Run each stage in order over the groups and the days first_day..last_day (both included)."""
    tally = Tally()
    if not group_ids:
        return tally
    keep_freed_memory()
    for stage in stages:
        if stage.at_the_end and not to_the_end:
            continue
        began = time.monotonic()
        tally.rows[stage.name] += stage.run(group_ids, first_day, last_day, now) or 0
        tally.seconds[stage.name] += time.monotonic() - began
    span = (last_day - first_day).days + 1
    tally.days = {first_day + timedelta(days=n) for n in range(span)}
    tally.group_days = len(group_ids) * span
    return tally

"""Runs the production judge over an archive from each group's first day, and asks it every seven days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from lifecycle.evaluation.archive import Archive, observations_of
from lifecycle.rules.arrays import Bools, Ints
from lifecycle.rules.calendar import Region, day_kinds
from lifecycle.rules.judging import judge
from lifecycle.rules.memory import AD_OVERRUN, DEAD, DECLINING, DORMANT, Memory
from lifecycle.rules.observations import Plans
from lifecycle.rules.policy import DEFAULT_POLICY, LEAD_DAYS, Policy

FLAGGED = (DECLINING, DORMANT, DEAD, AD_OVERRUN)
GROUPS_AT_ONCE = 64
DAYS_AT_ONCE = 1500


@dataclass(frozen=True)
class Replay:
    """Per group, from its first day to its last: what the judge said, and the activity that labels use."""

    source: str
    first: int
    messages: Ints
    speakers_28: Ints
    score: Ints  # hundredths, -1 = not known
    flagged: Bools

    @property
    def days(self) -> int:
        return len(self.messages)


def replay(
    archive: Archive,
    policy: Policy = DEFAULT_POLICY,
    region: Region = Region.WEEKDAYS,
    progress: Callable[[int], None] = lambda done: None,
) -> list[Replay]:
    """Judge every day of every group with the production pass; nothing of a later day is given to an earlier one."""
    order = sorted(range(len(archive.groups)), key=lambda n: (archive.groups[n].source, archive.groups[n].first))
    replays: list[Replay | None] = [None] * len(order)
    for at in range(0, len(order), GROUPS_AT_ONCE):
        chunk = order[at : at + GROUPS_AT_ONCE]
        for n, found in zip(chunk, _replay_chunk(archive.only(chunk), policy, region), strict=True):
            replays[n] = found
        progress(min(at + GROUPS_AT_ONCE, len(order)))
    return [found for found in replays if found is not None]


def _replay_chunk(archive: Archive, policy: Policy, region: Region) -> list[Replay]:
    groups = archive.groups
    first, last = min(g.first for g in groups), max(g.until for g in groups)
    plans = replace(Plans.plain(len(groups)), opened_on=np.array([g.first for g in groups], dtype=np.int64))
    memory = Memory.fresh(len(groups))
    pieces: list[tuple[Ints, ...]] = []
    for start in range(first, last + 1, DAYS_AT_ONCE):
        end = min(start + DAYS_AT_ONCE - 1, last)
        seen = observations_of(archive, start, end)
        kinds = day_kinds(date.fromordinal(start - LEAD_DAYS), date.fromordinal(end), region).kinds
        found = judge(seen, kinds, plans, memory, policy)
        people = np.nan_to_num(found.figures["people_28"], nan=-1).astype(np.int64)
        pieces.append(
            (seen.messages.values[LEAD_DAYS:], people, found.score.astype(np.int64), found.state.astype(np.int64))
        )
    messages, people, score, state = (np.concatenate(parts) for parts in zip(*pieces, strict=True))
    replays = []
    for n, group in enumerate(groups):
        rows = slice(group.first - first, group.until - first + 1)
        replays.append(
            Replay(
                source=group.source,
                first=group.first,
                messages=messages[rows, n],
                speakers_28=people[rows, n],
                score=score[rows, n],
                flagged=np.isin(state[rows, n], FLAGGED),
            )
        )
    return replays

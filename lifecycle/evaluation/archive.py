"""An archive of real groups as arrays: who spoke how often on which day, and how long anybody was watching."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lifecycle.rules.arrays import Ints
from lifecycle.rules.observations import Count, Observations
from lifecycle.rules.policy import LEAD_DAYS
from lifecycle.rules.windows import Acting


@dataclass(frozen=True)
class ArchivedGroup:
    """One group of an archive; days as ordinals, both ends observed."""

    key: str
    source: str
    first: int
    until: int
    left_truncated: bool
    is_chat: bool
    members_known: bool  # false where only the counts of its days are told

    def begun(self, first: int, members_known: bool) -> ArchivedGroup:
        """The same group, as its rows say when it began and what is told of its members."""
        return replace(self, first=first, members_known=members_known)


@dataclass(frozen=True)
class Archive:
    """Groups, and their days as parallel arrays: one entry per group, day and member, or per group and day."""

    groups: list[ArchivedGroup]
    group: Ints
    day: Ints
    member: Ints
    acts: Ints
    heads: Ints  # different speakers of the row's day; only where members are not known

    def only(self, wanted: list[int]) -> Archive:
        """The same archive with these groups, numbered anew in that order."""
        place = np.full(len(self.groups), -1)
        place[wanted] = np.arange(len(wanted))
        keep = place[self.group] >= 0
        return replace(
            self,
            groups=[self.groups[n] for n in wanted],
            group=place[self.group[keep]],
            day=self.day[keep],
            member=self.member[keep],
            acts=self.acts[keep],
            heads=self.heads[keep],
        )


def observations_of(archive: Archive, first: int, last: int) -> Observations:
    """The days first - LEAD_DAYS .. last of all groups as the judge sees them: unknown outside each one's coverage."""
    start = first - LEAD_DAYS
    shape = (last - start + 1, len(archive.groups))
    inside = (archive.day >= start) & (archive.day <= last)
    row, group = archive.day[inside] - start, archive.group[inside]
    cell = row * shape[1] + group
    size = shape[0] * shape[1]
    acts = archive.acts[inside]
    messages = np.bincount(cell, weights=acts, minlength=size).astype(np.int64).reshape(shape)
    known = np.array([g.members_known for g in archive.groups], dtype=bool)
    by_member = known[group]
    heads = np.where(by_member, 1, archive.heads[inside])
    speakers = np.bincount(cell, weights=heads, minlength=size).astype(np.int64).reshape(shape)
    days = np.arange(start, last + 1)[:, None]
    watched = (days >= [g.first for g in archive.groups]) & (days <= [g.until for g in archive.groups])
    nothing = Count.unknown(shape)
    told = (group, archive.member[inside], row, acts)
    acting = Acting.of(*(column[by_member].astype(np.int32) for column in told))
    return Observations(
        first=start,
        members=nothing,
        leaves=nothing,
        messages=Count(messages, watched),
        speakers=Count(speakers, watched),
        clicks=nothing,
        orders=nothing,
        buyers=nothing,
        ads=nothing,
        questions=nothing,
        answered=nothing,
        acting=acting,
        acting_known=watched & known,
    )

"""Reads an archive of real groups (who spoke how often on which day, and how long anybody was watching) into arrays."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

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


@dataclass(frozen=True)
class Archive:
    """Groups, and their days as parallel arrays sorted by group; `members_known`: false for daily counts only."""

    groups: list[ArchivedGroup]
    group: Ints
    day: Ints
    member: Ints
    acts: Ints
    heads: Ints  # different speakers of the row's day; only where members are not known
    members_known: bool

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


def read_archive(groups: Path, members: Path | None, daily: Path | None) -> Archive:
    """Read groups and either the members' days or, without them, daily counts. Gzip or plain.

    Raises KeyError when a needed column is missing and ValueError for a value that is no date or number.
    """
    known = [_group(row) for row in _rows(groups) if row["first_message"] and row["observed_until"]]
    place = {group.key: n for n, group in enumerate(known)}
    found: list[tuple[int, int, int, int, int]] = []
    ordinals: dict[str, int] = {}
    for row in _rows(path) if (path := members or daily) else ():
        n = place.get(row["group_id"])
        if n is None:
            continue
        when = ordinals.get(row["date"]) or ordinals.setdefault(
            row["date"], date.fromisoformat(row["date"]).toordinal()
        )
        said = int(float(row["messages"]))
        if known[n].first <= when <= known[n].until and said:
            who, heads = (int(row["member"]), 0) if members else (0, int(float(row["speakers"])))
            found.append((n, when, who, said, heads))
    table = np.array(sorted(found), dtype=np.int64).reshape(-1, 5)
    return Archive(
        groups=known,
        group=table[:, 0],
        day=table[:, 1],
        member=table[:, 2],
        acts=table[:, 3],
        heads=table[:, 4],
        members_known=members is not None,
    )


def _group(row: dict[str, str]) -> ArchivedGroup:
    return ArchivedGroup(
        key=row["group_id"],
        source=row.get("source") or row["group_id"].partition(":")[0],
        first=date.fromisoformat(row["first_message"][:10]).toordinal(),
        until=date.fromisoformat(row["observed_until"][:10]).toordinal(),
        left_truncated=row.get("left_truncated", "").lower() in ("true", "1"),
        is_chat=row.get("kind", "chat") in ("", "chat"),
    )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8-sig") as lines:
        yield from csv.DictReader(lines)


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
    if archive.members_known:
        speakers = np.bincount(cell, minlength=size).reshape(shape)
    else:
        speakers = np.bincount(cell, weights=archive.heads[inside], minlength=size).astype(np.int64).reshape(shape)
    days = np.arange(start, last + 1)[:, None]
    watched = (days >= [g.first for g in archive.groups]) & (days <= [g.until for g in archive.groups])
    nothing = Count.unknown(shape)
    acting = Acting.none()
    if archive.members_known:
        acting = Acting.of(*(x.astype(np.int32) for x in (group, archive.member[inside], row, acts)))
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
        acting_known=watched & archive.members_known,
    )

"""Puts what a file says into one order, whatever its order, encoding or format was, and hashes it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.lib.recfunctions import repack_fields

from groups.rules.member_hashes import HASH_BYTES, member_hash, scope_of
from groups.sheets.refusal import Refusal
from lifecycle.rules.counts import COUNTS, KNOWN
from lifecycle.sources.gathering import ACT, ROW, Gathering

NEWER = frozenset(COUNTS[10:])  # counts that rows did not have from the beginning
MEMBER = np.dtype([("group", "<i4"), ("hash", f"S{HASH_BYTES}")])


@dataclass(frozen=True)
class GroupSaid:
    """A group as the file names it, with its first observed day; empty or None where the file is silent."""

    key: str
    name: str
    platform: str
    first_day: date
    span: tuple[date, date] | None


@dataclass(frozen=True)
class Canonical:
    """Groups by platform and key, rows by group and day (each once), members by group, first day and hash.

    `rows` has the dtype ROW, `acts` ACT (member = place in `members`), `members` MEMBER.
    """

    kind: str
    encoding: str
    groups: list[GroupSaid]
    rows: np.ndarray
    members: np.ndarray
    acts: np.ndarray
    rows_refused: int
    refusals: list[Refusal]
    content_hash: str
    refused: Mapping[int, list[list[str]]] = field(default_factory=dict)  # row: its columns and problems


def canonical(gathering: Gathering, member_key: bytes) -> Canonical:
    """Order, deduplicate (the last row of a group and day holds) and hash. Members become keyed hashes here."""
    rows = _last_said(gathering)
    keys = list(gathering.group_numbers)  # in order of their numbers
    present = set(np.unique(rows["group"]).tolist()) | set(gathering.spans)
    order = sorted(present, key=lambda number: keys[number])
    rank = np.full(len(keys), -1, dtype="<i4")
    rank[order] = np.arange(len(order), dtype="<i4")
    rows["group"] = rank[rows["group"]]
    rows = rows[np.lexsort((rows["day"], rows["group"]))]
    members, acts = _members_and_acts(gathering, rank, member_key)
    first_rows = np.full(len(order), date.max.toordinal())
    np.minimum.at(first_rows, rows["group"], rows["day"])
    groups = [
        GroupSaid(
            key=keys[number][1],
            name=gathering.names[number],
            platform=keys[number][0],
            first_day=min(date.fromordinal(int(first)), gathering.spans.get(number, (date.max,))[0]),
            span=gathering.spans.get(number),
        )
        for number, first in zip(order, first_rows, strict=True)
    ]
    return Canonical(
        kind=gathering.kind,
        encoding=gathering.encoding,
        groups=groups,
        rows=rows,
        members=members,
        acts=acts,
        rows_refused=gathering.rows_refused,
        refusals=gathering.refusals,
        content_hash=_hash_of(gathering.kind, groups, rows, members, acts),
        refused=gathering.refused,
    )


def _last_said(gathering: Gathering) -> np.ndarray:
    rows = gathering.rows.array()
    rows = rows[np.lexsort((rows["line"], rows["day"], rows["group"]))]
    if len(rows) < 2:
        return rows
    superseded = np.r_[(np.diff(rows["group"]) == 0) & (np.diff(rows["day"]) == 0), False]
    said = [name for name in ROW.names or () if name not in ("group", "day", "line")]
    for at in np.flatnonzero(superseded):
        if rows[said][at] != rows[said][at + 1]:
            gathering.refuse(int(rows["line"][at]), [("", "", "said_again_below")])
    return rows[~superseded]


def _members_and_acts(gathering: Gathering, rank: np.ndarray, member_key: bytes) -> tuple[np.ndarray, np.ndarray]:
    acts = gathering.acts.array()
    acts = acts[rank[acts["group"]] >= 0] if len(acts) else acts
    starts = np.cumsum([0] + [len(numbers) for numbers in gathering.members])
    members = np.zeros(int(starts[-1]), dtype=MEMBER)
    for number, (group, identities) in enumerate(zip(gathering.group_numbers, gathering.members, strict=True)):
        scope = scope_of(*group) if gathering.members_are_per_group else ""
        for identity, place in identities.items():
            digest = member_hash(member_key, scope, identity)
            members[starts[number] + place] = (rank[number], digest)
    place = starts[acts["group"]] + acts["member"] if len(acts) else np.zeros(0, dtype=int)
    first_days = np.full(len(members), np.iinfo("i4").max, dtype="<i4")
    np.minimum.at(first_days, place, acts["day"])
    order = np.lexsort((members["hash"], first_days, members["group"]))
    order = order[(members["group"][order] >= 0) & (first_days[order] < np.iinfo("i4").max)]
    moved = np.full(len(members), -1, dtype="<i4")
    moved[order] = np.arange(len(order), dtype="<i4")
    ordered = np.zeros(len(acts), dtype=ACT)
    ordered["group"], ordered["day"], ordered["acts"] = rank[acts["group"]], acts["day"], acts["acts"]
    ordered["member"] = moved[place]
    ordered = ordered[np.lexsort((ordered["member"], ordered["day"], ordered["group"]))]
    return members[order], ordered


def _is_told(rows: np.ndarray, name: str) -> bool:
    """Whether a field is part of what the rows say: files that tell nothing of a newer count keep their hash."""
    return name not in NEWER or bool((rows["known"] & KNOWN[name]).any())


def _hash_of(kind: str, groups: list[GroupSaid], rows: np.ndarray, members: np.ndarray, acts: np.ndarray) -> str:
    digest = hashlib.sha256()
    head = [(g.platform, g.key, [str(day) for day in g.span] if g.span else None) for g in groups]
    digest.update(json.dumps([kind, head]).encode())
    bare = repack_fields(rows[[name for name in rows.dtype.names or () if _is_told(rows, name)]])
    bare["line"] = 0
    for array in (bare, members, acts):
        digest.update(array.tobytes())
    return digest.hexdigest()

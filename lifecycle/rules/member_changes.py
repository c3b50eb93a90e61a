"""What changed between the members of a group that were known and those that are told now: stays that begin and end.

Reading a group shows who is in it, never who left: that is found by comparing. Somebody who left and came back in
between has another moment of joining, so the stay before ends and another begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

# Read at least this often, who left can be put to a day; after a longer gap it cannot.
LONGEST_GAP = timedelta(hours=36)


@dataclass(frozen=True)
class Member:
    """Somebody whom the platform tells to be in a group now. Without `joined_at` it did not tell since when."""

    hash: bytes
    is_staff: bool
    joined_at: datetime | None
    scene: int = 0


@dataclass(frozen=True)
class Changes:
    """Stays that begin, each with its moment, and the members whose stay ends, with when."""

    begin: tuple[tuple[Member, datetime], ...]
    end: Mapping[bytes, datetime]


def changes(
    *,
    known: Mapping[bytes, datetime],
    told: Iterable[Member],
    read_before: datetime | None,
    read_now: datetime,
    told_leaves: Mapping[bytes, datetime],
) -> Changes:
    """Compare the members known (their open stays, by the moment of joining) with those told now.

    `told_leaves` are moments at which the platform said that somebody left, since the reading before. Without one,
    a member left in the middle between the two readings, and never before joining.
    """
    begin: list[tuple[Member, datetime]] = []
    end: dict[bytes, datetime] = {}
    present = {member.hash: member for member in told}
    for key, member in present.items():
        since = known.get(key)
        joined = member.joined_at or since or read_now
        if since is None:
            begin.append((member, joined))
        elif joined > since:
            end[key] = min(max(told_leaves.get(key, since), since), joined)
            begin.append((member, joined))
    middle = read_before + (read_now - read_before) / 2 if read_before else read_now
    for key, since in known.items():
        if key not in present:
            end[key] = max(told_leaves.get(key, middle), since)
    return Changes(tuple(begin), end)


def watched_since(before: datetime | None, read_before: datetime | None, read_now: datetime) -> datetime:
    """Since when a group is read without a long gap, after reading it now."""
    if before is None or read_before is None or read_now - read_before > LONGEST_GAP:
        return read_now
    return before

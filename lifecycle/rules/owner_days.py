"""What the figures of an owner and a day say of a single group: only what cannot belong to another one.

The platform counts all groups of an owner together. They are one group's figures while the owner has that group and no
other. It also does not say whether a figure is that of the day or a running total (see lifecycle.wecom.credit).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class OwnerDay:
    """The figures that matter here, as told."""

    chats: int
    speakers: int
    messages: int


def is_complete(chats: int | None, groups_known: int) -> bool:
    """Whether a day is counted already: an owner of running groups without a single chat was not counted yet."""
    return groups_known == 0 or (chats is not None and chats > 0)


def alone_since(days: Iterable[date], chats: Mapping[date, int], made_on: date) -> date | None:
    """The first day from which on the owner had one group without a break, up to the last day told.

    Going back from the last day: a day without figures or with another number of groups ends it, and so does the day
    on which the group was made.
    """
    first = None
    expected = max(days, default=None)
    while expected is not None and expected >= made_on and chats.get(expected) == 1:
        first, expected = expected, expected - timedelta(days=1)
    return first


def counts_of(day: date, days: Mapping[date, OwnerDay], *, running: bool) -> dict[str, int] | None:
    """The messages of a day (and the speakers, if told by day); None if they cannot be known.

    Of a running total the day's part is what it grew by; who spoke on the day cannot be told from it.
    """
    told = days[day]
    if not running:
        return {"messages": told.messages, "speakers": min(told.speakers, told.messages)}
    before = days.get(day - timedelta(days=1))
    if before is None or told.messages < before.messages:
        return None
    return {"messages": told.messages - before.messages}

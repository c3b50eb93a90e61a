"""Counts the messages of chats by group and day, and tells apart what each message is worth."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from lifecycle.rules.counts import COUNTS, KNOWN
from lifecycle.rules.talk import ADVERT, FILLER, HEARD, NOBODY, RED_PACKET, told_apart
from lifecycle.sources.gathering import ACT, Gathering, Rows
from lifecycle.sources.talk_words import ends_of, marks_of

# What every format tells whose messages come with their texts and times; red packets only where there are any.
WORTH = KNOWN["filler"] | KNOWN["questions"] | KNOWN["answered"]


class ChatCounter:
    """Counts the messages, joins and leaves of chat exports by group and day, then hands rows to a gathering.

    Only counts, the set of senders and what each message is worth are held; no text stays here.
    """

    def __init__(self, gathering: Gathering) -> None:
        self.gathering = gathering
        self.reports: dict[int, int] = {}  # by group, where not every group of the export tells the same
        self.numbers: dict[tuple[int, str], dict[str | int | None, int]] = defaultdict(dict)
        self.seen: dict[int, set[int | str]] = defaultdict(set)
        self.totals: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
        self.senders: dict[tuple[int, int], Counter[int]] = defaultdict(Counter)
        self.heard = Rows(HEARD, gathering.acts.most)

    def is_new(self, group: int, message: int | str) -> bool:
        """Whether a message of this id comes for the first time: the parts of an export may overlap."""
        known = len(self.seen[group])
        self.seen[group].add(message)
        return len(self.seen[group]) > known

    def message(self, group: int, day: int, sender: str, times: int = 1) -> None:
        self.totals[group, day]["messages"] += times
        if sender:
            self.senders[group, day][self.gathering.member(group, sender)] += times

    def told(self, group: int, day: int, second: int, sender: str, text: str, *, sticker: bool = False) -> None:
        """Count a message whose text is there; `second` of any clock that runs through the whole chat.

        A text of nothing is a picture or a file.
        """
        self.message(group, day, sender)
        number = self.gathering.member(group, sender) if sender else NOBODY
        marks = FILLER if sticker else marks_of(text)
        is_advert = self.gathering.is_advert[group]
        if is_advert and is_advert(text):
            marks |= ADVERT
        self.heard.add((group, day, second, number, marks, *ends_of(text)))

    def red_packet(self, group: int, day: int, second: int) -> None:
        """A red packet is no message; what is said within 48 hours after it may be said for it."""
        self.heard.add((group, day, second, NOBODY, RED_PACKET, 0, 0))

    def numbered(self, group: int, prefix: str, senders: list[Any]) -> list[int]:
        """Members of the senders as the export has them, NOBODY for an empty one; `prefix` makes an identity."""
        numbers = self.numbers[group, prefix]
        try:
            return list(map(numbers.__getitem__, senders))
        except KeyError:  # somebody who was not there before
            for sender in set(senders) - numbers.keys():
                numbers[sender] = self.gathering.member(group, f"{prefix}{sender}") if sender else NOBODY
        return list(map(numbers.__getitem__, senders))

    def add(self, group: int, day: int, members: list[int]) -> None:
        """Count messages of a day, each by the member who sent it, or NOBODY."""
        acts = self.senders[group, day]
        acts.update(members)
        acts.pop(NOBODY, None)
        self.totals[group, day]["messages"] += len(members)

    def tally(self, group: int, day: int, said: Mapping[Any, int], numbers: Mapping[Any, int]) -> None:
        """Count messages that were counted by sender as written; `numbers` tells the member, -1 for nobody."""
        acts = self.senders[group, day]
        counted = dict(zip(map(numbers.__getitem__, said), said.values(), strict=True))
        if not acts and len(counted) == len(said):
            dict.update(acts, counted)  # each sender is another member: no adding up
        else:
            for sender, times in said.items():
                acts[numbers[sender]] += times
        acts.pop(-1, None)
        self.totals[group, day]["messages"] += sum(said.values())

    def moved(self, group: int, day: int, *, joins: int = 0, leaves: int = 0) -> None:
        self.totals[group, day].update(joins=joins, leaves=leaves)

    def hand_over(self, known: int) -> None:
        """Write one row per group and day that had anything; `known` are the bits that the format reports.

        Who acted are those who said something that counts; the others are named with no act.
        """
        self._settle()
        for (group, day), totals in self.totals.items():
            senders = self.senders.get((group, day), {})
            said = totals | {"speakers": len(senders)}
            told = known & self.reports.get(group, known)
            if self.gathering.is_advert[group]:
                told |= KNOWN["ads"]
            self.gathering.rows.add((group, day, told, 0, *(said.get(name, 0) for name in COUNTS)))
            acts = np.zeros(len(senders), dtype=ACT)
            acts["group"], acts["day"] = group, day
            acts["member"] = np.fromiter(senders.keys(), "i4", len(senders))
            acts["acts"] = np.fromiter(senders.values(), "i8", len(senders))
            self.gathering.acts.add_packed(acts)

    def _settle(self) -> None:
        """Put what the messages are worth to the counts of their days and of who sent them."""
        heard = self.heard.array()
        self.heard.packed = []  # they are many
        if not len(heard):
            return
        told = told_apart(heard)
        for name in ("ads", "filler", "incentivised", "questions", "answered"):
            for (group, day), times in _times(told.heard[getattr(told, name)], "group", "day"):
                self.totals[group, day][name] += times
        idle = (told.ads | told.filler | told.incentivised) & (told.heard["sender"] != NOBODY)
        for (group, day, sender), times in _times(told.heard[idle], "group", "day", "sender"):
            self.senders[group, day][sender] -= times


def _times(rows: np.ndarray, *names: str) -> Iterator[tuple[tuple[int, ...], int]]:
    """How often each combination of the fields comes."""
    rows = rows[np.lexsort([rows[name] for name in reversed(names)])]
    if not len(rows):
        return
    new = np.zeros(len(rows), dtype=np.bool_)
    new[0] = True
    for name in names:
        new[1:] |= rows[name][1:] != rows[name][:-1]
    starts = np.flatnonzero(new)
    keys = zip(*(rows[name][starts].tolist() for name in names), strict=True)
    yield from zip(keys, np.diff(np.append(starts, len(rows))).tolist(), strict=True)

"""Counts the messages of chats by group and day, and tells apart what each message is worth."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from lifecycle.rules.arrays import Bools, Ints
from lifecycle.rules.counts import COUNTS, KNOWN
from lifecycle.rules.talk import ADVERT, FILLER, HEARD, NOBODY, RED_PACKET, told_apart
from lifecycle.sources.gathering import ACT, Gathering, Rows
from lifecycle.sources.talk_words import ends_of, marks_of

# What every format tells whose messages come with their texts and times; red packets only where there are any.
WORTH = KNOWN["filler"] | KNOWN["questions"] | KNOWN["answered"]
DENSE = 2  # numbers for each row, up to which a table of all of them is smaller than an order


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
        self.tallies: list[np.ndarray] = []
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

    def add_counted(self, said: np.ndarray) -> None:
        """Count messages that were counted: ACT rows, ordered, each group, day and member once; NOBODY among them."""
        starts = np.flatnonzero(differs(said["group"], said["day"]))
        times = np.add.reduceat(said["acts"], starts, dtype="i8") if len(said) else said["acts"]
        for group, day, messages in zip(said["group"][starts], said["day"][starts], times, strict=True):
            self.totals[int(group), int(day)]["messages"] += int(messages)
        self.tallies.append(said[said["member"] != NOBODY])

    def moved(self, group: int, day: int, *, joins: int = 0, leaves: int = 0) -> None:
        self.totals[group, day].update(joins=joins, leaves=leaves)

    def hand_over(self, known: int) -> None:
        """Write one row per group and day that had anything; `known` are the bits that the format reports.

        Who acted are those who said something that counts; the others are named with no act.
        """
        acts = summed([*self.tallies, self._one_by_one(), self._idle()])
        starts = np.flatnonzero(differs(acts["group"], acts["day"]))
        days = zip(acts["group"][starts].tolist(), acts["day"][starts].tolist(), strict=True)
        speakers = dict(zip(days, np.diff(starts, append=len(acts)).tolist(), strict=True))
        for (group, day), totals in self.totals.items():
            said = totals | {"speakers": speakers.get((group, day), 0)}
            told = known & self.reports.get(group, known)
            if self.gathering.is_advert[group]:
                told |= KNOWN["ads"]
            self.gathering.rows.add((group, day, told, 0, *(said.get(name, 0) for name in COUNTS)))
        self.gathering.acts.add_packed(acts)

    def _one_by_one(self) -> np.ndarray:
        """What was counted message by message, ordered; it is let go of meanwhile, since there is much of it."""
        acts = np.zeros(sum(map(len, self.senders.values())), dtype=ACT)
        end = 0
        for group, day in sorted(self.senders):
            senders = self.senders.pop((group, day))
            members = np.fromiter(senders.keys(), "i4", len(senders))
            order = np.argsort(members)
            here = acts[end : end + len(senders)]
            here["group"], here["day"], here["member"] = group, day, members[order]
            here["acts"] = np.fromiter(senders.values(), "i8", len(senders))[order]
            end += len(senders)
        return acts

    def _idle(self) -> np.ndarray:
        """Put what the messages are worth to the counts of their days; below zero, what does not count as an act."""
        heard = self.heard.array()
        self.heard.packed = []  # they are many
        told = told_apart(heard)
        for name in ("ads", "filler", "incentivised", "questions", "answered"):
            for (group, day), times in _times(told.heard[getattr(told, name)], "group", "day"):
                self.totals[group, day][name] += times
        idle = told.heard[(told.ads | told.filler | told.incentivised) & (told.heard["sender"] != NOBODY)]
        acts = np.zeros(len(idle), dtype=ACT)
        acts["group"], acts["day"], acts["member"], acts["acts"] = idle["group"], idle["day"], idle["sender"], -1
        return acts


def counted(keys: Ints, *, end: int) -> tuple[Ints, Ints]:
    """The different ones among whole numbers from 0 to below `end`, ascending, and how often each comes."""
    if end > DENSE * len(keys):
        return np.unique(keys, return_counts=True)
    times = np.bincount(keys)
    found = np.flatnonzero(times)
    return found, times[found]


def summed(pieces: list[np.ndarray]) -> np.ndarray:
    """ACT rows of all pieces, ordered by group, day and member, each of them once."""
    filled = [piece for piece in pieces if len(piece)] or [np.zeros(0, dtype=ACT)]
    rows = filled[0] if len(filled) == 1 else np.concatenate(filled)
    # The same order by one number, unless numbers are so large that it would overflow.
    widths = [int(rows[name].max(initial=0)) + 2 for name in ("group", "day", "member")]
    if widths[0] * widths[1] * widths[2] < 1 << 62:
        keys = (rows["group"].astype("i8") * widths[1] + rows["day"]) * widths[2] + rows["member"]
        order = None if (keys[1:] > keys[:-1]).all() else np.argsort(keys, kind="stable")
    else:
        order = np.lexsort((rows["member"], rows["day"], rows["group"]))
    if order is None:
        return rows
    rows = rows[order]
    starts = np.flatnonzero(differs(rows["group"], rows["day"], rows["member"]))
    once = rows[starts]
    once["acts"] = np.add.reduceat(rows["acts"], starts) if len(rows) else 0
    return once


def differs(*columns: np.ndarray) -> Bools:
    """At which places one of the columns differs from the place before."""
    new = np.zeros(len(columns[0]), dtype=np.bool_)
    new[:1] = True
    for column in columns:
        new[1:] |= column[1:] != column[:-1]
    return new


def _times(rows: np.ndarray, *names: str) -> Iterator[tuple[tuple[int, ...], int]]:
    """How often each combination of the fields comes."""
    rows = rows[np.lexsort([rows[name] for name in reversed(names)])]
    starts = np.flatnonzero(differs(*(rows[name] for name in names)))
    keys = zip(*(rows[name][starts].tolist() for name in names), strict=True)
    yield from zip(keys, np.diff(np.append(starts, len(rows))).tolist(), strict=True)

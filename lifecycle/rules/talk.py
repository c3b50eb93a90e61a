"""What the messages of a chat are worth: filler, said for a red packet, questions with an answer. Marks in, counts out.

Each message is in one class, the first that fits: an advert (by the list of its group), filler (it says nothing, or is
a link of a word chain), incentivised (within 48 hours after a red packet, by the health model 3.1), or what counts. A
question counts as answered when somebody else says something within 24 hours after it that is none of an advert,
filler and a question; a chat does not tell more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifecycle.rules.arrays import Bools, Ints

FILLER, QUESTION, RED_PACKET, ADVERT = 1, 2, 4, 8  # marks of a message; a red packet is an event and no message
INCENTIVE_SECONDS = 48 * 3600
ANSWER_SECONDS = 24 * 3600
NOBODY = -1

# A message as it is told: who (NOBODY where that is not known), when in seconds of any one clock, what marks. `first`
# and `last` are the code points at which a short text begins and ends, else 0: links of a word chain share them.
HEARD = np.dtype(
    [("group", "<i4"), ("day", "<i4"), ("second", "<i8"), ("sender", "<i4"), ("marks", "u1")]
    + [("first", "<u2"), ("last", "<u2")]
)


@dataclass(frozen=True)
class Told:
    """What the messages are, ordered by group and time; `heard` are they themselves in that order."""

    heard: NDArray[np.void]
    ads: Bools
    filler: Bools
    incentivised: Bools
    questions: Bools
    answered: Bools


def told_apart(heard: NDArray[np.void]) -> Told:
    """Classes of all messages; of the same second they are taken in the given order."""
    if not _is_ordered(heard):
        heard = heard[np.lexsort((heard["second"], heard["group"]))]
    packet = heard["marks"] & RED_PACKET != 0
    ads = ~packet & (heard["marks"] & ADVERT != 0)
    filler = ~packet & ~ads & ((heard["marks"] & FILLER != 0) | _chained(heard, packet))
    questions = ~packet & ~ads & (heard["marks"] & QUESTION != 0)
    incentivised = ~packet & ~ads & ~filler & _after_packet(heard, packet)
    answered = questions & _answered(
        heard, questions, ~(packet | ads | filler | questions) & (heard["sender"] != NOBODY)
    )
    return Told(heard, ads, filler, incentivised, questions, answered)


def _is_ordered(heard: NDArray[np.void]) -> bool:
    """By group and time, as most exports of one chat are."""
    group, second = heard["group"], heard["second"]
    return not ((group[1:] < group[:-1]) | ((group[1:] == group[:-1]) & (second[1:] < second[:-1]))).any()


def _chained(heard: NDArray[np.void], packet: Bools) -> Bools:
    """Links of a word chain: three short texts or more in a row, each of which begins as the one before it ends."""
    link = np.zeros(len(heard) + 2, dtype=np.bool_)  # link[n]: message n goes on from the one before it
    link[1:-2] = (
        (heard["first"][1:] != 0)
        & (heard["first"][1:] == heard["last"][:-1])
        & (heard["group"][1:] == heard["group"][:-1])
        & ~packet[1:]
        & ~packet[:-1]
    )
    of_three = link[:-1] & link[1:]  # both n and n + 1 go on
    chained = np.zeros(len(heard), dtype=np.bool_)
    at = np.flatnonzero(of_three)
    for place in (at - 1, at, at + 1):
        chained[place] = True
    return chained


def _after_packet(heard: NDArray[np.void], packet: Bools) -> Bools:
    if not packet.any():
        return np.zeros(len(heard), dtype=np.bool_)
    latest = np.maximum.accumulate(np.where(packet, np.arange(len(heard)), -1))
    since = heard["second"] - heard["second"][latest]
    after: Bools = (latest >= 0) & (heard["group"] == heard["group"][latest]) & (since <= INCENTIVE_SECONDS)
    return after


def _answered(heard: NDArray[np.void], questions: Bools, answers: Bools) -> Bools:
    """Whether the first answer of somebody else comes in time."""
    found = np.zeros(len(heard), dtype=np.bool_)
    asked, able = np.flatnonzero(questions), np.flatnonzero(answers)
    if not len(asked) or not len(able):
        return found
    group, sender, second = heard["group"], heard["sender"], heard["second"]
    at = np.searchsorted(able, asked)
    own = (at < len(able)) & (sender[able[np.minimum(at, len(able) - 1)]] == sender[asked])
    turns = np.flatnonzero((np.diff(sender[able]) != 0) | (np.diff(group[able]) != 0)) + 1  # where another one speaks
    at = np.where(own, _next(turns, at, len(able)), at)
    first = able[np.minimum(at, len(able) - 1)]
    in_time = second[first] - second[asked] <= ANSWER_SECONDS
    found[asked] = (at < len(able)) & (group[first] == group[asked]) & in_time
    return found


def _next(turns: Ints, at: Ints, end: int) -> Ints:
    """The first of `turns` behind each place, or `end`."""
    following: Ints = np.append(turns, end)[np.searchsorted(turns, at, side="right")]
    return following

"""Finds where the messages of a WhatsApp export begin: plain heads by NumPy, all others by the pattern of the style.

A head is plain if it shows its time with colons, what stands before the hour and behind the time is short and was seen
in a head that the pattern found, and somebody with a short name speaks: most heads of any chat.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifecycle.rules.arrays import Bools
from lifecycle.sources import whatsapp_words as words
from lifecycle.sources.cell_numbers import WIDTH, WITHIN, WORD, CellNumbers, words_from
from lifecycle.sources.counting import differs
from lifecycle.sources.days import hour_of, second_of
from lifecycle.sources.text_bytes import Places

MARK = "\u200e"
DATE = r"\d+[./-] ?\d+[./-] ?\d+"
TIME = r"\d+[:.][\d:.]++"
IOS = rf"((?:{MARK})?+)\[({DATE})([^\d\]\n]{{1,20}}+{TIME}[^\d\]\n]{{0,16}}+)\] "
ANDROID = rf"((?:{MARK})?+)({DATE})([^\d\n-]{{1,20}}+{TIME}[^\d\n-]{{0,16}}+)(?<= )- "
NAME = r"[^:\n]*+(?::(?! )[^:\n]*+)*+"
WHO = rf"(?:({NAME}): |)"
BEFORE_THE_HOUR = re.compile(rf"((?:{MARK})?+)\[?({DATE})([^\d\]\n-]{{1,20}})".encode())
SHOWN = re.compile(rb"[^\d]+\d\d?:\d\d(?::\d\d)?([^\d:.][^\d:]*|)")  # a time with what stands around it
LINE, COLON, ZERO, BLANK = (np.uint8(ord(mark)) for mark in "\n:0 ")
# Which bytes a head begins with: a digit, a bracket, the first byte of MARK.
BEGINS = np.isin(np.arange(256), [*b"0123456789[", MARK.encode()[0]])
MOST_TAILS = 8
NEITHER, MORNING, AFTERNOON = range(3)


@dataclass(frozen=True)
class Heads:
    """The messages of a block: numbers of their dates and names (-1 where WhatsApp itself speaks), the second of the
    day, whether the line was marked, and where their texts stand in `at`."""

    at: NDArray[np.uint8]
    date: NDArray[np.int32]
    second: NDArray[np.int32]
    name: NDArray[np.int32]
    marked: Bools
    starts: Places
    ends: Places


class HeadReader:
    """Reads the heads of one file, block after block."""

    def __init__(self, style: str) -> None:
        self.pattern = re.compile(f"\n{style}{WHO}".encode())
        self.closing = b"] " if style == IOS else b"- "
        self.dates = CellNumbers()  # in the order in which they come
        self.names = CellNumbers()
        self.prefixes = CellNumbers()  # all that stands before an hour
        self.dates_of: list[bytes] = []  # by prefix; empty where no head begins so
        self.said = np.zeros((0, 3), dtype="i1")  # by prefix: whether a head begins so, is marked, its half of the day
        self.tails: dict[bytes, int] = {}  # what stands between time and name, and its half of the day

    def heads(self, block: bytes) -> Heads:
        """All messages of a block that begins with a line break."""
        at = np.frombuffer(block + bytes(WIDTH), dtype="u1")
        if not self.tails and (first := self.pattern.search(block)):
            self._learn(first)  # of the others of the first block, most are like it
        marks = np.flatnonzero((at == LINE) | (at == COLON))
        lines = np.flatnonzero(at[marks] == LINE)
        breaks = marks[lines]
        plain, prefix, second, name, starts = self._plain(at, marks, lines)
        others = np.ones(len(lines), dtype=np.bool_)
        others[plain] = False
        found = [self.pattern.match(block, place) for place in breaks[others & BEGINS[at[breaks + 1]]].tolist()]
        odd = [head for head in found if head]
        place = breaks[plain]
        if odd:
            for head in odd:
                self._learn(head)
            place = np.concatenate([place, [head.start() for head in odd]])
            prefix = np.concatenate([prefix, -1 - np.arange(len(odd))])
            second = np.concatenate([second, [second_shown(head[3]) for head in odd]])
            name = np.concatenate([name, [-1 if head[4] is None else self.names.number(head[4]) for head in odd]])
            starts = np.concatenate([starts, [head.end() for head in odd]])
            order = np.argsort(place, kind="stable")
            place, prefix, second, name, starts = (column[order] for column in (place, prefix, second, name, starts))
        marked = np.append(self.said[:, 1], [bool(head[1]) for head in reversed(odd)])[prefix]
        return Heads(
            at=at,
            date=self._dates(prefix, odd),
            second=second.astype("i4"),
            name=name.astype("i4"),
            marked=marked.astype(np.bool_),
            starts=starts,
            ends=np.append(place[1:], len(block)) if len(place) else place,
        )

    def _dates(self, prefix: NDArray[np.int32], odd: list[re.Match[bytes]]) -> NDArray[np.int32]:
        """Numbers of the dates, which come in runs."""
        if not len(prefix):
            return prefix
        starts = np.flatnonzero(differs(prefix))
        shown = [self.dates_of[n] if n >= 0 else odd[-1 - n][2] for n in prefix[starts].tolist()]
        numbers = np.array([self.dates.number(date) for date in shown], dtype="i4")
        return np.repeat(numbers, np.diff(starts, append=len(prefix)))

    def _plain(self, at: NDArray[np.uint8], marks: Places, lines: Places) -> tuple[NDArray[Any], ...]:
        """Which lines begin with a plain head; its prefix, second, name, and where the text begins."""
        last = len(marks) - 1
        row = np.flatnonzero(lines + 2 <= last)
        hour_end = marks[lines[row] + 1]  # the first colon, if it is none of the lines that follow
        digits = [_is_digit(at[hour_end + n]) for n in (-1, 1, 2)]
        row = row[(at[hour_end] == COLON) & digits[0] & digits[1] & digits[2]]
        begins, hour_end = marks[lines[row]] + 1, marks[lines[row] + 1]
        exact = (at[hour_end + 3] == COLON) & _is_digit(at[hour_end + 4]) & _is_digit(at[hour_end + 5])
        time_end = hour_end + 3 + 3 * exact
        hour = hour_end - 1 - _is_digit(at[hour_end - 2])
        length, half = self._tails_at(at, time_end)
        name_end = marks[np.minimum(lines[row] + 2 + exact, last)]
        name_length = name_end - time_end - length
        fits = (length > 0) & (at[name_end] == COLON) & (at[name_end + 1] == BLANK)
        fits &= (name_length >= 0) & (name_length <= WIDTH) & (hour - begins <= WIDTH) & (hour > begins)
        row, begins, hour, hour_end, time_end, length, half, name_end, name_length, exact = (
            column[fits]
            for column in (row, begins, hour, hour_end, time_end, length, half, name_end, name_length, exact)
        )
        prefix = self.prefixes.of(at, begins, hour - begins)
        self._look_at_prefixes()
        sure = self.said[prefix, 0] > 0
        second = _seconds(at, hour, hour_end, exact, np.maximum(self.said[prefix, 2], half))
        name = self.names.of(at, (name_end - name_length)[sure], name_length[sure])
        return row[sure], prefix[sure], second[sure], name, name_end[sure] + 2

    def _tails_at(self, at: NDArray[np.uint8], starts: Places) -> tuple[Places, NDArray[np.int8]]:
        """The length of the known tail that stands at each place, 0 for none, and the half of the day that it tells."""
        length, half = np.zeros(len(starts), dtype="i8"), np.zeros(len(starts), dtype="i1")
        for tail, its_half in self.tails.items():
            same = length == 0
            for offset in range(0, len(tail), WORD):
                piece = tail[offset : offset + WORD]
                word = np.frombuffer(piece.ljust(WORD, b"\0"), dtype="u8")
                same &= words_from(at, starts, offset) & WITHIN[len(piece)] == word
            length[same], half[same] = len(tail), its_half
        return length, half

    def _learn(self, head: re.Match[bytes]) -> None:
        """Remember what stands behind the time in a head that the pattern found."""
        found = SHOWN.fullmatch(head[3])
        if found and len(self.tails) < MOST_TAILS and len(found[1]) + len(self.closing) <= WIDTH:
            self.tails.setdefault(found[1] + self.closing, half_of(found[1]))

    def _look_at_prefixes(self) -> None:
        new = []
        for prefix in self.prefixes.written()[len(self.dates_of) :]:
            found = BEFORE_THE_HOUR.fullmatch(prefix)
            fits = found is not None and (b"[" in prefix) == (self.closing == b"] ")
            self.dates_of.append(found[2] if found and fits else b"")
            new.append((fits, bool(found and found[1]), half_of(found[3]) if found else NEITHER))
        if new:
            self.said = np.concatenate([self.said, np.array(new, dtype="i1")])


def half_of(shown: bytes) -> int:
    """Which half of the day a time says with words."""
    text = shown.decode("utf-8", "replace")
    return AFTERNOON if words.AFTERNOON.search(text) else MORNING if words.MORNING.search(text) else NEITHER


def second_shown(shown: bytes) -> int:
    """The second of the day of a time as written."""
    numbers = [*re.findall(rb"\d+", shown)[:3], b"0", b"0"]
    hour, minute, second = (int(number) for number in numbers[:3])
    half = (None, "A", "P")[half_of(shown)]
    return second_of(0, hour_of(str(min(hour, 23)), half), min(minute, 59), min(second, 59))


def _seconds(
    at: NDArray[np.uint8], hour: Places, hour_end: Places, exact: Bools, halves: NDArray[np.int8]
) -> NDArray[np.int32]:
    """The same for times that begin at `hour`; `exact` ones have seconds."""
    one, ten = (at[hour_end - n].astype("i4") - ord("0") for n in (1, 2))
    hours = np.minimum(one + np.where(hour_end - hour == 2, 10 * ten, 0), 23)
    hours = np.where(halves == NEITHER, hours, hours % 12 + 12 * (halves == AFTERNOON))
    minute, second = (np.minimum(_two_digits(at, hour_end + n), 59) for n in (1, 4))
    told: NDArray[np.int32] = hours * 3600 + minute * 60 + np.where(exact, second, 0)
    return told


def _two_digits(at: NDArray[np.uint8], place: Places) -> NDArray[np.int32]:
    number: NDArray[np.int32] = (at[place].astype("i4") - ord("0")) * 10 + at[place + 1] - ord("0")
    return number


def _is_digit(byte: NDArray[np.uint8]) -> Bools:
    digit: Bools = byte - ZERO < 10
    return digit

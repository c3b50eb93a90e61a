"""Finds the plain rows of chatlog's CSV with NumPy, a block at a time: where cells begin and end, and which are equal.

A row is plain if its first five cells are not quoted, its stamp is a date, it has a sender, and its text is one cell:
most rows of any chat. All others are handed back as text, for the pattern of wechat_csv.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifecycle.sources.text_bytes import Places, asks, bare_ends, is_special

LINE, COMMA, QUOTE = (np.uint8(ord(mark)) for mark in '\n,"')
WIDTH = 32  # bytes of a sender or group; longer ones are left to the pattern
WORDS = WIDTH // 8
# By the length of a cell: which of the bytes of its words belong to it.
WITHIN = np.where(np.arange(WIDTH) < np.arange(WIDTH + 1)[:, None], 255, 0).astype("u1").view("u8")
# A stamp as three words. XOR with STAMP leaves the value of each digit and zero of each mark; what is more than 9, or
# more than zero, shows in the upper half of its byte once ABOVE is added.
STAMP, BLANK_AT = b"0000-00-00 00:00:00", 10
STAMP_WORDS = np.frombuffer(STAMP.ljust(24, b"\0"), dtype="u8")
IN_STAMP = np.array([0 if n in (BLANK_AT, *range(19, 24)) else 255 for n in range(24)], dtype="u1").view("u8")
ABOVE = np.array([{ord("0"): 6, ord(" "): 0}.get(mark, 15) for mark in STAMP] + [0] * 5, dtype="u1").view("u8")
UPPER_HALVES = np.uint64(0xF0F0F0F0F0F0F0F0)
# Odd numbers by which the words of a cell are multiplied; equal sums are compared word by word.
MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5], dtype="u8")


@dataclass(frozen=True)
class Plain:
    """The plain rows of a block: the date as yyyymmdd, and the number of sender and group among `senders`, `groups`.

    `names` are those of the groups, as written in the last of their rows.
    """

    date: NDArray[np.int32]
    second: NDArray[np.int32]  # of the day
    sender: NDArray[np.intp]
    group: NDArray[np.intp]
    senders: list[bytes]
    groups: list[bytes]
    names: list[bytes]
    asks: NDArray[np.bool_]  # the text ends as a question does
    texts: list[tuple[int, bytes]]  # row and text, of those that have to be looked at: short ones and special ones
    others: bytes  # rows that are not plain, each after a line break
    lines: int  # line breaks of the block


def plain_rows(block: bytes) -> Plain | None:
    """The rows of a block that begins with a line break and ends where a row does; None if it has no plain one."""
    at = np.frombuffer(block + bytes(WIDTH), dtype="u1")
    marks = np.flatnonzero((at == QUOTE) | (at == LINE) | (at == COMMA))
    kinds = at[marks]
    quotes = np.cumsum(kinds == QUOTE, dtype="i4")
    lines = np.flatnonzero(kinds == LINE)
    rows = lines[quotes[lines] % 2 == 0]  # places in `marks`; a break inside quotation marks ends no row
    starts = marks[rows] + 1
    ends = np.append(starts[1:] - 1, len(block))
    ends = ends - (at[ends - 1] == ord("\r"))
    good, cells = _five_cells(at, ends, marks, kinds, rows, np.diff(quotes[rows], append=quotes[-1]))
    dates, seconds, dated = _dates(at, starts[good])
    good, cells, dates, seconds = good[dated], cells[dated], dates[dated], seconds[dated]
    sender, group = (_cells(at, cells[:, n] + 1, cells[:, n + 1]) for n in (1, 3))
    fits = (sender.sum(axis=1) != 0) & (group.sum(axis=1) != 0) & ~(sender == SYSTEM).all(axis=1)
    fits &= _lengths_fit(cells, 1) & _lengths_fit(cells, 3)
    senders, sender_of, sure = _told_apart(sender)
    groups, group_of, sure_too = _told_apart(group)
    fits &= sure & sure_too
    if not fits.any():
        return None
    kept = good[fits]
    others = np.setdiff1d(np.arange(len(starts)), kept, assume_unique=True)
    last = np.zeros(len(groups), dtype=np.intp)
    last[group_of] = np.arange(len(group_of))  # of equal places the last one is written
    texts, quoted = cells[fits, 4] + 1, at[cells[fits, 4] + 1] == QUOTE
    texts, text_ends = texts + quoted, bare_ends(at, texts + quoted, ends[kept] - quoted)
    looked = np.flatnonzero(is_special(at, texts, text_ends))
    return Plain(
        date=dates[fits],
        second=seconds[fits],
        sender=sender_of[fits],
        group=group_of[fits],
        senders=senders,
        groups=groups,
        names=[block[cells[row, 2] + 1 : cells[row, 3]] for row in last.tolist()],
        asks=asks(at, text_ends),
        texts=[(row, block[texts[row] : text_ends[row]]) for row in looked.tolist()],
        others=b"".join([b"\n" + block[starts[row] : ends[row]] for row in others.tolist()]),
        lines=len(lines),
    )


def _five_cells(
    at: NDArray[np.uint8],
    ends: Places,
    marks: Places,
    kinds: NDArray[np.uint8],
    rows: Places,
    quotes: NDArray[np.int32],
) -> tuple[Places, Places]:
    """Rows with five commas before any quotation mark and one cell behind them; where these commas are.

    `rows` are the places in `marks` (commas, breaks, quotation marks of a block) at which each begins, `quotes` how
    many quotation marks it has.
    """
    held = np.diff(rows, append=len(marks)) - 1  # marks inside each row
    many = np.flatnonzero(held >= 5)
    five = rows[many, None] + np.arange(1, 6)
    many, five = (taken[(kinds[five] == COMMA).all(axis=1)] for taken in (many, five))
    cells = marks[five]
    behind = marks[np.minimum(five[:, 4] + 1, len(marks) - 1)]
    whole = (quotes[many] == 2) & (behind == cells[:, 4] + 1) & (at[behind] == QUOTE) & (at[ends[many] - 1] == QUOTE)
    plain = (held[many] == 5) | whole
    return many[plain], cells[plain]


def _dates(at: NDArray[np.uint8], starts: Places) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.bool_]]:
    """Dates as yyyymmdd, seconds of the day, and whether a stamp is both."""
    shown = np.lib.stride_tricks.sliding_window_view(at, 8 * len(STAMP_WORDS))[starts].view("u8")
    bare = (shown ^ STAMP_WORDS) & IN_STAMP
    blank = at[starts + BLANK_AT]
    dated: NDArray[np.bool_] = ((bare | bare + ABOVE) & UPPER_HALVES == 0).all(axis=1)
    dated &= (blank == ord(" ")) | (blank == ord("T"))
    year, day, end = (np.ascontiguousarray(bare[:, n]) for n in range(3))
    date = 10_000 * (1000 * _digit(year, 0) + 100 * _digit(year, 1) + 10 * _digit(year, 2) + _digit(year, 3))
    date += 1000 * _digit(year, 5) + 100 * _digit(year, 6) + 10 * _digit(day, 0) + _digit(day, 1)
    second = 3600 * (10 * _digit(day, 3) + _digit(day, 4)) + 60 * (10 * _digit(day, 6) + _digit(day, 7))
    second += 10 * _digit(end, 1) + _digit(end, 2)
    return date.astype("i4"), second.astype("i4"), dated


def _digit(words: NDArray[np.uint64], place: int) -> NDArray[np.uint64]:
    """One byte of each word: below 16 in words that are digits."""
    return words >> np.uint64(8 * place) & np.uint64(15)


def _cells(at: NDArray[np.uint8], starts: Places, ends: Places) -> NDArray[np.uint64]:
    """Each cell as whole words, zeros behind its end; of a longer one its beginning."""
    shown = np.lib.stride_tricks.sliding_window_view(at, WIDTH)[starts].view("u8")
    return shown & WITHIN[np.minimum(ends - starts, WIDTH)]


def _lengths_fit(cells: Places, n: int) -> NDArray[np.bool_]:
    length = cells[:, n + 1] - cells[:, n] - 1
    return (length > 0) & (length <= WIDTH)


def _told_apart(cells: NDArray[np.uint64]) -> tuple[list[bytes], NDArray[np.intp], NDArray[np.bool_]]:
    """The different cells, which of them each one is, and whether that is sure."""
    if len(cells) and (cells == cells[0]).all():  # one group, as in most files
        return [cells[0].tobytes().rstrip(b"\0")], np.zeros(len(cells), dtype=np.intp), np.ones(len(cells), dtype=bool)
    mixed = (cells * MIX).sum(axis=1, dtype="u8")
    mixed ^= mixed >> np.uint64(29)
    _, first, which = np.unique(mixed, return_index=True, return_inverse=True)
    told = cells[first]
    return [row.tobytes().rstrip(b"\0") for row in told], which, (told[which] == cells).all(axis=1)


def _word(text: str) -> NDArray[np.uint64]:
    return np.frombuffer(text.encode().ljust(WIDTH, b"\0"), dtype="u8")


SYSTEM = _word("系统消息")

"""Finds the plain rows of chatlog's CSV with NumPy, a block at a time: where cells begin and end, and which are equal.

A row is plain if its first five cells are not quoted, its stamp is a date, it has a sender, and its text is one cell:
most rows of any chat. All others are handed back as text, for the pattern of wechat_csv.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifecycle.sources.cell_numbers import WIDTH, CellNumbers, Words, words_from
from lifecycle.sources.text_bytes import Places, asks, bare_ends, is_special

LINE, COMMA, QUOTE = (np.uint8(ord(mark)) for mark in '\n,"')
CELLS = 5  # before the text
# A stamp as three words. XOR with STAMP leaves the value of each digit and zero of each mark; what is more than 9, or
# more than zero, shows in the upper half of its byte once ABOVE is added.
STAMP, BLANK_AT = b"0000-00-00 00:00:00", 10
STAMP_WORDS = np.frombuffer(STAMP.ljust(24, b"\0"), dtype="u8")
IN_STAMP = np.array([0 if n in (BLANK_AT, *range(19, 24)) else 255 for n in range(24)], dtype="u1").view("u8")
ABOVE = np.array([{ord("0"): 6, ord(" "): 0}.get(mark, 15) for mark in STAMP] + [0] * 5, dtype="u1").view("u8")
UPPER_HALVES = np.uint64(0xF0F0F0F0F0F0F0F0)
SYSTEM = "系统消息".encode()


@dataclass(frozen=True)
class Plain:
    """The plain rows of a block: the date as yyyymmdd, and sender and group as numbers of the given cells.

    `names` are those of the groups, as written in the last of their rows.
    """

    date: NDArray[np.int32]
    second: NDArray[np.int32]  # of the day
    sender: NDArray[np.int32]
    group: NDArray[np.int32]
    names: dict[int, bytes]
    asks: NDArray[np.bool_]  # the text ends as a question does
    texts: list[tuple[int, bytes]]  # row and text, of those that have to be looked at: short ones and special ones
    others: bytes  # rows that are not plain, each after a line break
    lines: int  # line breaks of the block


def plain_rows(block: bytes, numbers: CellNumbers) -> Plain | None:
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
    good, commas = _five_cells(at, ends, marks, kinds, rows, np.diff(quotes[rows], append=quotes[-1]))
    dates, seconds, fits = _dates(at, starts[good])
    fits &= _fit(commas[1], commas[2]) & _fit(commas[3], commas[4])
    good, dates, seconds, *commas = _only(fits, good, dates, seconds, *commas)
    sender = numbers.of(at, commas[1] + 1, commas[2] - commas[1] - 1)
    said = sender != numbers.number(SYSTEM)
    good, dates, seconds, sender, *commas = _only(said, good, dates, seconds, sender, *commas)
    if not len(good):
        return None
    group = numbers.of(at, commas[3] + 1, commas[4] - commas[3] - 1)
    others = np.ones(len(starts), dtype=np.bool_)
    others[good] = False
    texts = commas[4] + 1
    quoted = at[texts] == QUOTE
    texts, text_ends = texts + quoted, bare_ends(at, texts + quoted, ends[good] - quoted)
    looked = np.flatnonzero(is_special(at, texts, text_ends))
    return Plain(
        date=dates,
        second=seconds,
        sender=sender,
        group=group,
        names={n: block[commas[2][row] + 1 : commas[3][row]] for n, row in _last_of(group)},
        asks=asks(at, text_ends),
        texts=[(row, block[texts[row] : text_ends[row]]) for row in looked.tolist()],
        others=b"".join([b"\n" + block[starts[row] : ends[row]] for row in np.flatnonzero(others).tolist()]),
        lines=len(lines),
    )


def _five_cells(
    at: NDArray[np.uint8],
    ends: Places,
    marks: Places,
    kinds: NDArray[np.uint8],
    rows: Places,
    quotes: NDArray[np.int32],
) -> tuple[Places, list[Places]]:
    """Rows with five commas before any quotation mark and one cell behind them; where each of these commas is.

    `rows` are the places in `marks` (commas, breaks, quotation marks of a block) at which each begins, `quotes` how
    many quotation marks it has.
    """
    held = np.diff(rows, append=len(marks)) - 1  # marks inside each row
    fits = held >= CELLS
    is_comma = kinds == COMMA
    for n in range(1, CELLS + 1):
        fits &= is_comma[np.minimum(rows + n, len(marks) - 1)]
    behind = marks[np.minimum(rows + CELLS + 1, len(marks) - 1)]
    last = marks[np.minimum(rows + CELLS, len(marks) - 1)]
    whole = (quotes == 2) & (behind == last + 1) & (at[behind] == QUOTE) & (at[ends - 1] == QUOTE)
    fits &= (held == CELLS) | whole
    good, rows = np.flatnonzero(fits), rows[fits]
    return good, [marks[rows + n] for n in range(1, CELLS + 1)]


def _fit(before: Places, behind: Places) -> NDArray[np.bool_]:
    """Whether the cells between these commas can be numbered."""
    length = behind - before - 1
    fits: NDArray[np.bool_] = (length > 0) & (length <= WIDTH)
    return fits


def _only(kept: NDArray[np.bool_], *columns: NDArray[Any]) -> list[NDArray[Any]]:
    return list(columns) if kept.all() else [column[kept] for column in columns]


def _last_of(group: NDArray[np.int32]) -> list[tuple[int, int]]:
    """The last row of each group."""
    if (group == group[0]).all():  # one group, as in most files
        return [(int(group[0]), len(group) - 1)]
    last = np.zeros(int(group.max()) + 1, dtype="i4")
    last[group] = np.arange(len(group))  # of equal places the last one is written
    found = np.unique(group)
    return list(zip(found.tolist(), last[found].tolist(), strict=True))


def _dates(at: NDArray[np.uint8], starts: Places) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.bool_]]:
    """Dates as yyyymmdd, seconds of the day, and whether a stamp is both."""
    blank = at[starts + BLANK_AT]
    dated: NDArray[np.bool_] = (blank == ord(" ")) | (blank == ord("T"))
    pairs = []
    for n, stamp in enumerate(STAMP_WORDS):
        bare = (words_from(at, starts, 8 * n) ^ stamp) & IN_STAMP[n]
        dated &= (bare | bare + ABOVE[n]) & UPPER_HALVES == 0
        pairs.append(bare * np.uint64(10) + (bare >> np.uint64(8)))  # in each byte: its digit and the next one
    year, day, end = pairs
    date = 1_000_000 * _byte(year, 0) + 10_000 * _byte(year, 2) + 100 * _byte(year, 5) + _byte(day, 0)
    second = 3600 * _byte(day, 3) + 60 * _byte(day, 6) + _byte(end, 1)
    return date, second, dated


def _byte(words: Words, place: int) -> NDArray[np.int32]:
    byte: NDArray[np.int32] = (words >> np.uint64(8 * place) & np.uint64(255)).astype("i4")
    return byte

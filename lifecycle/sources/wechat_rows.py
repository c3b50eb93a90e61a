"""Finds the plain rows of chatlog's CSV with NumPy, a block at a time: where cells begin and end, and which are equal.

A row is plain if its first five cells are not quoted, its stamp is a date, it has a sender, and its text is one cell:
most rows of any chat. All others are handed back as text, for the pattern of wechat_csv.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifecycle.sources.talk_words import ASKS, BLANKS_CUT, LONGEST_LINK, SHORTEST

LINE, COMMA, QUOTE = (np.uint8(ord(mark)) for mark in '\n,"')
WIDTH = 32  # bytes of a sender or group; longer ones are left to the pattern
WORDS = WIDTH // 8
# By the length of a cell: which of the bytes of its words belong to it.
WITHIN = np.where(np.arange(WIDTH) < np.arange(WIDTH + 1)[:, None], 255, 0).astype("u1").view("u8")
STAMP_WIDTH = 19  # 2026-09-01 12:00:00
DIGITS = np.array([mark == "0" for mark in "0000-00-00 00:00:00"])
DATE_WEIGHT = np.array([10**7, 10**6, 10**5, 10**4, 0, 10**3, 10**2, 0, 10, 1] + [0] * 9, dtype="i4")
TIME_WEIGHT = np.array([0] * 11 + [36_000, 3600, 0, 600, 60, 0, 10, 1], dtype="i4")
# Which bytes a text that plainly says something begins with: a Latin letter, or a Chinese character.
LATIN = np.array([chr(byte).isascii() and chr(byte).isalpha() for byte in range(256)])
HAN = np.array([0xE4 <= byte <= 0xE9 for byte in range(256)])
BLANK = np.uint8(ord(" "))
SHORTEST_BYTES = 4 * (SHORTEST - 1)
LINK_BYTES = 3 * LONGEST_LINK
ASKS_IN_ONE, ASKS_IN_THREE = (
    [int.from_bytes(mark.encode(), "big") for mark in ASKS if len(mark.encode()) == width] for width in (1, 3)
)
# Odd numbers by which the words of a cell are multiplied; equal sums are compared word by word.
MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5], dtype="u8")

Places = NDArray[np.int64]


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
    quotes, lines, commas = (np.flatnonzero(at == mark) for mark in (QUOTE, LINE, COMMA))
    starts = lines[np.searchsorted(quotes, lines) % 2 == 0]  # a break inside quotation marks ends no row
    ends = np.append(starts[1:], len(block))
    ends = ends - (at[ends - 1] == ord("\r"))
    starts = starts + 1
    good, cells = _five_cells(at, starts, ends, commas, quotes)
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
    texts, text_ends = texts + quoted, ends[kept] - quoted
    for _ in range(BLANKS_CUT):
        text_ends = text_ends - ((at[np.maximum(text_ends - 1, 0)] <= BLANK) & (text_ends > texts))
    looked = np.flatnonzero(_is_special(at, texts, text_ends))
    return Plain(
        date=dates[fits],
        second=seconds[fits],
        sender=sender_of[fits],
        group=group_of[fits],
        senders=senders,
        groups=groups,
        names=[block[cells[row, 2] + 1 : cells[row, 3]] for row in last.tolist()],
        asks=_asks(at, text_ends),
        texts=[(row, block[texts[row] : text_ends[row]]) for row in looked.tolist()],
        others=b"".join([b"\n" + block[starts[row] : ends[row]] for row in others.tolist()]),
        lines=len(lines),
    )


def _five_cells(
    at: NDArray[np.uint8], starts: Places, ends: Places, commas: Places, quotes: Places
) -> tuple[Places, Places]:
    """Rows with five commas before any quotation mark and one cell behind them; where these commas are."""
    first = np.searchsorted(commas, starts)
    enough = np.flatnonzero((first + 4 < len(commas)) & (ends - starts > 10))
    cells = commas[first[enough][:, None] + np.arange(5)]
    starts, ends = starts[enough], ends[enough]
    quote = np.searchsorted(quotes, starts)
    count = np.searchsorted(quotes, ends) - quote
    commas_in = np.searchsorted(commas, ends) - first[enough]
    inside = cells[:, 4] < ends
    bare = inside & (count == 0) & (commas_in == 5)
    opened = np.append(quotes, -1)[np.minimum(quote, len(quotes))] == cells[:, 4] + 1
    closed = at[ends - 1] == QUOTE
    whole = inside & (count == 2) & opened & closed
    plain = bare | whole
    return enough[plain], cells[plain]


def _dates(at: NDArray[np.uint8], starts: Places) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.bool_]]:
    """Dates as yyyymmdd, seconds of the day, and whether a stamp is both."""
    shown = np.lib.stride_tricks.sliding_window_view(at, STAMP_WIDTH)[starts]
    digits = shown.astype("i4") - ord("0")
    dated = ((digits >= 0) & (digits <= 9))[:, DIGITS].all(axis=1) & (shown[:, [4, 7]] == ord("-")).all(axis=1)
    dated &= (shown[:, 10] == ord(" ")) | (shown[:, 10] == ord("T"))
    dated &= (shown[:, [13, 16]] == ord(":")).all(axis=1)
    return digits @ DATE_WEIGHT, digits @ TIME_WEIGHT, dated


def _is_special(at: NDArray[np.uint8], starts: Places, ends: Places) -> NDArray[np.bool_]:
    """Texts that may say nothing, or be a link of a word chain, or a red packet: all but those that plainly speak."""
    length, first = ends - starts, at[starts]
    han = HAN[first]
    special: NDArray[np.bool_] = (length <= SHORTEST_BYTES) | (han & (length <= LINK_BYTES))
    special |= ~(han | LATIN[first]) | (at[np.maximum(ends - 1, 0)] <= BLANK)
    return special


def _asks(at: NDArray[np.uint8], ends: Places) -> NDArray[np.bool_]:
    """Whether a text ends in one of talk_words.ASKS."""
    last = at[ends - 1].astype("i4")
    three = last | at[ends - 2].astype("i4") << 8 | at[np.maximum(ends - 3, 0)].astype("i4") << 16
    asks: NDArray[np.bool_] = np.isin(last, ASKS_IN_ONE) | np.isin(three, ASKS_IN_THREE)
    return asks


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

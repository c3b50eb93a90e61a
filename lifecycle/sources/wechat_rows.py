"""Finds the plain rows of chatlog's CSV with NumPy, a block at a time: where cells begin and end, and which are equal.

A row is plain if its first five cells are not quoted, its stamp is a date, it has a sender, and its text is one cell:
most rows of any chat. All others are handed back as text, for the pattern of wechat_csv.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LINE, COMMA, QUOTE = (np.uint8(ord(mark)) for mark in '\n,"')
WIDTH = 32  # bytes of a sender or group; longer ones are left to the pattern
WORDS = WIDTH // 8
# By the length of a cell: which of the bytes of its words belong to it.
WITHIN = np.where(np.arange(WIDTH) < np.arange(WIDTH + 1)[:, None], 255, 0).astype("u1").view("u8")
DATE = np.array([1, 1, 1, 1, 0, 1, 1, 0, 1, 1], dtype=bool)
WEIGHT = np.array([10**7, 10**6, 10**5, 10**4, 0, 10**3, 10**2, 0, 10, 1], dtype="i4")
# Odd numbers by which the words of a cell are multiplied; equal sums are compared word by word.
MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5], dtype="u8")

Places = NDArray[np.int64]


@dataclass(frozen=True)
class Plain:
    """The plain rows of a block: the date as yyyymmdd, and the number of sender and group among `senders`, `groups`.

    `names` are those of the groups, as written in the last of their rows. `paid`: a red packet or a transfer, perhaps.
    """

    date: NDArray[np.int32]
    sender: NDArray[np.intp]
    group: NDArray[np.intp]
    senders: list[bytes]
    groups: list[bytes]
    names: list[bytes]
    texts: list[tuple[int, bytes]]  # row and text, of those that begin with a bracket
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
    dates, dated = _dates(at, starts[good])
    good, cells, dates = good[dated], cells[dated], dates[dated]
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
    texts = cells[fits, 4] + 1
    bracket = np.flatnonzero(at[texts + (at[texts] == QUOTE)] == ord("["))
    return Plain(
        date=dates[fits],
        sender=sender_of[fits],
        group=group_of[fits],
        senders=senders,
        groups=groups,
        names=[block[cells[row, 2] + 1 : cells[row, 3]] for row in last.tolist()],
        texts=[(row, block[texts[row] : ends[kept[row]]]) for row in bracket.tolist()],
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


def _dates(at: NDArray[np.uint8], starts: Places) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    shown = np.lib.stride_tricks.sliding_window_view(at, 11)[starts]
    digits = shown[:, :10].astype("i4") - ord("0")
    dated = ((digits >= 0) & (digits <= 9))[:, DATE].all(axis=1) & (shown[:, [4, 7]] == ord("-")).all(axis=1)
    dated &= (shown[:, 10] == ord(" ")) | (shown[:, 10] == ord("T"))
    return digits @ WEIGHT, dated


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

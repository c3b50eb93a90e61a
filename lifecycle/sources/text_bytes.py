"""What many texts say about their messages, where they stand in one array of UTF-8: the rules of talk_words by NumPy.

Most texts plainly say something and are passed over; only the others become objects and are looked at one by one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lifecycle.sources.talk_words import ASKS, BLANKS_CUT, LONGEST_LINK, SHORTEST

# Which bytes a text that plainly says something begins with: a Latin letter, or a Chinese character.
LATIN = np.array([chr(byte).isascii() and chr(byte).isalpha() for byte in range(256)])
HAN = np.array([0xE4 <= byte <= 0xE9 for byte in range(256)])
BLANK = np.uint8(ord(" "))
SHORTEST_BYTES = 4 * (SHORTEST - 1)
LINK_BYTES = 3 * LONGEST_LINK
ASKS_IN_ONE, ASKS_IN_THREE = (
    [int.from_bytes(mark.encode(), "big") for mark in ASKS if len(mark.encode()) == width] for width in (1, 3)
)

Places = NDArray[np.int64]


def bare_ends(at: NDArray[np.uint8], starts: Places, ends: Places) -> Places:
    """Where the texts end without the blanks behind them, of which a few are cut."""
    for _ in range(BLANKS_CUT):
        ends = ends - ((at[np.maximum(ends - 1, 0)] <= BLANK) & (ends > starts))
    return ends


def is_special(at: NDArray[np.uint8], starts: Places, ends: Places) -> NDArray[np.bool_]:
    """Texts that may say nothing, or be a link of a word chain, or a red packet: all but those that plainly speak."""
    length, first = ends - starts, at[starts]
    han = HAN[first]
    special: NDArray[np.bool_] = (length <= SHORTEST_BYTES) | (han & (length <= LINK_BYTES))
    special |= ~(han | LATIN[first]) | (at[np.maximum(ends - 1, 0)] <= BLANK)
    return special


def asks(at: NDArray[np.uint8], ends: Places) -> NDArray[np.bool_]:
    """Whether a text ends in one of talk_words.ASKS."""
    last = at[ends - 1].astype("i4")
    three = last | at[ends - 2].astype("i4") << 8 | at[np.maximum(ends - 3, 0)].astype("i4") << 16
    asked: NDArray[np.bool_] = np.isin(last, ASKS_IN_ONE) | np.isin(three, ASKS_IN_THREE)
    return asked

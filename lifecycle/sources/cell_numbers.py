"""Numbers for the cells of a text that stand in one array of bytes: equal cells get equal numbers, by NumPy.

A cell is looked at as whole words of eight bytes. Where it falls by a mix of them stands the number of the cell that
fell there last; only cells that differ from that one become objects and are looked up.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lifecycle.sources.text_bytes import Places

WIDTH = 32  # bytes of a cell at the most
WORD = 8
SLOT_BITS = 18
TURNS = 8  # of cells that fall to one place, before the rest is looked up one by one
# By the number of bytes that belong to a word: which they are.
WITHIN = np.where(np.arange(WORD) < np.arange(WORD + 1)[:, None], 255, 0).astype("u1").view("u8").ravel()
# Odd numbers by which the words of a cell are multiplied.
MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5], dtype="u8")

Words = NDArray[np.uint64]


def words_from(at: NDArray[np.uint8], starts: Places, offset: int = 0) -> Words:
    """The eight bytes behind each start, as one number each; `at` goes on for so long behind the last one."""
    anywhere = np.ndarray((len(at) - WORD + 1,), dtype="u8", buffer=at.data, strides=(1,))
    return anywhere[starts + offset] if offset else anywhere[starts]


class CellNumbers:
    """The number of every cell so far, in the order in which they came for the first time."""

    def __init__(self) -> None:
        self.numbers: dict[bytes, int] = {}
        self.slots = np.zeros(1 << SLOT_BITS, dtype="i4")
        self.lengths = np.full(1024, -1, dtype="i4")  # of each number; -1 where it was not numbered by an array
        self.words = np.zeros((WIDTH // WORD, 1024), dtype="u8")

    def number(self, cell: bytes) -> int:
        return self.numbers.setdefault(cell, len(self.numbers))

    def written(self) -> list[bytes]:
        return list(self.numbers)

    def of(self, at: NDArray[np.uint8], starts: Places, lengths: Places) -> NDArray[np.int32]:
        """The numbers of cells of at most WIDTH bytes; `at` has WIDTH bytes behind the last one."""
        if not len(starts):
            return np.zeros(0, dtype="i4")
        words = [
            words_from(at, starts, offset) & WITHIN[np.clip(lengths - offset, 0, WORD)]
            for offset in range(0, max(int(lengths.max()), 1), WORD)
        ]
        mixed = lengths.astype("u8")
        for word, odd in zip(words, MIX, strict=False):
            mixed ^= word * odd
        slot = ((mixed * MIX[0]) >> np.uint64(64 - SLOT_BITS)).astype("i4")
        numbers = self.slots[slot]
        left = np.flatnonzero(~self._are(numbers, words, lengths))
        for _ in range(TURNS):
            if not len(left):
                return numbers
            self._take_places(at, starts, lengths, words, slot, left)
            numbers[left] = self.slots[slot[left]]
            left = left[~self._are(numbers[left], [word[left] for word in words], lengths[left])]
        for n in left.tolist():
            numbers[n] = self.number(at[starts[n] : starts[n] + lengths[n]].tobytes())
        return numbers

    def _are(self, numbers: NDArray[np.int32], words: list[Words], lengths: Places) -> NDArray[np.bool_]:
        same: NDArray[np.bool_] = self.lengths[numbers] == lengths
        for word, known in zip(words, self.words, strict=False):
            same &= known[numbers] == word
        return same

    def _take_places(
        self,
        at: NDArray[np.uint8],
        starts: Places,
        lengths: Places,
        words: list[Words],
        slot: NDArray[np.int32],
        left: Places,
    ) -> None:
        """Have one of the cells that are left stand at each of their places."""
        self.slots[slot[left]] = left
        places = np.unique(slot[left])
        cells = self.slots[places]
        numbers = [self.number(at[starts[n] : starts[n] + lengths[n]].tobytes()) for n in cells.tolist()]
        while len(self.lengths) < len(self.numbers):
            self.lengths = np.concatenate([self.lengths, np.full_like(self.lengths, -1)])
            self.words = np.concatenate([self.words, np.zeros_like(self.words)], axis=1)
        self.slots[places] = numbers
        self.lengths[numbers] = lengths[cells]
        for word, known in zip(words, self.words, strict=False):
            known[numbers] = word[cells]

"""Equal cells get equal numbers, however many there are and wherever they fall."""

from __future__ import annotations

import numpy as np
import pytest

from lifecycle.sources import cell_numbers
from lifecycle.sources.cell_numbers import WIDTH, CellNumbers


def numbered(numbers: CellNumbers, cells: list[bytes]) -> list[bytes]:
    """The cells that the numbers stand for, told from one text in which they follow one another."""
    at = np.frombuffer(b"".join(cells) + bytes(WIDTH), dtype="u1")
    lengths = np.array([len(cell) for cell in cells], dtype="i8")
    found = numbers.of(at, np.cumsum(lengths) - lengths, lengths)
    written = numbers.written()
    return [written[n] for n in found.tolist()]


CELLS = [b"a", b"", b"a\0", b"a", b"b" * 8, b"b" * 9, b"c" * WIDTH, "小红".encode(), b"b" * 8, b"\0"]


@pytest.mark.parametrize("bits", [1, 18])
def test_each_cell_has_one_number_whether_it_comes_alone_or_in_an_array(bits, monkeypatch):
    """With one bit nearly all fall to the same place."""
    monkeypatch.setattr(cell_numbers, "SLOT_BITS", bits)
    numbers = CellNumbers()
    alone = numbers.number(b"b" * 9)
    assert numbered(numbers, CELLS) == CELLS
    assert numbered(numbers, CELLS[::-1]) == CELLS[::-1]
    assert numbers.number(b"b" * 9) == alone
    assert len(numbers.written()) == len(set(CELLS))
    assert numbered(numbers, []) == []


@pytest.mark.parametrize("bits", [4, 18])
def test_more_cells_than_places(bits, monkeypatch):
    monkeypatch.setattr(cell_numbers, "SLOT_BITS", bits)
    numbers, cells = CellNumbers(), [f"person {n % 3000}".encode() for n in range(7000)]
    assert numbered(numbers, cells[:5000]) == cells[:5000]
    assert numbered(numbers, cells) == cells
    assert len(numbers.written()) == 3000

"""Packed rows: the same rows come out again, in as few bytes as their values allow; anything else is told apart."""

import numpy as np
import pytest

from lifecycle.rules.packing import as_rows, unpacked
from lifecycle.rules.packing import packed as packed_columns

ROW = np.dtype([("day", "<i4"), ("sums", "<i4", (3,)), ("link", "<i8"), ("rate", "<f8"), ("known", "?")])


def make_rows(*days: int, link: int = 0, rate: float = 0.1) -> np.ndarray:
    rows = np.zeros(len(days), dtype=ROW)
    rows["day"], rows["link"], rows["rate"], rows["known"] = days, link, rate, True
    rows["sums"] = np.arange(3 * len(days)).reshape(-1, 3)
    return rows


def packed(rows: np.ndarray) -> bytes:
    return packed_columns({name: rows[name] for name in rows.dtype.names})


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(make_rows(), id="none"),
        pytest.param(make_rows(0, 255), id="a byte"),
        pytest.param(make_rows(-1, 127), id="a byte with sign"),
        pytest.param(make_rows(-1, 128), id="more than a byte with sign"),
        pytest.param(make_rows(65_535, 0), id="two bytes"),
        pytest.param(make_rows(-32_769, 65_536), id="four bytes"),
        pytest.param(make_rows(2**31 - 1, -(2**31)), id="the ends of four bytes"),
        pytest.param(make_rows(1, link=2**40, rate=float("nan")), id="eight bytes, no number"),
    ],
)
def test_the_same_rows_come_out_again(rows):
    again = unpacked(packed(rows), ROW)
    assert again is not None
    assert as_rows(again, ROW).tobytes() == rows.tobytes()


def test_narrow_values_take_few_bytes():
    rows = make_rows(*range(100))
    rows["link"], rows["rate"], rows["known"] = np.arange(100), np.arange(100), np.arange(100) % 2
    narrow = len(packed(rows))
    assert narrow == 4 + 5 + 100 * (1 + 3 * 2 + 1 + 8 + 1)
    rows["link"] += 200
    assert len(packed(rows)) == narrow + 100


def test_a_column_of_which_all_rows_are_the_same_is_stored_once():
    rows = make_rows(*[7] * 100, link=300)
    rows["sums"] = [1, 2, 300]
    assert len(packed(rows)) == 4 + 5 + (1 + 3 * 2 + 2 + 8 + 1)
    again = unpacked(packed(rows), ROW)
    assert as_rows(again, ROW).tobytes() == rows.tobytes()
    rows["sums"][50, 1] = 3
    assert as_rows(unpacked(packed(rows), ROW), ROW).tobytes() == rows.tobytes()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x00", id="too short for a head"),
        pytest.param(packed(make_rows(1, 2))[:-1], id="cut off"),
        pytest.param(packed(make_rows(1, 2)) + b"\x00", id="too long"),
        pytest.param(b"\x01\x00\x00\x00" + b"\x09" * 5 + bytes(40), id="a kind that is none"),
        pytest.param(b"\x01\x00\x00\x00" + b"\x89" * 5 + bytes(40), id="a kind that is none, of one row"),
        pytest.param(b"\xff\xff\xff\xff" + bytes(5), id="less than none"),
    ],
)
def test_what_is_no_rows_is_none(content):
    assert unpacked(content, ROW) is None

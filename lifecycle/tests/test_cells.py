"""Cells are read strictly: what is not plainly right is refused."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from groups.sheets.cells import cents_of, count_of, day_of, key_of
from groups.sheets.refusal import CellRefused

LAST = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        ("0", 0), ("12", 12), (" 12 ", 12), ("1,234", 1234), ("1,234.0", 1234), ("4.0", 4), (4.0, 4), (7, 7),
        ("１２３", 123), ("", None), (None, None), ("-", None), ("—", None), ("N/A", None), ("2147483647", 2147483647),
    ],
)  # fmt: skip
def test_a_count(cell, count):
    assert count_of(cell) == count


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("NaN", "not_a_number"), ("Infinity", "not_a_number"), ("1e400", "not_a_number"), ("1_000", "not_a_number"),
        ("٣", "not_a_number"), ("=1+1", "not_a_number"), ("12人", "not_a_number"), ("12,34", "not_a_number"),
        ("-3", "negative"), (-3, "negative"), ("2.5", "not_whole"), (2.5, "not_whole"), (True, "not_a_number"),
        ("2147483648", "too_large"), ("9" * 400, "too_large"), (float("nan"), "not_a_number"),
        (float("inf"), "not_a_number"), (datetime(2026, 1, 1), "not_a_number"), ("1\x002", "not_a_number"),
    ],
)  # fmt: skip
def test_no_count(cell, code):
    with pytest.raises(CellRefused) as refused:
        count_of(cell)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("cell", "cents"),
    [
        ("1,234.5", 123450), ("１２３．４５", 12345), ("¥12", 1200), ("￥12.30", 1230), ("12元", 1200), (12.1, 1210),
        (0.1 + 0.2, 30), (3, 300), ("-0", 0), ("-5.50", -550), ("", None), ("0.500", 50), ("499.99", 49999),
    ],
)  # fmt: skip
def test_money(cell, cents):
    assert cents_of(cell) == cents


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("0.005", "too_precise"), (0.005, "too_precise"), ("1e3", "not_a_number"), ("NaN", "not_a_number"),
        ("10000000000000000", "too_large"), (1e300, "too_large"),
        (float("nan"), "not_a_number"), (True, "not_a_number"),
        ("499.00（系统计算中…）", "not_a_number"),
    ],
)  # fmt: skip
def test_no_money(cell, code):
    with pytest.raises(CellRefused) as refused:
        cents_of(cell)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "cell",
    [
        "2026-09-01", "2026/9/1", "2026.9.1", "20260901", "2026年9月1日", "2026-09-01 00:00:00",
        "2026-09-01T08:30:00+08:00",
        "２０２６－０９－０１", "46266", 46266, 46266.5, date(2026, 9, 1), datetime(2026, 9, 1, 23, 59),
    ],
)  # fmt: skip
def test_a_day(cell):
    assert day_of(cell, LAST) == date(2026, 9, 1)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", "no_date"), (None, "no_date"), ("2026/13/1", "bad_date"), ("2026-02-30", "bad_date"),
        ("1/9/2026", "bad_date"),
        ("2026-9/1", "bad_date"), ("soon", "bad_date"), (float("nan"), "bad_date"), (True, "bad_date"),
        ("2026-11-23", "future_date"), ("1970-01-01", "old_date"), ("2026-11-22", None),
    ],
)  # fmt: skip
def test_no_day(cell, code):
    if code is None:
        assert day_of(cell, LAST) == LAST
        return
    with pytest.raises(CellRefused) as refused:
        day_of(cell, LAST)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("cell", "key"),
    [
        (" 群 A ", "群 A"), (20230001.0, "20230001"), ('="00123"', "00123"), ("群\u202eA", "群A"), ("a\u200bb", "ab"),
        ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"), ("=1+1", "=1+1"),
    ],
)  # fmt: skip
def test_a_key(cell, key):
    assert key_of(cell) == key


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", "no_group"), ("\u202e", "no_group"), ("1.23457E+17", "id_lost_digits"), (1.23457e17, "id_lost_digits"),
        ("a\x00b", "control_character"), ("a\ud800", "broken_text"), ("x" * 121, "too_long"),
    ],
)  # fmt: skip
def test_no_key(cell, code):
    with pytest.raises(CellRefused) as refused:
        key_of(cell)
    assert refused.value.code == code

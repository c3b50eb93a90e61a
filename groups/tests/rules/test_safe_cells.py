"""Case 45: what people typed stays text in a spreadsheet; the type decides, so that numbers and days stay such."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groups.rules.safe_cells import safe_cell, unmarked

RISKY = [
    "=1+1", "+86 138", "-5", "@SUM(A1)", "|cmd", "%0A=1", "＝1+1", "＋1", "－1", "＠A1", "−1",
    "\t=1", "\r=1", "\n=1", "\ttab", "\0=1",
    " =1", "  \u3000=1", '"=1"', "'=1", "“=1”", "\u200b=1", "\ufeff=1", "\x1f=1",
]  # fmt: skip
PLAIN = ["", "宝妈交流 A 群", "a=b", "1+1", "2026-11-22", "'quoted'", '"quoted"', " space", "！", "#tag", "(5)"]


@pytest.mark.parametrize("text", RISKY, ids=repr)
def test_a_text_that_could_be_a_formula_gets_a_mark(text):
    assert safe_cell(text).startswith("'")


@pytest.mark.parametrize("text", PLAIN, ids=repr)
def test_a_plain_text_stays_as_it_is(text):
    assert safe_cell(text) == text


@pytest.mark.parametrize("value", [Decimal("-5.00"), -5, 0, None, date(2026, 11, 22), Decimal("1e3")], ids=repr)
def test_numbers_and_days_stay_what_they_are(value):
    assert safe_cell(value) is value


def test_what_no_sheet_can_hold_is_left_out():
    assert safe_cell("a\0b\x0bc\ud800d\te") == "abcd\te"


@given(st.text(alphabet="=+-@'\" \ta群＝1"))
def test_a_file_that_comes_back_says_what_stood_there(text):
    assert unmarked(safe_cell(text)) == text

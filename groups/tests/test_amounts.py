"""What people type as money, percent, number and date (reliability case 55, AC-08)."""

import contextlib
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groups.currency import money_text, read_money
from groups.rules.amounts import (
    MONEY_CEILING,
    Problem,
    Unreadable,
    percent_text,
    read_day,
    read_number,
    read_percent,
)

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    "typed",
    [
        "12000",
        "12,000",
        "１２０００",
        "１２，０００",
        "¥12,000",
        "￥12000",
        "12000元",
        "1.2万",
        "1.2w",
        "1.2W",
        "1.2万元",
    ]
    + [" 12 000 ", "12000.00", "0.00012亿", "　12000　"],
)
def test_twelve_thousand_in_every_spelling(typed):
    assert read_money(typed) == Decimal("12000.00")
    assert read_money(typed).as_tuple().exponent == -2


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0", "0.00"),
        ("1,234.5", "1234.50"),
        ("１２３．４５", "123.45"),
        ("0.3亿", "30000000.00"),
        ("10亿", "1000000000.00"),
        ("1.23456万", "12345.60"),
        ("00012", "12.00"),
        ("6。5", "6.50"),
    ],
)
def test_money_that_is_read(typed, value):
    assert str(read_money(typed)) == value


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", Problem.EMPTY),
        ("   ", Problem.EMPTY),
        ("¥", Problem.EMPTY),
        ("NaN", Problem.NOT_A_NUMBER),
        ("Infinity", Problem.NOT_A_NUMBER),
        ("1e400", Problem.NOT_A_NUMBER),
        ("1_000", Problem.NOT_A_NUMBER),
        ("٣", Problem.NOT_A_NUMBER),
        ("²", Problem.NOT_A_NUMBER),
        ("1.2.3", Problem.NOT_A_NUMBER),
        ("1,2", Problem.NOT_A_NUMBER),
        ("12,00", Problem.NOT_A_NUMBER),
        ("1,2000", Problem.NOT_A_NUMBER),
        (".5", Problem.NOT_A_NUMBER),
        ("5.", Problem.NOT_A_NUMBER),
        ("1万2", Problem.NOT_A_NUMBER),
        ("一万", Problem.NOT_A_NUMBER),
        ("12\x00", Problem.NOT_A_NUMBER),
        ("9" * 25, Problem.NOT_A_NUMBER),
        ("-1", Problem.NEGATIVE),
        ("−0", Problem.NEGATIVE),
        ("－５", Problem.NEGATIVE),
        ("0.005", Problem.TOO_FINE),
        ("1000000000000000", Problem.TOO_LARGE),
        ("10.01亿", Problem.TOO_LARGE),
        ("1000000000.01", Problem.TOO_LARGE),
    ],
)
def test_money_that_is_refused(typed, problem):
    with pytest.raises(Unreadable) as refused:
        read_money(typed)
    assert refused.value.problem is problem


@given(st.text(max_size=30))
def test_no_text_breaks_the_readers(typed):
    for read in (read_money, read_percent, read_number):
        with contextlib.suppress(Unreadable):
            assert 0 <= read(typed) <= MONEY_CEILING
    with contextlib.suppress(Unreadable):
        assert isinstance(read_day(typed, today=TODAY), date)


@given(st.decimals(min_value=0, max_value=MONEY_CEILING, places=2))
def test_an_amount_is_read_back_exactly(amount):
    assert read_money(f"{amount:,.2f}") == read_money(str(amount)) == amount


@pytest.mark.parametrize(
    ("typed", "points"), [("8", "8"), ("8%", "8"), ("８％", "8"), ("0.08%", "0.08"), ("0", "0"), ("0.2", "0.2")]
)
def test_percent_that_is_read(typed, points):
    assert read_percent(typed) == Decimal(points)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("0.08", Problem.AMBIGUOUS),
        ("0.19", Problem.AMBIGUOUS),
        ("101", Problem.TOO_LARGE),
        ("-3%", Problem.NEGATIVE),
        ("8%%", Problem.NOT_A_NUMBER),
        ("0.00001%", Problem.TOO_FINE),
    ],
)
def test_percent_that_is_refused(typed, problem):
    with pytest.raises(Unreadable) as refused:
        read_percent(typed)
    assert refused.value.problem is problem


@pytest.mark.parametrize(("typed", "places"), [("3", 0), ("3.5", 1), ("1.5万", 0)])
def test_numbers_that_are_read(typed, places):
    assert read_number(typed, places=places) > 0


def test_a_whole_number_has_no_decimals():
    with pytest.raises(Unreadable, match="not_whole"):
        read_number("3.5", places=0)


@pytest.mark.parametrize(
    "typed",
    [
        "2026-12-01",
        "2026/12/1",
        "2026.12.1",
        "2026年12月1日",
        "２０２６－１２－０１",
        "12-01",
        "12/1",
        "12月1日",
        "12月1号",
    ],
)
def test_the_first_of_december_in_every_spelling(typed):
    assert read_day(typed, today=TODAY) == date(2026, 12, 1)


@pytest.mark.parametrize(
    "typed",
    ["2026/13/1", "2026-02-30", "2026-12/1", "2026年12-1", "12.1", "20261201", "tomorrow", "2026-12-1日", "26-12-1"],
)
def test_dates_that_are_refused(typed):
    with pytest.raises(Unreadable, match="not_a_day"):
        read_day(typed, today=TODAY)


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("12000", "¥12,000"), ("-4103.33", "-¥4,103"), ("3576.5", "¥3,577"), ("-0.4", "¥0"), ("0", "¥0")],
)
def test_money_is_shown_to_the_yuan(amount, shown):
    assert money_text(Decimal(amount)) == shown


def test_fen_are_shown_where_asked():
    assert money_text(Decimal("6.50"), fen=True) == "¥6.50"
    assert money_text(Decimal("6.00"), fen=True) == "¥6"


def test_percent_is_rounded_half_up():
    assert percent_text(Decimal("6.137")) == "6.1%"
    assert percent_text(Decimal("12.25")) == "12.3%"

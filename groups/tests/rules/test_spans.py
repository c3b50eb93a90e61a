from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groups.rules.spans import Pieces, Span, month_after, months_back, pieces_of


def span(first: str, last: str) -> Span:
    return Span(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("days", "months", "added", "taken"),
    [
        pytest.param(("2026-11-01", "2026-11-30"), ("2026-11-01", "2026-11-01"), None, None, id="a month"),
        pytest.param(
            ("2026-11-01", "2026-11-25"), ("2026-11-01", "2026-11-01"), None, ("2026-11-26", "2026-11-30"), id="so far"
        ),
        pytest.param(
            ("2026-10-27", "2026-11-25"),
            ("2026-11-01", "2026-11-01"),
            ("2026-10-27", "2026-10-31"),
            ("2026-11-26", "2026-11-30"),
            id="30 days",
        ),
        pytest.param(("2026-11-19", "2026-11-25"), None, ("2026-11-19", "2026-11-25"), None, id="within a month"),
        pytest.param(("2025-12-01", "2026-02-28"), ("2025-12-01", "2026-02-01"), None, None, id="three months"),
    ],
)
def test_a_span_is_cut(days, months, added, taken):
    expected = Pieces(*(None if each is None else span(*each) for each in (months, added, taken)))
    assert pieces_of(span(*days)) == expected


days = st.dates(date(2020, 1, 1), date(2029, 12, 31))


@given(first=days, length=st.integers(0, 800))
def test_the_pieces_are_the_days_of_the_span(first, length):
    whole = Span(first, first + timedelta(days=length))
    pieces = pieces_of(whole)
    covered: set[date] = set()
    if pieces.months:
        day = pieces.months.first
        while day < month_after(pieces.months.last):
            covered.add(day)
            day += timedelta(days=1)
    for piece, does in ((pieces.added, covered.add), (pieces.taken, covered.remove)):
        for n in range(piece.days if piece else 0):
            does(piece.first + timedelta(days=n))
    assert covered == {first + timedelta(days=n) for n in range(length + 1)}


def test_months_back_cross_the_year():
    assert months_back(date(2026, 1, 31), 0) == date(2026, 1, 1)
    assert months_back(date(2026, 1, 31), 1) == date(2025, 12, 1)
    assert months_back(date(2026, 11, 25), 23) == date(2024, 12, 1)

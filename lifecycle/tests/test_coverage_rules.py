"""Which span of days holds, and how spans become one."""

from __future__ import annotations

from datetime import date

import pytest

from lifecycle.rules.coverage import holding, merged


def d(day: int) -> date:
    return date(2026, 9, day)


@pytest.mark.parametrize(
    ("spans", "joined"),
    [
        ([], []),
        ([(1, 3)], [(1, 3)]),
        ([(1, 3), (3, 5)], [(1, 5)]),
        ([(4, 5), (1, 3)], [(1, 5)]),
        ([(1, 3), (5, 6)], [(1, 3), (5, 6)]),
        ([(1, 9), (2, 3)], [(1, 9)]),
    ],
    ids=["none", "one", "overlap", "neighbours", "gap", "inside"],
)
def test_merged(spans, joined):
    assert merged([(d(a), d(b)) for a, b in spans]) == [(d(a), d(b)) for a, b in joined]


@pytest.mark.parametrize(
    ("given", "asked", "said", "span"),
    [
        (None, None, None, None),
        (None, (None, None), None, None),
        (None, None, (d(2), d(8)), (d(2), d(8))),
        (None, (d(1), d(9)), (d(2), d(8)), (d(1), d(9))),
        ((d(3), d(7)), (d(1), d(9)), (d(2), d(8)), (d(3), d(7))),
        ((None, d(7)), None, None, (d(4), d(7))),
        ((d(3), None), None, None, (d(3), d(6))),
        (None, (d(1), d(30)), None, (d(1), d(20))),
        (None, (d(21), d(30)), None, None),
        (None, (d(9), d(5)), None, None),
    ],
    ids=["nobody", "empty", "file", "person", "sheet", "no first", "no last", "not over", "future", "backwards"],
)
def test_holding(given, asked, said, span):
    assert holding(given=given, asked=asked, said=said, first_row=d(4), last_row=d(6), yesterday=d(20)) == span

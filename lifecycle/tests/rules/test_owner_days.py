"""What figures of an owner say of one group, as tables."""

from datetime import date, timedelta

import pytest

from lifecycle.rules.owner_days import OwnerDay, alone_since, counts_of, is_complete

LAST = date(2026, 11, 19)
MADE = date(2026, 11, 1)


def days(*figures):
    """The days up to LAST, oldest first."""
    return {LAST - timedelta(days=len(figures) - 1 - n): each for n, each in enumerate(figures) if each is not None}


@pytest.mark.parametrize(
    ("chats", "groups", "expected"),
    [(None, 1, False), (0, 1, False), (1, 1, True), (0, 0, True), (None, 0, True)],
)
def test_is_complete(chats, groups, expected):
    assert is_complete(chats, groups) is expected


@pytest.mark.parametrize(
    ("chats", "made_on", "expected"),
    [
        pytest.param(days(1, 1, 1), MADE, date(2026, 11, 17), id="as far as it is told"),
        pytest.param(days(1, 2, 1, 1), MADE, date(2026, 11, 18), id="two groups before"),
        pytest.param(days(1, None, 1), MADE, LAST, id="a day that nobody told"),
        pytest.param(days(1, 1, 2), MADE, None, id="two groups now"),
        pytest.param(days(1, 1, 1), date(2026, 11, 18), date(2026, 11, 18), id="made in between"),
        pytest.param(days(1), date(2026, 11, 20), None, id="made since"),
        pytest.param({}, MADE, None, id="nothing told"),
    ],
)
def test_alone_since(chats, made_on, expected):
    assert alone_since(chats, chats, made_on) == expected


@pytest.mark.parametrize(
    ("told", "running", "expected"),
    [
        pytest.param(days(OwnerDay(1, 3, 9)), False, {"messages": 9, "speakers": 3}, id="of the day"),
        pytest.param(
            days(OwnerDay(1, 3, 2)), False, {"messages": 2, "speakers": 2}, id="no more speakers than messages"
        ),
        pytest.param(days(OwnerDay(1, 3, 7), OwnerDay(1, 3, 9)), True, {"messages": 2}, id="what a total grew by"),
        pytest.param(days(OwnerDay(1, 3, 9)), True, None, id="a total without the day before"),
        pytest.param(days(OwnerDay(1, 3, 9), OwnerDay(1, 3, 7)), True, None, id="a total that fell"),
    ],
)
def test_counts_of(told, running, expected):
    assert counts_of(LAST, told, running=running) == expected

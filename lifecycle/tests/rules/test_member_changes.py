"""Stays that begin and end between two readings, as a table."""

from datetime import datetime, timedelta, timezone

import pytest

from lifecycle.rules.member_changes import LONGEST_GAP, Member, changes, watched_since

BEFORE = datetime(2026, 11, 20, 10, tzinfo=timezone(timedelta(hours=8)))
NOW, MIDDLE, LONG_AGO = BEFORE + timedelta(days=1), BEFORE + timedelta(hours=12), BEFORE - timedelta(days=9)
A = b"a"


def member(joined):
    return Member(A, is_staff=False, joined_at=joined)


@pytest.mark.parametrize(
    ("known", "told", "leaves", "begin", "end"),
    [
        pytest.param({}, [], {}, [], {}, id="nobody"),
        pytest.param({A: LONG_AGO}, [member(LONG_AGO)], {}, [], {}, id="who was there is there"),
        pytest.param({A: LONG_AGO}, [member(None)], {}, [], {}, id="since when is not told"),
        pytest.param({}, [member(MIDDLE)], {}, [MIDDLE], {}, id="who joined"),
        pytest.param({}, [member(None)], {}, [NOW], {}, id="who joined, nobody says when"),
        pytest.param({}, [member(MIDDLE), member(MIDDLE)], {}, [MIDDLE], {}, id="told twice"),
        pytest.param({A: LONG_AGO}, [], {}, [], {A: MIDDLE}, id="who left, in the middle"),
        pytest.param({A: LONG_AGO}, [], {A: NOW}, [], {A: NOW}, id="who left, when a callback says"),
        pytest.param({A: NOW}, [], {}, [], {A: NOW}, id="nobody leaves before joining"),
        pytest.param({A: LONG_AGO}, [member(MIDDLE)], {}, [MIDDLE], {A: LONG_AGO}, id="left and came back"),
        pytest.param(
            {A: LONG_AGO}, [member(NOW)], {A: MIDDLE}, [NOW], {A: MIDDLE}, id="left when a callback says and came back"
        ),
        pytest.param({A: MIDDLE}, [member(LONG_AGO)], {}, [], {}, id="an earlier moment changes nothing"),
    ],
)
def test_changes(known, told, leaves, begin, end):
    found = changes(known=known, told=told, read_before=BEFORE, read_now=NOW, told_leaves=leaves)
    assert ([at for _member, at in found.begin], dict(found.end)) == (begin, end)


@pytest.mark.parametrize(
    ("before", "read_before", "expected"),
    [
        pytest.param(None, None, NOW, id="the first reading"),
        pytest.param(LONG_AGO, NOW - LONGEST_GAP, LONG_AGO, id="just in time"),
        pytest.param(LONG_AGO, NOW - LONGEST_GAP - timedelta(seconds=1), NOW, id="too late"),
    ],
)
def test_watched_since(before, read_before, expected):
    assert watched_since(before, read_before, NOW) == expected

from dataclasses import replace

import numpy as np
import pytest

from lifecycle.rules.people import named_of
from lifecycle.rules.policy import LEAD_DAYS
from lifecycle.rules.windows import (
    Acting,
    distinct_members,
    largest_share,
    trailing_max,
    trailing_sum,
)


@pytest.fixture
def random():
    return np.random.default_rng(7)


@pytest.mark.parametrize("days", [1, 2, 7, 28, 50])
def test_trailing_windows_look_back_so_many_days_and_no_further(random, days):
    values = random.integers(0, 9, (40, 3))
    for row in range(40):
        window = values[max(0, row - days + 1) : row + 1]
        assert (trailing_sum(values, days)[row] == window.sum(axis=0)).all()
        assert (trailing_max(values, days)[row] == window.max(axis=0)).all()


def make_entries(random, groups=3, days=120, members=15, n=500) -> tuple[Acting, set]:
    cells = {tuple(cell) for cell in random.integers(0, (groups, members, days), (n, 3)).tolist()}
    table = np.array([(*cell, 1) for cell in cells], dtype=np.int32)
    return Acting.of(*table.T), cells


@pytest.mark.parametrize("window", [1, 7, 28, 84])
def test_distinct_members_are_counted_exactly(random, window):
    acting, cells = make_entries(random)
    _, counted = distinct_members(acting, (1, window), (120, 3))
    for group, day in ((0, 0), (0, 27), (1, 60), (2, 90), (2, 119)):
        expected = {m for g, m, d in cells if g == group and day - window < d <= day}
        assert counted[day, group] == len(expected)


def test_returning_members_acted_in_the_window_and_before_it(random):
    acting, cells = make_entries(random, n=150)
    moved = replace(acting, day=acting.day + LEAD_DAYS)
    returning = named_of(moved, (LEAD_DAYS + 120, 3)).returning
    for group, day in ((0, 20), (0, 84), (1, 100), (2, 119)):
        now = {m for g, m, d in cells if g == group and day - 28 < d <= day}
        before = {m for g, m, d in cells if g == group and day - 84 < d <= day - 28}
        assert returning[day, group] == len(now & before)


@pytest.mark.parametrize(
    "member",
    [pytest.param(9, id="all in one number"), pytest.param(2**26 - 1, id="numbers too large for one")],
)
def test_entries_are_sorted_by_group_member_and_day(random, member):
    table = np.array([(2, member, 5, 1), (0, 3, 70, 8), (0, 3, 4, 2**31 - 1), (2, 0, 6, 3)], dtype=np.int32)
    acting = Acting.of(*random.permutation(table).T)
    told = np.stack([acting.group, acting.member, acting.day, acting.acts], axis=1)
    assert told.tolist() == sorted(table.tolist())
    assert {part.dtype for part in (acting.group, acting.member, acting.day, acting.acts)} == {np.dtype("i4")}


def test_without_entries_nobody_acted():
    assert [found.sum() for found in distinct_members(Acting.none(), (7, 28), (5, 2))] == [0, 0]


def test_the_share_of_the_busiest_member_counts_only_the_window():
    entries = np.array([(0, 1, 0, 90), (0, 1, 30, 3), (0, 2, 31, 1), (1, 5, 2, 8)], dtype=np.int32)
    share = largest_share(Acting.of(*entries.T), 31, 28, 3)
    assert share[0] == 0.75
    assert np.isnan(share[1:]).all()

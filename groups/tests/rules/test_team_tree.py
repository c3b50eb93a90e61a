"""Which moves close a circle in the tree of teams, and the order in which it is read."""

import pytest

from groups.rules.team_tree import in_order, would_circle

TREE = {1: None, 2: 1, 3: 2, 4: None, 5: 1}


@pytest.mark.parametrize(
    ("team", "parent", "circle"),
    [
        pytest.param(1, None, False, id="to the top"),
        pytest.param(1, 1, True, id="below itself"),
        pytest.param(1, 2, True, id="below its child"),
        pytest.param(1, 3, True, id="below its grandchild"),
        pytest.param(1, 4, False, id="below another tree"),
        pytest.param(3, 1, False, id="one level up"),
        pytest.param(3, 5, False, id="to a cousin"),
        pytest.param(2, 9, False, id="below one that is not known"),
    ],
)
def test_which_moves_close_a_circle(team, parent, circle):
    assert would_circle(TREE, team, parent) is circle


def test_a_circle_that_is_there_already_is_left():
    assert would_circle({1: 2, 2: 1, 3: None}, 3, 1) is False


@pytest.mark.parametrize(
    ("parents", "rows"),
    [
        pytest.param({}, [], id="no team"),
        pytest.param(TREE, [(1, 0), (2, 1), (3, 2), (5, 1), (4, 0)], id="children below their parent"),
        pytest.param({2: 1}, [(2, 0)], id="the parent is not shown"),
        pytest.param(
            {n: n - 1 or None for n in range(1, 9)}, [(n, min(n - 1, 5)) for n in range(1, 9)], id="drawn no deeper"
        ),
    ],
)
def test_the_order_of_the_tree(parents, rows):
    assert in_order(parents) == rows

"""A page read from the states that it can come from is the page read from all groups."""

from __future__ import annotations

import pytest

from community_ops.group_filters import keyed, with_plan
from community_ops.group_list import counts_by_state
from community_ops.keyset import page_of
from community_ops.worst_first import ORDER, STATES, page_of_worst, states_of_page
from groups.models import Group
from groups.tests.making import make_group, make_team, make_user
from lifecycle.display_states import DisplayState, states_behind
from lifecycle.models import HealthState
from lifecycle.tests.cases.making import make_standing

DEAD, AT_RISK, WATCH = DisplayState.DEAD, DisplayState.AT_RISK, DisplayState.WATCH
COUNTS = {DEAD: 3, AT_RISK: 2, WATCH: 50}


@pytest.mark.parametrize(
    ("size", "edge", "backwards", "near"),
    [
        pytest.param(2, None, False, STATES[:1], id="the dead fill the page and one row more"),
        pytest.param(3, None, False, STATES[:2], id="one row more is at risk"),
        pytest.param(5, None, False, STATES[:3], id="three states"),
        pytest.param(60, None, False, STATES, id="not enough groups: all states"),
        pytest.param(1, 0, False, STATES[:2], id="nobody knows how many dead lie past the edge"),
        pytest.param(9, 2, False, STATES[2:], id="the last state that has groups"),
        pytest.param(1, 2, True, STATES[2:0:-1], id="back"),
        pytest.param(4, 2, True, STATES[2::-1], id="back to the first"),
        pytest.param(9, 99, False, STATES[-1:], id="a rank that there is not"),
    ],
)
def test_which_states_a_page_can_come_from(size, edge, backwards, near):
    assert tuple(states_of_page(COUNTS, size, edge, backwards=backwards)) == tuple(near)


@pytest.fixture
def groups(db):
    """26 groups of every state, some with equal scores, two never judged."""
    team = make_team()
    owner = make_user(team)
    for n in range(26):
        group = make_group(team=team, owner=owner, name=f"G{n}")
        if n < 24:
            make_standing(group, state=HealthState(list(HealthState.values)[n * 5 % 9]), score=n // 3 * 100)
    return with_plan(Group.objects.all())


@pytest.mark.parametrize("size", [1, 4, 10, 40])
def test_it_walks_as_the_whole_list_does(groups, size):
    counts, cursor, seen = counts_by_state(groups), {}, []
    while True:
        page = page_of_worst(groups, counts, size, **cursor)
        assert page == page_of(keyed(groups), ORDER, size, **cursor)
        seen += [row["id"] for row in page.rows]
        if not page.after:
            break
        cursor = {"after": page.after}
    assert len(seen) == len(set(seen)) == 26
    while page.before:
        cursor = {"before": page.before}
        page = page_of_worst(groups, counts, size, **cursor)
        assert page == page_of(keyed(groups), ORDER, size, **cursor)
    assert page.rows[0]["id"] == seen[0]


def test_groups_that_left_their_state_since_they_were_counted_hide_nobody(groups):
    counts = counts_by_state(groups) | {DEAD: 40}
    assert page_of_worst(groups, counts, 10) == page_of(keyed(groups), ORDER, 10)


def test_the_states_are_those_of_the_ranks(groups):
    for row in keyed(groups).values("rank", "standing__state"):
        state = row["standing__state"]
        assert row["rank"] == len(STATES) - 1 if state is None else state in states_behind(STATES[row["rank"]])

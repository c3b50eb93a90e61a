"""Keyset pages: together they are the sorted whole, without a gap or a repetition, forwards and backwards."""

import base64
import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from community_ops.group_filters import ORDERS, GroupFilter, keyed
from community_ops.keyset import Page, page_of
from groups.models import Group
from groups.tests.making import make_group, make_team, make_user
from lifecycle.tests.cases.making import make_standing


def walk(rows, order, size, **start) -> list[Page]:
    pages = [page_of(rows, order, size, **start)]
    while pages[-1].after:
        pages.append(page_of(rows, order, size, after=pages[-1].after))
    return pages


groups = st.lists(
    st.tuples(
        st.sampled_from(["", "a", "b", "é"]),  # sort key, with ties
        st.none() | st.sampled_from([0, 2, 5, 6, 8]),  # observed state, none = never judged
        st.sampled_from([-1, 0, 5000]),  # score
        st.sampled_from([-1, 0, 7]),  # members and acts
        st.none() | st.dates(max_value=date(2040, 1, 1), min_value=date(1990, 1, 1)),  # end of the plan
    ),
    min_size=1,
    max_size=12,
)


class EveryOrder(TestCase):
    @settings(max_examples=25)
    @given(made=groups, size=st.integers(1, 5))
    def test_the_pages_are_the_sorted_whole(self, made, size):
        team = make_team()
        user = make_user(team)
        for sort_key, state, score, count, ends_on in made:
            group = make_group(
                team=team, owner=user, sort_key=sort_key, plan_ends_on=ends_on, plan_starts_on=date(1980, 1, 1)
            )
            if state is not None:
                make_standing(group, state=state, score=score, members=count, acts_7=count)
        rows = keyed(GroupFilter({}, user=user).qs)
        for name, order in ORDERS.items():
            keys = [key.name for key in order.keys]
            whole = list(rows.values("id").order_by(*(f"-{key}" if order.descending else key for key in keys)))
            pages = walk(rows, order, size)
            forwards = [row["id"] for page in pages for row in page.rows]
            assert forwards == [row["id"] for row in whole], name
            assert len(forwards) == len(made)
            # Back from the last page, each step shows what the way forwards showed.
            back = [pages[-1]]
            while back[-1].before:
                back.append(page_of(rows, order, size, before=back[-1].before))
            assert [row["id"] for page in reversed(back) for row in page.rows] == forwards, name


@pytest.mark.django_db
def test_a_row_that_appears_meanwhile_hides_no_other():
    user = make_user(make_team(), is_administrator=True)
    made = [make_group(sort_key=key) for key in "bdfh"]
    rows = keyed(GroupFilter({}, user=user).qs)
    first = page_of(rows, ORDERS["name"], 2)
    make_group(sort_key="a")
    second = page_of(rows, ORDERS["name"], 2, after=first.after)
    assert [row["id"] for row in second.rows] == [group.pk for group in made[2:]]


def cursor(values) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "broken",
    [
        "x", "%%%", "é", "a" * 5000, cursor({}), cursor([]), cursor(["a"]), cursor(["a", "b"]), cursor([1, 2]),
        cursor(["a", True]), cursor(["a", 2**70]), cursor(["a\0", 1]), cursor([None, None]), cursor([[["a"]], 1]),
    ],
)  # fmt: skip
def test_a_cursor_that_cannot_be_read_leads_to_the_first_page(broken):
    user = make_user(make_team(), is_administrator=True)
    group = make_group(sort_key="b")
    page = page_of(keyed(GroupFilter({}, user=user).qs), ORDERS["name"], 2, after=broken)
    assert [row["id"] for row in page.rows] == [group.pk]
    assert page.before == ""


@pytest.mark.django_db
@pytest.mark.parametrize("name", ORDERS)
def test_no_page_skips_rows_by_counting(name, django_assert_num_queries):
    user = make_user(make_team(), is_administrator=True)
    for _ in range(5):
        make_group()
    rows = keyed(GroupFilter({}, user=user).qs)
    after = page_of(rows, ORDERS[name], 2).after
    with django_assert_num_queries(1) as captured:
        page_of(rows, ORDERS[name], 2, after=after)
    assert "OFFSET" not in captured.captured_queries[0]["sql"]
    assert Group.objects.count() == 5

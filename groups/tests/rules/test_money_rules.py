"""The rules of the ledger as tables: due days, price spans, the tree of categories, refunds, shares, capacity."""

from datetime import date
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groups.rules.allocation import NothingToGoBy, percent_of, shares
from groups.rules.capacity import Capacity, Load, together
from groups.rules.category_tree import Node, at_or_below, in_tree_order, with_those_above
from groups.rules.due_days import next_due
from groups.rules.months import is_over, last_day_of, month_after, month_of
from groups.rules.price_spans import Span, Takeover, take_over
from groups.rules.refunds import goods_of_refund, left_to_refund

D = Decimal


@pytest.mark.parametrize(
    ("rhythm", "starts", "not_before", "due"),
    [
        pytest.param("monthly", "2026-01-31", "2026-01-01", "2026-01-31", id="not before it starts"),
        pytest.param("monthly", "2026-01-31", "2026-02-01", "2026-02-28", id="a short month"),
        pytest.param("monthly", "2026-01-31", "2026-03-01", "2026-03-31", id="and the day comes back"),
        pytest.param("monthly", "2028-01-31", "2028-02-01", "2028-02-29", id="a leap year"),
        pytest.param("monthly", "2026-01-15", "2026-01-15", "2026-01-15", id="the day itself"),
        pytest.param("monthly", "2026-01-15", "2026-01-16", "2026-02-15", id="a day later"),
        pytest.param("monthly", "2026-01-15", "2026-03-15", "2026-03-15", id="that day of a later month"),
        pytest.param("monthly", "2026-01-15", "2026-12-16", "2027-01-15", id="over the year"),
        pytest.param("weekly", "2026-01-05", "2026-01-06", "2026-01-12", id="the next week"),
        pytest.param("weekly", "2026-01-05", "2026-01-12", "2026-01-12", id="a week later"),
        pytest.param("weekly", "2026-01-05", "2027-01-01", "2027-01-04", id="a year of weeks"),
    ],
)
def test_due_days(rhythm, starts, not_before, due):
    first, floor, expected = (date.fromisoformat(text) for text in (starts, not_before, due))
    assert next_due(first, rhythm, floor) == expected
    assert next_due(first, rhythm, floor, ends_on=expected) == expected
    assert next_due(first, rhythm, floor, ends_on=date.fromordinal(expected.toordinal() - 1)) is None


OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        pytest.param([], Takeover(Span(NOVEMBER, None)), id="no price before"),
        pytest.param([Span(None, None)], Takeover(Span(NOVEMBER, None), cut=0), id="ends the one that holds"),
        pytest.param(
            [Span(None, DECEMBER), Span(DECEMBER, None)],
            Takeover(Span(NOVEMBER, DECEMBER), cut=0),
            id="until the next planned one",
        ),
        pytest.param(
            [Span(None, NOVEMBER), Span(NOVEMBER, None)], Takeover(Span(NOVEMBER, None), gone=1), id="replaces"
        ),
        pytest.param([Span(None, OCTOBER)], Takeover(Span(NOVEMBER, None)), id="after a gap"),
        pytest.param([Span(DECEMBER, None)], Takeover(Span(NOVEMBER, DECEMBER)), id="before the first"),
    ],
)
def test_another_price_takes_over(spans, expected):
    assert take_over(spans, NOVEMBER) == expected


TREE = [
    Node(1, None, "Adverts"),
    Node(2, 1, "Video"),
    Node(3, 2, "Short"),
    Node(4, None, "Gifts"),
    Node(5, 1, "Search"),
]


def test_a_tree_is_shown_branch_by_branch():
    placed = in_tree_order(TREE)
    assert [(each.id, each.depth) for each in placed] == [(1, 1), (2, 2), (3, 3), (5, 2), (4, 1)]
    assert placed[2].path == ("Adverts", "Video", "Short")


def test_a_node_without_the_one_above_it_stands_on_top():
    assert [(each.id, each.depth) for each in in_tree_order(TREE[1:3])] == [(2, 1), (3, 2)]


def test_what_lies_below_and_above():
    assert at_or_below(1, TREE) == {1, 2, 3, 5}
    assert at_or_below(4, TREE) == {4}
    assert with_those_above([3], TREE) == {1, 2, 3}
    assert with_those_above([], TREE) == set()


@pytest.mark.parametrize(
    ("total", "weights", "expected"),
    [
        pytest.param("100.00", ["1", "1", "1"], ["33.34", "33.33", "33.33"], id="a fen goes to the first"),
        pytest.param("-100.00", ["1", "1", "1"], ["-33.34", "-33.33", "-33.33"], id="and back"),
        pytest.param("10.00", ["1", "2"], ["3.33", "6.67"], id="the larger remainder"),
        pytest.param("0.01", ["5", "5"], ["0.01", "0.00"], id="less than the groups"),
        pytest.param("50.00", ["0", "3"], ["0.00", "50.00"], id="a weight of zero"),
        pytest.param("0.00", ["1", "2"], ["0.00", "0.00"], id="nothing"),
        pytest.param("1000000000.00", ["0.25", "0.75"], ["250000000.00", "750000000.00"], id="fractions of hours"),
    ],
)
def test_parts_by_largest_remainder(total, weights, expected):
    assert shares(D(total), [D(weight) for weight in weights]) == [D(part) for part in expected]


@pytest.mark.parametrize("weights", [[], ["0", "0"]], ids=["nobody", "nothing known above zero"])
def test_nothing_to_go_by(weights):
    with pytest.raises(NothingToGoBy):
        shares(D("1.00"), [D(weight) for weight in weights])


@pytest.mark.parametrize(("total", "weight"), [("1.005", "1"), ("1.00", "-1")], ids=["half a fen", "a negative weight"])
def test_what_cannot_be_shared(total, weight):
    with pytest.raises(ValueError, match=r"places|negative"):
        shares(D(total), [D(weight)])


AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=2)
WEIGHTS = st.lists(st.decimals(min_value=0, max_value=10**9, places=2), min_size=1, max_size=60).filter(any)


@given(AMOUNTS, WEIGHTS, st.randoms(use_true_random=False))
def test_case_54_parts_add_up_to_the_fen_and_a_reversal_returns_to_zero(total: Decimal, weights, random: Random):
    parts = shares(total, weights)
    assert sum(parts) == total
    assert [part + back for part, back in zip(parts, shares(-total, weights), strict=True)] == [0] * len(parts)
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert part >= 0
        assert abs(part - total * weight / whole) < D("0.010001")
        assert weight or not part
    order = list(range(len(weights)))
    random.shuffle(order)
    assert sum(shares(total, [weights[place] for place in order])) == total


@given(AMOUNTS, st.lists(WEIGHTS, min_size=1, max_size=4))
def test_case_54_parts_of_parts_add_up_too(total: Decimal, levels):
    """A tree of any shape: each part is shared again."""
    leaves = [total]
    for weights in levels:
        leaves = [part for leaf in leaves[:20] for part in shares(leaf, weights[:5] + [D(1)])] + leaves[20:]
    assert sum(leaves) == total


def test_a_share_is_shown_in_percent():
    assert percent_of(D("33.34"), D("100.00")) == D("33.3")


@pytest.mark.parametrize(
    ("earned", "goods", "refund", "returned", "expected"),
    [
        pytest.param("100", "60", "50", True, "-30.00", id="half came back"),
        pytest.param("100", "60", "50", False, "0.00", id="the goods are lost"),
        pytest.param("100", None, "50", True, None, id="goods that nobody stated stay unknown"),
        pytest.param("3", "1", "1", True, "-0.33", id="rounded"),
        pytest.param("0", "1", "0", True, "0.00", id="nothing was earned"),
    ],
)
def test_goods_of_a_refund(earned, goods, refund, returned, expected):
    found = goods_of_refund(D(earned), None if goods is None else D(goods), D(refund), returned=returned)
    assert found == (None if expected is None else D(expected))


def test_what_is_left_to_refund():
    assert left_to_refund(D("100.00"), D("30.00")) == 70
    assert left_to_refund(D("100.00"), D("100.00")) == 0


def test_months():
    assert month_of(date(2026, 11, 25)) == NOVEMBER
    assert month_after(NOVEMBER) == DECEMBER
    assert month_after(DECEMBER) == date(2027, 1, 1)
    assert last_day_of(date(2028, 2, 3)) == date(2028, 2, 29)
    assert not is_over(NOVEMBER, date(2026, 11, 30))
    assert is_over(NOVEMBER, DECEMBER)


@pytest.mark.parametrize(
    ("capacity", "load"),
    [
        pytest.param(Capacity(needed=D(41), available=D(40), groups=2), Load.OVER, id="over-booked"),
        pytest.param(Capacity(needed=D(40), available=D(40), groups=2), Load.FULL, id="exactly full"),
        pytest.param(Capacity(needed=D(32), available=D(40), groups=2), Load.FULL, id="from four fifths"),
        pytest.param(Capacity(needed=D("31.9"), available=D(40), groups=2), Load.ROOM, id="below"),
        pytest.param(Capacity(available=D(40)), Load.ROOM, id="no group"),
        pytest.param(Capacity(available=D(0)), Load.ROOM, id="no group and no hours"),
        pytest.param(Capacity(available=D(40), groups=2, without_hours=2), Load.UNKNOWN, id="no plan states hours"),
        pytest.param(
            Capacity(needed=D(1), available=D(0), groups=3, without_hours=2), Load.OVER, id="over and unknown"
        ),
    ],
)
def test_load(capacity, load):
    assert capacity.load is load


def test_capacity_adds_up_and_hours_that_nobody_logged_stay_unknown():
    parts = [Capacity(needed=D(5), available=D(4), groups=1), Capacity(available=D(6), groups=1, without_hours=1)]
    whole = together(parts)
    assert (whole.needed, whole.available, whole.logged, whole.groups, whole.without_hours) == (5, 10, None, 2, 1)
    assert (parts[0].short, parts[0].left, parts[1].left) == (1, 0, 6)
    assert together([*parts, Capacity(logged=D(2))]).logged == 2

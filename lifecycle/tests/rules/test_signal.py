"""Which acts count by the plan: talk without adverts, or orders and buyers, clicks until orders are known."""

from types import SimpleNamespace

import numpy as np
import pytest

from lifecycle.rules.arrays import NO_DAY
from lifecycle.rules.observations import Count, first_orders, signal_of
from lifecycle.rules.windows import Acting

FIRST = 739_000
TALKS, SELLS, CLICKS = range(3)  # the groups: a conversation, a shop, a shop whose plan names clicks
PLANS = SimpleNamespace(transaction=np.array([False, True, True]), clicks=np.array([False, False, True]))
SINCE = np.array([NO_DAY, FIRST + 1, FIRST + 1])


def count(*days):
    """The same for each group; None = not known."""
    values = np.array([[each or 0] * 3 for each in days], dtype=np.int64)
    return Count(values, np.array([[each is not None] * 3 for each in days]))


def seen(entries=()):
    """Two days. Messages 9 and 2, adverts 4 and 5; clicks 30 and 31; orders unknown, then 7; buyers unknown, then 6."""
    return SimpleNamespace(
        first=FIRST,
        shape=(2, 3),
        messages=count(9, 2),
        speakers=count(3, None),
        ads=count(4, 5),
        clicks=count(30, 31),
        orders=count(None, 7),
        buyers=count(None, 6),
        acting=Acting.of(*np.array(entries, dtype=np.int32).reshape(-1, 4).T),
        acting_known=np.ones((2, 3), dtype=bool),
    )


@pytest.mark.parametrize(
    ("group", "name", "values"),
    [
        (TALKS, "acts", [5, 0]),  # nine without four adverts; never below none
        (SELLS, "acts", [30, 7]),  # clicks until orders are known, from that day on orders
        (CLICKS, "acts", [30, 31]),
        (TALKS, "observed", [True, True]),
        (SELLS, "observed", [True, True]),
        (TALKS, "messages", [9, 2]),
        (SELLS, "messages", [0, 0]),
        (TALKS, "acting_known", [True, True]),
        (SELLS, "acting_known", [False, False]),
    ],
)
def test_acts_by_the_plan(group, name, values):
    assert getattr(signal_of(seen(), PLANS, SINCE), name)[:, group].tolist() == values


@pytest.mark.parametrize(
    ("group", "name", "values", "known"),
    [
        (TALKS, "people", [3, 0], [True, False]),
        (SELLS, "people", [0, 6], [False, True]),
        (CLICKS, "people", [0, 0], [False, False]),
        (TALKS, "ads", [4, 5], [True, True]),
        (SELLS, "ads", [0, 0], [False, False]),
    ],
)
def test_people_and_adverts_by_the_plan(group, name, values, known):
    found = getattr(signal_of(seen(), PLANS, SINCE), name)
    assert found.values[:, group].tolist() == values
    assert found.known[:, group].tolist() == known


def test_days_before_orders_were_known_are_days_of_clicks_even_where_orders_stand():
    later = np.array([NO_DAY, FIRST + 2, NO_DAY])
    assert signal_of(seen(), PLANS, later).acts[:, SELLS].tolist() == [30, 31]


def test_who_talked_counts_in_conversations_alone():
    entries = [(TALKS, 1, 0, 5), (SELLS, 2, 0, 3), (CLICKS, 3, 1, 1)]
    found = signal_of(seen(entries), PLANS, SINCE).acting
    assert (found.group.tolist(), found.member.tolist()) == ([TALKS], [1])


def test_where_nobody_sells_everything_is_talk():
    plans = SimpleNamespace(transaction=np.zeros(3, dtype=bool), clicks=np.zeros(3, dtype=bool))
    found = signal_of(seen([(SELLS, 2, 0, 3)]), plans, np.full(3, NO_DAY))
    assert found.acts.tolist() == [[5, 5, 5], [0, 0, 0]] and found.acting.member.tolist() == [2]


@pytest.mark.parametrize(
    ("remembered", "expected"),
    [
        ([NO_DAY, NO_DAY, NO_DAY], [NO_DAY, FIRST + 1, FIRST + 1]),
        ([NO_DAY, FIRST - 40, NO_DAY], [NO_DAY, FIRST - 40, FIRST + 1]),
    ],
)
def test_orders_are_known_from_the_first_day_that_had_any(remembered, expected):
    assert first_orders(seen(), PLANS, np.array(remembered)).tolist() == expected


def test_without_any_orders_there_is_no_first_day():
    nothing = seen()
    nothing.orders = count(None, None)
    assert first_orders(nothing, PLANS, np.full(3, NO_DAY)).tolist() == [NO_DAY] * 3

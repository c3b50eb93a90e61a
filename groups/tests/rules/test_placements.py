"""Placements and the price of trust as tables, on both sides of each line."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from groups.rules.placements import amount_of, is_over_cap, may_follow, month_of
from groups.rules.price_of_trust import Trust, TrustDay, Worth, in_yuan, trust_after, worth_of_member

ON = date(2026, 11, 2)
LAST = ON + timedelta(days=60)


@pytest.mark.parametrize("after", ["planned", "done", "paid", "cancelled"])
@pytest.mark.parametrize("state", ["planned", "done", "paid", "cancelled"])
def test_one_step_follows_another(state, after):
    allowed = {("planned", "done"), ("done", "paid")} | {(each, "cancelled") for each in ("planned", "done", "paid")}
    assert may_follow(state, after) is ((state, after) in allowed)


@pytest.mark.parametrize(
    ("paid_by", "results", "amount"),
    [
        ("placement", None, Decimal("9.99")),
        ("result", 3, Decimal("29.97")),
        ("result", 0, Decimal("0.00")),
        ("result", None, None),
    ],
)
def test_what_a_placement_is_worth(paid_by, results, amount):
    assert amount_of(paid_by, Decimal("9.99"), results) == amount


@pytest.mark.parametrize(("placements", "cap", "over"), [(1, 2, False), (2, 2, True), (0, 0, True), (99, None, False)])
def test_a_month_is_full(placements, cap, over):
    assert is_over_cap(placements, cap) is over


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2026, 2, 28), date(2026, 2, 28)),
        (date(2028, 2, 1), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2026, 12, 31)),
    ],
)
def test_the_month_of_a_day(day, last):
    assert month_of(day) == (day.replace(day=1), last)


def history(leaves=2, speakers=30, *, after_leaves=2, after_speakers=30, exposure=1.0, skip=()):
    """28 usual days before the placement and 7 after it."""
    days = {}
    for n in range(-28, 7):
        if n not in skip:
            counts = (leaves, speakers) if n < 0 else (after_leaves, after_speakers)
            days[ON + timedelta(days=n)] = TrustDay(*counts, exposure)
    return days


def price(days, others=(), last_day=LAST):
    return trust_after(ON, [ON + timedelta(days=n) for n in others], days, last_day=last_day)


@pytest.mark.parametrize(
    ("days", "leaves", "silent"),
    [
        pytest.param(history(), "0.0", "0.0", id="nothing happened"),
        pytest.param(history(after_leaves=5), "21.0", "0.0", id="3 more left on each of 7 days"),
        pytest.param(history(after_speakers=24), "0.0", "6.0", id="6 fewer spoke a day"),
        pytest.param(history(after_leaves=1, after_speakers=33), "-7.0", "-3.0", id="better than usual"),
        pytest.param(history(after_leaves=5, skip=(0, 3)), "15.0", "0.0", id="two days after it unobserved"),
        pytest.param(history(after_leaves=5, skip=range(-28, -7)), "21.0", "0.0", id="seven usual days are enough"),
        pytest.param(history(leaves=0, after_leaves=0), "0.0", "0.0", id="nobody ever leaves: zero is known"),
    ],
)
def test_people_who_left_and_fell_silent(days, leaves, silent):
    assert price(days) == Trust(leaves=Decimal(leaves), silent=Decimal(silent))


@pytest.mark.parametrize(
    ("days", "why"),
    [
        pytest.param({}, "not_observed", id="never observed"),
        pytest.param(history(skip=range(0, 4)), "", id="three days after it are enough"),
        pytest.param(history(skip=range(0, 5)), "not_observed", id="two days after it are not"),
        pytest.param(history(skip=range(-28, -6)), "no_usual", id="six usual days are too few"),
        pytest.param(history(exposure=0.0), "not_observed", id="a festival is no evidence"),
        pytest.param(history(leaves=None, after_leaves=None), "", id="leaves unknown, speakers known"),
    ],
)
def test_what_is_not_known_stays_unknown(days, why):
    found = price(days)
    if why:
        assert (found.leaves, found.silent, found.why) == (None, None, why)
    else:
        assert found.silent is not None


def test_leaves_that_nobody_counted_are_not_zero():
    found = price(history(leaves=None, after_leaves=None))
    assert (found.leaves, found.silent, found.why) == (None, Decimal("0.0"), "not_observed")


@pytest.mark.parametrize(("last_day", "known"), [(ON + timedelta(days=6), True), (ON + timedelta(days=5), False)])
def test_the_days_after_must_be_over(last_day, known):
    found = price(history(), last_day=last_day)
    assert (found.why == "running") is not known


def test_the_next_placement_ends_the_days_after():
    days = history() | {ON + timedelta(days=n): TrustDay(50, 30, 1.0) for n in (3, 4, 5, 6)}
    assert price(days, others=[3]).leaves == 0
    assert price(days, others=[7]).leaves == Decimal("192.0")
    assert price(days, others=[3], last_day=ON + timedelta(days=2)).leaves == 0, "they are over sooner"


def test_the_days_after_an_earlier_placement_are_not_usual():
    days = history() | {ON + timedelta(days=n): TrustDay(50, 30, 1.0) for n in range(-14, -7)}
    assert price(days, others=[-14]).leaves == 0
    assert price(days).leaves < -50, "without knowing of it they would be taken for usual"


def test_a_rest_day_counts_less():
    days = history(after_leaves=2)
    for n in (5, 6):
        days[ON + timedelta(days=n)] = TrustDay(2, 30, 0.5)
    assert price(days).leaves == Decimal("2.0"), "14 left, 12 would have on 6 days' worth"


@pytest.mark.parametrize(
    ("given", "worth"),
    [
        pytest.param((Decimal(650), 100, Decimal(9000), 300), Worth(Decimal("6.50"), "cost_per_join"), id="to win one"),
        pytest.param((None, 100, Decimal(5400), 300), Worth(Decimal("18.00"), "revenue_per_member"), id="brought in"),
        pytest.param((Decimal(650), 0, Decimal(5400), 300), Worth(Decimal("18.00"), "revenue_per_member"), id="nobody"),
        pytest.param((Decimal(650), None, None, 300), None, id="joins unknown"),
        pytest.param((None, None, Decimal(5400), None), None, id="members unknown"),
    ],
)
def test_what_a_member_is_worth(given, worth):
    acquisition, joins, revenue, members = given
    found = worth_of_member(acquisition=acquisition, joins=joins, revenue=revenue, members=members)
    assert found == worth


def test_money_of_the_unknown_is_unknown():
    worth = Worth(Decimal("6.50"), "cost_per_join")
    assert in_yuan(Decimal("21.0"), worth) == Decimal("136.50")
    assert in_yuan(None, worth) is in_yuan(Decimal(21), None) is None

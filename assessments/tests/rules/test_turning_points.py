"""The smallest change of one figure that makes other rules speak: the worked example, and both directions."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from assessments.rules.plan_answers import Model, PartnerRevenue, Purpose, Span
from assessments.rules.thresholds import Thresholds
from assessments.rules.turning_points import turning_points
from assessments.tests.plans import EXAMPLE, FAULTLESS

PARTNERS = {
    "model": Model.SPONSORSHIP,
    "revenue": PartnerRevenue(campaigns=D(2), unit=D(30_000)),
    "partner_campaigns": 2,
    "audience_match": "list",
}
PASSION = {"purpose": Purpose.PASSION, "model": Model.NONE, "revenue": None, "budget_cap": D(11_784)}
BOUNDED = {"span": Span.BOUNDED, "ends_on": FAULTLESS.starts_on.replace(year=2027), "lasting_reasons": frozenset()}


def turns(plan=EXAMPLE, **changes):
    return {
        (turn.key, "up" if turn.then > turn.now else "down"): turn
        for turn in turning_points(replace(plan, **changes), owner_groups=0, thresholds=Thresholds())
    }


@pytest.mark.parametrize(
    ("key", "direction", "then", "silenced", "raised"),
    [
        ("weekly_hours", "up", 24, ("C19",), ()),
        ("weekly_hours", "down", D("11.9"), ("C19",), ("S06",)),
        ("group_count", "down", 3, ("C19",), ()),
        ("group_count", "up", 7, ("C19",), ("S06",)),
        ("buyers", "up", D("12.28"), ("C17",), ()),
        ("members", "up", 3069, ("C17",), ()),
        ("hour_cost", "down", D("32.65"), ("C17",), ()),
        ("posts_per_day", "up", 7, (), ("C11",)),
    ],
)
def test_the_worked_example(key, direction, then, silenced, raised):
    turn = turns()[key, direction]
    assert (turn.then, turn.silenced, turn.raised) == (then, silenced, raised)


def test_more_campaigns_are_counted_by_the_rule_of_their_number():
    assert turns(FAULTLESS, **PARTNERS)["campaigns", "up"].raised == ("C06",)


def test_a_plan_that_is_not_to_earn_turns_on_its_cap():
    found = turns(FAULTLESS, **PASSION)
    assert found["budget_cap", "down"].then == 11_783
    assert found["budget_cap", "down"].raised == ("C07",)


def test_a_plan_with_an_end_turns_on_its_days():
    assert turns(FAULTLESS, **BOUNDED)["life_days", "down"].raised == ("C14",)
    assert not [key for key, _direction in turns() if key == "life_days"]


def test_the_smallest_relative_change_comes_first():
    found = turning_points(EXAMPLE, owner_groups=0, thresholds=Thresholds())
    efforts = [abs(turn.then - turn.now) / turn.now for turn in found]
    assert efforts == sorted(efforts)


def test_a_figure_that_turns_nothing_is_not_told():
    assert ("one_off", "down") not in turns(FAULTLESS)


def test_what_lies_beyond_ten_times_the_value_is_no_help(monkeypatch):
    """A plan that pays a tenth of its hours: only a multitude of members would make it pay."""
    poor = {"revenue": replace(EXAMPLE.revenue, order_value=D("0.5"))}
    assert ("members", "up") not in turns(**poor)
    monkeypatch.setattr("assessments.rules.turning_points.FARTHEST", D(1_000_000))
    assert turns(**poor)["members", "up"].then > 10 * EXAMPLE.revenue.members

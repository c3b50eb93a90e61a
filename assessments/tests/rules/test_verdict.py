"""Each rule alone, on both sides of its boundary, and what the verdict makes of them together."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from assessments.rules.outlook import changes_to_go, changes_to_not_now
from assessments.rules.plan_answers import Layer, Model, PartnerRevenue, Purpose, Span
from assessments.rules.thresholds import Thresholds
from assessments.rules.verdict import Check, Outcome, Status, verdict_of
from assessments.tests.plans import EXAMPLE, FAULTLESS

GOOD = FAULTLESS.revenue
PARTNERS = {
    "model": Model.SPONSORSHIP,
    "revenue": PartnerRevenue(campaigns=D(2), unit=D(30_000)),
    "partner_campaigns": 2,
    "audience_match": "list",
}


def decide(owner_groups=0, /, **changes):
    return verdict_of(replace(FAULTLESS, **changes), owner_groups=owner_groups, thresholds=Thresholds())


def codes(result):
    return [finding.code for finding in result.findings]


def test_a_plan_without_a_fault_is_a_go():
    result = decide()
    assert result.outcome is Outcome.GO
    assert result.findings == ()
    assert set(result.checks.values()) == {Status.PASS}


ALONE = [
    ("S01", Check.NEED, "reasons", {"reasons": frozenset({"unclear"}), "shared_goal": ""}),
    ("S02", Check.NEED, "alternative", {"alternative": "yes"}),
    ("S03", Check.MODEL, "earns", {"model": None, "revenue": None}),
    ("S04", Check.DURATION, "span", {"lasting_reasons": frozenset({"none"})}),
    ("S05", Check.ECONOMICS, "revenue", {"revenue": replace(GOOD, buyers=D("2.4"))}),
    ("S06", Check.STAFFING, "weekly_hours", {"group_count": 7}),
    ("C01", Check.MODEL, "purpose", {"purpose": Purpose.UNCLEAR}),
    ("C02", Check.NEED, "shared_goal", {"shared_goal": "  "}),
    ("C03", Check.NEED, "evidence", {"evidence": "others"}),
    ("C03", Check.NEED, "evidence", {"evidence": "none"}),
    ("C04", Check.NEED, "alternative", {"alternative": "partly"}),
    ("C04", Check.NEED, "alternative", {"alternative": "unsure"}),
    ("C05", Check.MODEL, "audience_match", PARTNERS | {"audience_match": "unknown"}),
    ("C06", Check.MODEL, "partner_campaigns", PARTNERS | {"partner_campaigns": 3}),
    (
        "C07",
        Check.ECONOMICS,
        "budget_cap",
        {"purpose": Purpose.PASSION, "model": Model.NONE, "revenue": None, "budget_cap": D("11783.32")},
    ),
    ("C08", Check.ACTIVITY, "kind", {"wanted_kind": "conversation", "group_count": 2}),
    ("C08", Check.ACTIVITY, "kind", {"product_traits": frozenset({"price"})}),
    (
        "C10",
        Check.ACTIVITY,
        "content_supply",
        {
            "product_traits": frozenset({"price"}),
            "wanted_kind": "recommend",
            "content_supply": "under_4",
            "group_count": 2,
        },
    ),
    ("C10", Check.ACTIVITY, "content_sources", {"content_sources": frozenset({"members"})}),
    ("C11", Check.ACTIVITY, "posts_per_day", {"posts_per_day": 7}),
    ("C12", Check.ACTIVITY, "review", {"review": "never"}),
    ("C13", Check.DURATION, "span", {"model": Model.FLASH_SALE, "revenue": replace(GOOD, campaigns=D(12))}),
    ("C15", Check.DURATION, "downstream", {"layer": Layer.MASS}),
    ("C16", Check.DURATION, "exit_plan", {"exit_plan": "not_yet"}),
    ("C17", Check.ECONOMICS, "revenue", {"revenue": replace(GOOD, order_value=D(240))}),
    ("C18", Check.ECONOMICS, "revenue", {"revenue": replace(GOOD, buyers=D("3.6"))}),
    ("C19", Check.STAFFING, "weekly_hours", {"group_count": 4}),
    (
        "C14",
        Check.DURATION,
        "ends_on",
        {"span": Span.BOUNDED, "ends_on": date(2026, 12, 20), "revenue": replace(GOOD, order_value=D(400))},
    ),
]


@pytest.mark.parametrize(("code", "check", "question", "changes"), ALONE, ids=[row[0] for row in ALONE])
def test_each_rule_alone(code, check, question, changes):
    result = decide(**changes)
    assert codes(result) == [code]
    [finding] = result.findings
    assert (finding.check, finding.question) == (check, question)
    assert result.outcome is (Outcome.NOT_NOW if code[0] == "S" else Outcome.CONDITIONAL)
    assert result.checks[check] is (Status.STOP if code[0] == "S" else Status.ATTENTION)
    others = {status for name, status in result.checks.items() if name is not check and name is not Check.ECONOMICS}
    assert others == {Status.PASS}


def test_the_owner_runs_too_many_groups():
    assert codes(decide(12)) == []
    assert codes(decide(13)) == ["C09"]


@pytest.mark.parametrize(
    ("left", "available", "spoken"),
    [
        (None, "20", []),  # nobody knows
        ("18", "20", []),  # all that the plan needs
        ("17.9", "20", ["C20"]),
        ("0", "20", ["C20"]),
        ("12", "12", ["C19"]),  # too few are written down, but these are there
        ("11.9", "12", ["C19", "C20"]),
    ],
)
def test_the_people_named_have_the_hours_that_are_counted_on(left, available, spoken):
    plan = replace(FAULTLESS, costs=replace(FAULTLESS.costs, weekly_hours=D(available)))
    hours_left = None if left is None else D(left)
    result = verdict_of(plan, owner_groups=0, thresholds=Thresholds(), hours_left=hours_left)
    assert codes(result) == spoken
    if "C20" in spoken:
        assert result.findings[-1].figures["missing"] == min(D(available), D(18)) - D(left)


QUIET = [
    ("the reason for a passion group may be met by chat", {"purpose": Purpose.PASSION, "alternative": "yes"}),
    ("an undecided purpose may lack a model", {"purpose": Purpose.PASSION, "model": None, "revenue": None}),
    ("two campaigns a month are borne", PARTNERS),
    ("a roughly matching audience", PARTNERS | {"audience_match": "roughly"}),
    ("six posts a day", {"posts_per_day": 6}),
    ("content for four weeks of a lively group", {"content_supply": "under_4"}),  # transaction-active
    ("members among other sources", {"content_sources": frozenset({"members", "staff"})}),
    ("a mass group with a group below it", {"layer": Layer.MASS, "downstream": True, "group_count": 4}),
    ("all hours that are needed", {"group_count": 3}),
    ("the cap exactly met", {"purpose": Purpose.PASSION, "budget_cap": D(11784), "revenue": None, "model": Model.NONE}),
]


@pytest.mark.parametrize(("why", "changes"), QUIET, ids=[row[0] for row in QUIET])
def test_what_no_rule_speaks_of(why, changes):
    assert codes(decide(**changes)) == []


def test_economics_change_hands_at_zero():
    """With a margin of one yuan a buyer and costs of 1,000 the three cases are easy to place."""
    from_buyers = {
        D(20): [],  # pessimistic exactly 0
        D("19.99"): ["C17"],
        D(10): ["C17"],  # base exactly 0
        D("9.99"): ["C18"],
        D("6.667"): ["C18"],
        D("6.66"): ["S05"],
    }
    costs = replace(FAULTLESS.costs, cost_per_join=D(0), one_off=D(0), hour_cost=D(0), running=D(1000))
    revenue = replace(GOOD, members=D(1000), order_value=D(10), margin=D(100))
    for buyers, expected in from_buyers.items():
        assert codes(decide(costs=costs, revenue=replace(revenue, buyers=buyers))) == expected, buyers


def test_staffing_changes_hands_at_half_and_at_all():
    for hours, expected in {D(18): [], D("17.9"): ["C19"], D(9): ["C19"], D("8.9"): ["S06"]}.items():
        found = codes(decide(costs=replace(FAULTLESS.costs, weekly_hours=hours)))
        assert found == expected, hours


@pytest.mark.parametrize(
    ("changes", "needed"),
    [
        ({"layer": Layer.MASS, "downstream": True}, D(6)),
        ({"layer": Layer.COURSE}, D(18)),
        ({"layer": Layer.VIP}, D(36)),
        ({"layer": Layer.NONE}, D(18)),
        ({"product_traits": frozenset({"learning"}), "wanted_kind": "recommend"}, D(27)),
        (
            {
                "model": Model.FLASH_SALE,
                "span": Span.FLASH,
                "ends_on": date(2026, 12, 29),
                "revenue": replace(GOOD, campaigns=D(1)),
            },
            D("11.25"),  # one busy week of four: 18 x (1/4 + 3/4 x 0.5)
        ),
        ({"span": Span.FLASH, "ends_on": date(2026, 12, 29)}, D(18)),
    ],
    ids=["mass", "course", "vip", "unlayered", "conversation", "flash between campaigns", "flash without campaigns"],
)
def test_hours_that_a_plan_needs(changes, needed):
    assert decide(**changes).staffing.needed == needed


def test_more_than_six_conditions_stop():
    many = {
        "shared_goal": "",
        "evidence": "none",
        "alternative": "partly",
        "review": "never",
        "posts_per_day": 9,
        "content_sources": frozenset({"members"}),
    }
    assert decide(**many).outcome is Outcome.CONDITIONAL
    result = decide(**many, exit_plan="not_yet")
    assert codes(result)[-1] == "S07"
    assert result.findings[-1].figures == {"count": 7}
    assert result.outcome is Outcome.NOT_NOW


def test_without_a_model_economics_cannot_pass():
    assert decide(model=None, revenue=None).checks[Check.ECONOMICS] is Status.ATTENTION
    assert decide(model=None, revenue=None, purpose=Purpose.UNCLEAR).outcome is Outcome.CONDITIONAL


def test_the_worked_example_is_conditional_on_earning_and_staffing():
    result = verdict_of(EXAMPLE, owner_groups=0, thresholds=Thresholds())
    assert codes(result) == ["C17", "C19"]
    assert result.outcome is Outcome.CONDITIONAL
    assert result.staffing.short == 4
    assert result.staffing.groups_possible == 3
    assert round(result.staffing.share * 100) == 83


def test_what_would_change_the_worked_example():
    result = verdict_of(EXAMPLE, owner_groups=0, thresholds=Thresholds())
    staffing, earn = changes_to_go(result)
    assert (staffing.code, earn.code) == ("C19", "earn")
    assert earn.figures["more_members"] == 1069
    lose, short = changes_to_not_now(result, Thresholds())
    assert round(lose.figures["driver_needed"], 2) == D("4.09")
    assert short.figures["hours"] == 12


def test_a_plan_that_only_loses_is_told_by_how_much_and_what_would_carry_it():
    result = decide(revenue=replace(GOOD, margin=D(8)))
    finding = next(each for each in result.findings if each.code in ("S05", "C18"))
    assert finding.figures["loss"] > 0 and finding.figures["break_even"] == result.economics.break_even
    earn = changes_to_go(result)[-1]
    assert earn.code == "earn" and earn.figures["driver_needed"] == result.economics.to_earn_when_pessimistic.driver
    assert all(each.stops for each in result.stops) and not any(each.stops for each in result.conditions)
    assert len(result.stops) + len(result.conditions) == len(result.findings)


def test_a_plain_go_needs_nothing_and_a_plan_without_a_model_is_told_of_no_figures():
    assert changes_to_go(decide()) == ()
    without = decide(model=None, revenue=None)
    assert "earn" not in [each.code for each in changes_to_go(without)]
    assert "lose" not in [each.code for each in changes_to_not_now(without, Thresholds())]
    lose, _short = changes_to_not_now(decide(), Thresholds())
    assert lose.figures["break_even"] == decide().economics.break_even


def test_a_stopped_plan_is_not_told_how_to_be_stopped():
    assert changes_to_not_now(decide(alternative="yes"), Thresholds()) == ()


def test_the_beverage_coupon_group_is_a_go_and_its_copy_without_margin_and_people_is_not():
    """The first worked case of the domain."""
    copied = decide(
        evidence="others",
        revenue=replace(GOOD, margin=D(2)),
        costs=replace(FAULTLESS.costs, weekly_hours=D(4)),
    )
    assert decide().outcome is Outcome.GO
    assert copied.outcome is Outcome.NOT_NOW
    assert {"S05", "S06", "C03"} <= set(codes(copied))

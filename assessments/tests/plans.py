"""Typed plans for tests of rules: the worked example of the specification, and a plan without a fault."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from assessments.rules.plan_answers import Layer, Model, PlanAnswers, PlanCosts, Purpose, SellingRevenue, Span

D = Decimal

EXAMPLE_REVENUE = SellingRevenue(members=D(2000), buyers=D(8), order_value=D(240), orders=D(1), margin=D(40))
EXAMPLE_COSTS = PlanCosts(
    cost_per_join=D("6.5"),
    joins_per_month=D(500),
    one_off=D(12000),
    weekly_hours=D(20),
    hour_cost=D(80),
    running=D(1600),
)
# 4 groups in the middle layer, transaction-active, 20 hours a week.
EXAMPLE = PlanAnswers(
    group_count=4,
    purpose=Purpose.BUSINESS,
    reasons=frozenset({"deals"}),
    shared_goal="Together we get the best snacks first",
    evidence="asked",
    alternative="no",
    model=Model.REPURCHASE,
    revenue=EXAMPLE_REVENUE,
    costs=EXAMPLE_COSTS,
    product_traits=frozenset({"none"}),
    wanted_kind="transaction",
    content_sources=frozenset({"offers"}),
    content_supply="over_12",
    posts_per_day=2,
    review="weekly",
    span=Span.LASTING,
    starts_on=date(2026, 12, 1),
    lasting_reasons=frozenset({"service"}),
    layer=Layer.COURSE,
    exit_plan="now",
)
# Three groups for the same hours, and half the price again.
FAULTLESS = replace(EXAMPLE, group_count=3, revenue=replace(EXAMPLE_REVENUE, order_value=D(400)))

"""For each figure of a plan: the smallest change of it alone that makes another set of rules speak.

Values are tried in whole steps of a figure's unit, in strides that grow, and the first stride that changes something is
halved down to one step. So the value told changes the verdict's findings, and one step less does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeVar

from assessments.rules.duration import life_days
from assessments.rules.economics_of_a_plan import driver_of, with_driver
from assessments.rules.plan_answers import (
    Model,
    PaidRevenue,
    PartnerRevenue,
    PlanAnswers,
    PlanCosts,
    Revenue,
    SellingRevenue,
    Span,
)
from assessments.rules.thresholds import Thresholds
from assessments.rules.verdict import Outcome, Result, verdict_of

Values = TypeVar("Values", PlanAnswers, PlanCosts, Revenue)
FIRST_STRIDE = Decimal("0.02")  # of the value
GROWTH = Decimal("1.35")
ONE = Decimal(1)
MOST = Decimal(1_000_000_000)
FARTHEST = Decimal(10)  # times the value now: what lies beyond is true and no help
MOST_GROUPS, MOST_POSTS, ALL = Decimal(500), Decimal(50), Decimal(100)
MOST_OF_DRIVER = {"buyers": ALL, "campaigns": Decimal(31)}
# Figure: step. Of revenue also the most that it can be.
COSTS = {"cost_per_join": "0.01", "hour_cost": "0.01", "weekly_hours": "0.1", "running": "1", "one_off": "1"}
PARTS: dict[type, dict[str, tuple[str, Decimal]]] = {
    SellingRevenue: {"members": ("1", MOST), "order_value": ("0.01", MOST), "margin": ("0.1", ALL)},
    PaidRevenue: {"price": ("0.01", MOST), "refund": ("0.1", ALL)},
    PartnerRevenue: {"unit": ("0.01", MOST)},
}


@dataclass(frozen=True)
class Turn:
    """One figure at which other rules speak: what falls silent, what begins, and the verdict then."""

    key: str
    now: Decimal
    then: Decimal
    silenced: tuple[str, ...]
    raised: tuple[str, ...]
    outcome: Outcome


@dataclass(frozen=True)
class Lever:
    """A figure that can be moved alone, in steps of `unit` between `least` and `most`."""

    key: str
    now: Decimal
    unit: Decimal
    moved: Callable[[Decimal], PlanAnswers]
    least: Decimal = Decimal(0)
    most: Decimal = MOST


def turning_points(
    answers: PlanAnswers, *, owner_groups: int, thresholds: Thresholds, hours_left: Decimal | None = None
) -> tuple[Turn, ...]:
    """The nearest turn up and down of every figure that has one; the smallest relative change first."""

    def judged(plan: PlanAnswers) -> Result:
        return verdict_of(plan, owner_groups=owner_groups, thresholds=thresholds, hours_left=hours_left)

    now = _codes(judged(answers))
    turns = []
    for lever in levers_of(answers, thresholds):
        turned = _turned(lever, judged, now)
        for direction in (1, -1):
            then = _nearest(lever, direction, turned)
            if then is not None:
                turns.append(_turn(lever, then, now, judged(lever.moved(then))))
    return tuple(sorted(turns, key=_effort))


def levers_of(answers: PlanAnswers, thresholds: Thresholds) -> Iterator[Lever]:
    """The figures of the plan: revenue, costs, and what the rules compare directly."""
    yield from _of_revenue(answers)
    for key, unit in COSTS.items():
        yield Lever(key, getattr(answers.costs, key), Decimal(unit), _cost_moved(answers, key))
    yield Lever("group_count", Decimal(answers.group_count), ONE, _moved(answers, "group_count", int), ONE, MOST_GROUPS)
    yield Lever(
        "posts_per_day", Decimal(answers.posts_per_day), ONE, _moved(answers, "posts_per_day", int), most=MOST_POSTS
    )
    if answers.budget_cap is not None:
        yield Lever("budget_cap", answers.budget_cap, ONE, _moved(answers, "budget_cap", Decimal))
    if answers.span is not Span.LASTING and answers.ends_on is not None:
        most = thresholds.flash_days if answers.span is Span.FLASH else thresholds.bounded_days
        yield Lever(
            "life_days",
            Decimal(life_days(answers, thresholds)),
            ONE,
            lambda value: replace(answers, ends_on=answers.starts_on + timedelta(days=int(value))),
            ONE,
            Decimal(most),
        )


def _of_revenue(answers: PlanAnswers) -> Iterator[Lever]:
    revenue = answers.revenue
    if revenue is None:
        return
    driver, value = driver_of(revenue)

    def driven(value: Decimal) -> PlanAnswers:
        moved = replace(answers, revenue=with_driver(revenue, value))
        agreed = driver == "campaigns" and answers.model is Model.SPONSORSHIP
        return replace(moved, partner_campaigns=int(value)) if agreed else moved

    unit = Decimal("0.01") if driver == "buyers" else ONE
    yield Lever(driver, value, unit, driven, most=MOST_OF_DRIVER.get(driver, MOST))
    for key, (step, most) in PARTS[type(revenue)].items():
        yield Lever(key, getattr(revenue, key), Decimal(step), _revenue_moved(answers, revenue, key), most=most)


def _moved(answers: PlanAnswers, key: str, kind: Callable[[Decimal], Any]) -> Callable[[Decimal], PlanAnswers]:
    return lambda value: _replaced(answers, key, kind(value))


def _cost_moved(answers: PlanAnswers, key: str) -> Callable[[Decimal], PlanAnswers]:
    return lambda value: replace(answers, costs=_replaced(answers.costs, key, value))


def _revenue_moved(answers: PlanAnswers, revenue: Revenue, key: str) -> Callable[[Decimal], PlanAnswers]:
    return lambda value: replace(answers, revenue=_replaced(revenue, key, value))


def _replaced(values: Values, key: str, value: Any) -> Values:
    fields: dict[str, Any] = {key: value}
    return replace(values, **fields)


def _turned(lever: Lever, judged: Callable[[PlanAnswers], Result], now: frozenset[str]) -> Callable[[Decimal], bool]:
    return lambda value: _codes(judged(lever.moved(value))) != now


def _nearest(lever: Lever, direction: int, turned: Callable[[Decimal], bool]) -> Decimal | None:
    """The value nearest to now, in one direction, at which `turned` holds while it does not one step before.

    At most FARTHEST times the value now; None where nothing turns until then.
    """
    start = int(lever.now / lever.unit)
    most = min(lever.most, lever.now * FARTHEST) if lever.now else lever.most
    end = int((most if direction > 0 else lever.least) / lever.unit)
    same, stride = start, max(int(start * FIRST_STRIDE), 1)
    while (end - same) * direction > 0:
        tried = same + direction * min(stride, abs(end - same))
        if turned(tried * lever.unit):
            return _halved(same, tried, lever.unit, turned) * lever.unit
        same, stride = tried, int(stride * GROWTH) + 1
    return None


def _halved(same: int, other: int, unit: Decimal, turned: Callable[[Decimal], bool]) -> int:
    while abs(other - same) > 1:
        middle = (same + other) // 2
        if turned(middle * unit):
            other = middle
        else:
            same = middle
    return other


def _turn(lever: Lever, then: Decimal, now: frozenset[str], result: Result) -> Turn:
    codes = _codes(result)
    return Turn(lever.key, lever.now, then, tuple(sorted(now - codes)), tuple(sorted(codes - now)), result.outcome)


def _effort(turn: Turn) -> Decimal:
    return abs(turn.then - turn.now) / turn.now if turn.now else MOST


def _codes(result: Result) -> frozenset[str]:
    return frozenset(finding.code for finding in result.findings)

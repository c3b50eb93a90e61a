"""How sure a plan is of its figures: low, likely and high of the few inputs that matter, drawn many times at once.

Each input is drawn from a PERT distribution (Malcolm et al. 1959: beta with 4 times the weight on the likely value),
independently of the others. Gross profit is a product and cost a sum of the drawn inputs, so their fixed parts are
taken from the economics of the plan and are not written down twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from assessments.rules.cash import months_of_life
from assessments.rules.economics_of_a_plan import (
    DAYS_PER_MONTH,
    costs_of,
    driver_of,
    gross_profit_of,
    with_driver,
)
from assessments.rules.plan_answers import PaidRevenue, PartnerRevenue, PlanCosts, Revenue, SellingRevenue

SIMULATION_VERSION = 1
DRAWS = 10_000
BINS = 20
DRIVER, MEMBERS, VALUE, RENEWAL, JOIN_COST, HOURS = (
    "driver",
    "members",
    "value",
    "renewal",
    "cost_per_join",
    "weekly_hours",
)
# Where nobody says how far an input may go: percent of the likely value, low and high. Work tends to overrun.
ASSUMED = {
    MEMBERS: (Decimal(80), Decimal(110)),
    VALUE: (Decimal(90), Decimal(110)),
    RENEWAL: (Decimal(70), Decimal(120)),
    JOIN_COST: (Decimal(80), Decimal(150)),
    HOURS: (Decimal(90), Decimal(130)),
}
AT_MOST_100 = frozenset({RENEWAL})  # shares in points, as buyers are

Draws = NDArray[np.float64]


@dataclass(frozen=True)
class Range:
    """An input with its ends. `source` says who set them: entered, cases (the three cases), own (groups), assumed."""

    key: str
    low: Decimal
    likely: Decimal
    high: Decimal
    source: str


@dataclass(frozen=True)
class Spread:
    """Of ten draws one lies below `p10`, five below `p50`, nine below `p90`."""

    p10: Decimal
    p50: Decimal
    p90: Decimal


@dataclass(frozen=True)
class Influence:
    """The net of a month with one input at its low and its high end, all others likely."""

    key: str
    at_low: Decimal
    at_high: Decimal

    @property
    def swing(self) -> Decimal:
        return abs(self.at_high - self.at_low)


@dataclass(frozen=True)
class Simulation:
    """What the draws say. Shares are fractions, amounts yuan, payback days."""

    version: int
    seed: int
    draws: int
    ranges: tuple[Range, ...]
    month_positive: Decimal
    life_positive: Decimal
    month: Spread
    life: Spread
    payback: Spread | None  # over the draws that earn; None if none does
    pays_back: Decimal  # share of draws that earn their one-off cost back within the life
    influences: tuple[Influence, ...]  # the strongest first
    bins: tuple[int, ...]  # draws by net of a month, in equal steps
    first_edge: Decimal
    last_edge: Decimal


Ends = Mapping[str, tuple[Decimal, Decimal]]


def ranges_of(
    revenue: Revenue,
    costs: PlanCosts,
    *,
    cases: tuple[Decimal, Decimal],
    cases_entered: bool,
    entered: Ends,
    own: Ends,
) -> tuple[Range, ...]:
    """The range of each input that the plan has, by whoever knows best: the person, own groups, an assumption.

    `cases` are the percent of the pessimistic and the optimistic case, for the driver. A likely value outside of its
    ends moves the nearer end.
    """
    _, driver = driver_of(revenue)
    found = [_range(DRIVER, driver, cases, "cases", {} if cases_entered else own, isinstance(revenue, SellingRevenue))]
    for key, likely in _likely(revenue, costs).items():
        if likely > 0 or key in entered:
            known = {key: entered[key]} if key in entered else own
            word = "entered" if key in entered else "own"
            found.append(_range(key, likely, ASSUMED[key], "assumed", known, key in AT_MOST_100, word))
    return tuple(found)


def simulate(
    revenue: Revenue, costs: PlanCosts, life_days: int, ranges: tuple[Range, ...], *, seed: int, draws: int = DRAWS
) -> Simulation:
    """Draw every input `draws` times; the same seed gives the same answer."""
    plan = _Plan(revenue, costs, life_days)
    source = np.random.Generator(np.random.PCG64(seed))
    drawn = {each.key: _pert(each, source, draws) for each in ranges}
    month, life = plan.net_of_month(drawn), plan.net_of_life(drawn)
    earning = month > 0
    payback = np.full(draws, np.inf)
    payback[earning] = float(costs.one_off) / month[earning] * float(DAYS_PER_MONTH)
    bins, edges = np.histogram(month, bins=BINS)
    return Simulation(
        version=SIMULATION_VERSION,
        seed=seed,
        draws=draws,
        ranges=ranges,
        month_positive=_share(earning),
        life_positive=_share(life > 0),
        month=_spread(month),
        life=_spread(life),
        payback=_spread(payback[earning]) if earning.any() else None,
        pays_back=_share(payback <= life_days),
        influences=_influences(plan, ranges),
        bins=tuple(int(count) for count in bins),
        first_edge=_fen(edges[0]),
        last_edge=_fen(edges[-1]),
    )


class _Plan:
    """The arithmetic of the plan with its drawn inputs taken out."""

    def __init__(self, revenue: Revenue, costs: PlanCosts, life_days: int) -> None:
        self.likely = {DRIVER: driver_of(revenue)[1]} | _likely(revenue, costs)
        self.gross_of_one = float(gross_profit_of(_of_one(revenue), life_days))
        self.factors = [key for key in (DRIVER, MEMBERS, VALUE) if key in self.likely]
        nothing = replace(costs, cost_per_join=Decimal(0), weekly_hours=Decimal(0))
        self.fixed = float(costs_of(nothing).total)
        self.per_join_cost = float(costs_of(replace(nothing, cost_per_join=Decimal(1))).acquisition)
        self.per_hour = float(costs_of(replace(nothing, weekly_hours=Decimal(1))).labour)
        self.one_off, self.months = float(costs.one_off), float(months_of_life(life_days))
        self.term = revenue.months if isinstance(revenue, PaidRevenue) else None

    def net_of_month(self, drawn: Mapping[str, Draws]) -> Draws:
        return self._gross(drawn) - self._cost(drawn)

    def net_of_life(self, drawn: Mapping[str, Draws]) -> Draws:
        """All that comes in and goes out until the end, the one-off cost among it."""
        return self._gross(drawn) * self._months_received(drawn) - self._cost(drawn) * self.months - self.one_off

    def _of(self, key: str, drawn: Mapping[str, Draws]) -> Draws:
        return drawn[key] if key in drawn else np.asarray(float(self.likely[key]))

    def _gross(self, drawn: Mapping[str, Draws]) -> Draws:
        gross = np.asarray(self.gross_of_one)
        for key in self.factors:
            gross = gross * self._of(key, drawn)
        return gross

    def _cost(self, drawn: Mapping[str, Draws]) -> Draws:
        joins, hours = self._of(JOIN_COST, drawn), self._of(HOURS, drawn)
        return self.fixed + self.per_join_cost * joins + self.per_hour * hours

    def _months_received(self, drawn: Mapping[str, Draws]) -> Draws:
        """Months' worth of gross profit in the life; of a paid group by terms, each kept by those who renew."""
        if self.term is None:
            return np.asarray(self.months)
        kept = self._of(RENEWAL, drawn) / 100
        terms = int(-(-self.months // self.term))
        return np.asarray(sum(self.term * kept**term for term in range(terms)), dtype=np.float64)


def _likely(revenue: Revenue, costs: PlanCosts) -> dict[str, Decimal]:
    """The inputs beside the driver. What a paid group charges is decided, not uncertain; whether people stay is not."""
    match revenue:
        case SellingRevenue():
            found = {MEMBERS: revenue.members, VALUE: revenue.order_value}
        case PaidRevenue():
            found = {RENEWAL: revenue.renewal}
        case PartnerRevenue():
            found = {VALUE: revenue.unit}
    return found | {JOIN_COST: costs.cost_per_join, HOURS: costs.weekly_hours}


def _of_one(revenue: Revenue) -> Revenue:
    """The revenue with every drawn factor at one."""
    one = Decimal(1)
    match revenue:
        case SellingRevenue():
            return replace(revenue, buyers=one, members=one, order_value=one)
        case PartnerRevenue():
            by_unit = replace(revenue, unit=one)
            return with_driver(by_unit, one)
        case PaidRevenue():
            return replace(revenue, payers=one)


def _range(
    key: str,
    likely: Decimal,
    percents: tuple[Decimal, Decimal],
    source: str,
    known: Ends,
    is_share: bool,
    word: str = "own",
) -> Range:
    if key in known:
        (low, high), source = known[key], word
    else:
        low, high = (likely * percent / 100 for percent in percents)
    if is_share:
        high = min(high, Decimal(100))
    return Range(key, min(low, likely), likely, max(high, likely), source)


def _pert(range_: Range, source: np.random.Generator, draws: int) -> Draws:
    low, likely, high = float(range_.low), float(range_.likely), float(range_.high)
    if high <= low:
        return np.full(draws, likely)
    width = high - low
    drawn: Draws = source.beta(1 + 4 * (likely - low) / width, 1 + 4 * (high - likely) / width, draws)
    return low + width * drawn


def _influences(plan: _Plan, ranges: tuple[Range, ...]) -> tuple[Influence, ...]:
    found = [
        Influence(
            each.key,
            *(_fen(plan.net_of_month({each.key: np.asarray(float(end))})) for end in (each.low, each.high)),
        )
        for each in ranges
    ]
    return tuple(sorted(found, key=lambda influence: influence.swing, reverse=True))


def _spread(values: Draws) -> Spread:
    return Spread(*(_fen(value) for value in np.quantile(values, (0.1, 0.5, 0.9))))


def _share(which: NDArray[np.bool_]) -> Decimal:
    return Decimal(int(which.sum())) / Decimal(len(which))


def _fen(value: float | Draws) -> Decimal:
    return Decimal(f"{float(value):.2f}")

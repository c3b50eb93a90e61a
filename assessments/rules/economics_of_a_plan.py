"""What a plan earns and costs a month in three cases, when it pays back and what would have to change.

A month is 52/12 weeks and 365/12 days. Revenue is linear in one driver (share of buyers, payers, campaigns or
results), so each case scales the driver of the base case. Amounts are exact until they are shown; see `to_fen`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_UP, Decimal

from assessments.rules.plan_answers import PaidRevenue, PartnerRevenue, PlanCosts, Revenue, SellingRevenue

WEEKS_PER_MONTH = Decimal(52) / Decimal(12)
DAYS_PER_MONTH = Decimal(365) / Decimal(12)
HUNDRED = Decimal(100)
FEN = Decimal("0.01")
# Beyond this a figure that would be needed is no way out.
OUT_OF_REACH = Decimal(10_000_000_000)


@dataclass(frozen=True)
class Costs:
    """Yuan a month by root."""

    acquisition: Decimal
    labour: Decimal
    running: Decimal

    @property
    def total(self) -> Decimal:
        return self.acquisition + self.labour + self.running


@dataclass(frozen=True)
class Case:
    """One scenario: `percent` of the base driver, yuan a month."""

    percent: Decimal
    revenue: Decimal
    gross_profit: Decimal
    net: Decimal


@dataclass(frozen=True)
class Levers:
    """What alone would bring the net of a case to zero; None where no value can."""

    driver: Decimal | None  # in the unit of the driver: points, payers, campaigns or results
    members: Decimal | None  # selling groups only, whole members
    hour_cost: Decimal | None  # yuan per hour


@dataclass(frozen=True)
class Economics:
    """The arithmetic of a plan. `driver` names what the cases scale; `None` figures could not be computed."""

    driver: str  # buyers, payers, campaigns or results
    driver_value: Decimal
    members: Decimal | None  # selling groups only
    costs: Costs
    pessimistic: Case
    base: Case
    optimistic: Case
    break_even: Decimal | None  # driver at which the base case neither earns nor loses
    payback_days: Decimal | None  # None: the base case earns nothing
    to_earn_when_pessimistic: Levers
    to_earn_when_optimistic: Levers
    twelve_months: Decimal  # net of a year with renewals, one-off cost taken off


@dataclass(frozen=True)
class _Earning:
    revenue: Decimal
    gross_profit: Decimal


def costs_of(costs: PlanCosts) -> Costs:
    return Costs(
        acquisition=costs.joins_per_month * costs.cost_per_join,
        labour=costs.weekly_hours * WEEKS_PER_MONTH * costs.hour_cost,
        running=costs.running,
    )


def economics_of(
    revenue: Revenue, costs: PlanCosts, *, pessimistic: Decimal, optimistic: Decimal, life_days: int
) -> Economics:
    """Cases at `pessimistic` and `optimistic` percent of the base driver; `life_days` spreads flash campaigns."""
    driver, driver_value = driver_of(revenue)
    earning = _earning_of(revenue, life_days)
    spent = costs_of(costs)

    def case(percent: Decimal) -> Case:
        share = percent / HUNDRED
        gross = earning.gross_profit * share
        return Case(percent, earning.revenue * share, gross, gross - spent.total)

    base = case(HUNDRED)
    return Economics(
        driver=driver,
        driver_value=driver_value,
        members=revenue.members if isinstance(revenue, SellingRevenue) else None,
        costs=spent,
        pessimistic=case(pessimistic),
        base=base,
        optimistic=case(optimistic),
        break_even=_levers(revenue, earning, costs, HUNDRED).driver,
        payback_days=costs.one_off / base.net * DAYS_PER_MONTH if base.net > 0 else None,
        to_earn_when_pessimistic=_levers(revenue, earning, costs, pessimistic),
        to_earn_when_optimistic=_levers(revenue, earning, costs, optimistic),
        twelve_months=_gross_of_a_year(revenue, earning.gross_profit) - spent.total * 12 - costs.one_off,
    )


def to_fen(amount: Decimal) -> Decimal:
    """The amount as it is stored."""
    return amount.quantize(FEN, rounding=ROUND_HALF_UP)


def gross_profit_of(revenue: Revenue, life_days: int) -> Decimal:
    """Gross profit of a month in the base case."""
    return _earning_of(revenue, life_days).gross_profit


def driver_of(revenue: Revenue) -> tuple[str, Decimal]:
    """The name and the value of the figure that the cases scale."""
    match revenue:
        case PaidRevenue():
            return "payers", revenue.payers
        case SellingRevenue():
            return "buyers", revenue.buyers
        case PartnerRevenue():
            return ("results", revenue.results) if revenue.by_result else ("campaigns", revenue.campaigns)


def with_driver(revenue: Revenue, value: Decimal) -> Revenue:
    """The same plan with another value of the driver."""
    match revenue:
        case PaidRevenue():
            return replace(revenue, payers=value)
        case SellingRevenue():
            return replace(revenue, buyers=value)
        case PartnerRevenue():
            return replace(revenue, results=value) if revenue.by_result else replace(revenue, campaigns=value)


def _earning_of(revenue: Revenue, life_days: int) -> _Earning:
    """Revenue and gross profit of a month in the base case."""
    match revenue:
        case PaidRevenue():
            month = revenue.payers * revenue.price * (1 - revenue.refund / HUNDRED) / revenue.months
            return _Earning(month, month * (1 - revenue.delivery_cost / HUNDRED))
        case SellingRevenue():
            month = revenue.members * revenue.buyers / HUNDRED * revenue.orders * revenue.order_value
            if revenue.campaigns is not None:
                month = month * revenue.campaigns / (max(life_days, 1) / DAYS_PER_MONTH)
            return _Earning(month, month * revenue.margin / HUNDRED)
        case PartnerRevenue():
            month = revenue.campaigns * revenue.unit * (revenue.results if revenue.by_result else 1)
            return _Earning(month, month)


def _gross_of_a_year(revenue: Revenue, gross_profit: Decimal) -> Decimal:
    """Twelve months of gross profit; of a paid group each term keeps the share of members that renews."""
    if not isinstance(revenue, PaidRevenue):
        return gross_profit * 12
    total, kept = Decimal(0), Decimal(1)
    for month in range(12):
        if month and month % revenue.months == 0:
            kept *= revenue.renewal / HUNDRED
        total += gross_profit * kept
    return total


def _levers(revenue: Revenue, earning: _Earning, costs: PlanCosts, percent: Decimal) -> Levers:
    """The base driver, the members or the hourly cost at which the net of the case of `percent` is zero."""
    spent = costs_of(costs)
    share = percent / HUNDRED
    gross = earning.gross_profit * share
    _, driver_value = driver_of(revenue)
    factor = spent.total / gross if gross > 0 else None
    selling = isinstance(revenue, SellingRevenue)
    driver = _within(factor, driver_value, HUNDRED if selling else OUT_OF_REACH)
    members = _within(factor, revenue.members, OUT_OF_REACH) if isinstance(revenue, SellingRevenue) else None
    if members is not None:
        members = members.to_integral_value(rounding=ROUND_CEILING)
    hours = costs.weekly_hours * WEEKS_PER_MONTH
    left_for_labour = gross - spent.acquisition - spent.running
    hour_cost = None
    if hours > 0 and left_for_labour >= 0:
        hour_cost = (left_for_labour / hours).quantize(FEN, rounding=ROUND_DOWN)
    return Levers(driver, members, hour_cost)


def _within(factor: Decimal | None, value: Decimal, most: Decimal) -> Decimal | None:
    """The value times the factor, if that is within reach."""
    if factor is None or (value and factor > most / value):
        return None
    return factor * value

"""When the money of a plan comes in and goes out: months of its life, with the month from which it stays paid back.

Cash, not accrual: a paid group receives a whole term at entry and the renewals at each new term; the one-off cost
stands before the first month. A last month that is lived in part counts in part.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from assessments.rules.economics_of_a_plan import HUNDRED, costs_of, gross_profit_of
from assessments.rules.plan_answers import PaidRevenue, PlanCosts, Revenue

MONTHS_SHOWN = 12


@dataclass(frozen=True)
class MonthOfCash:
    """Yuan of one month; `balance` is everything so far, the one-off cost in it."""

    number: int  # from 1
    received: Decimal
    spent: Decimal
    balance: Decimal


@dataclass(frozen=True)
class CashCurve:
    """The first twelve months, or the whole life if it is shorter."""

    one_off: Decimal
    months: tuple[MonthOfCash, ...]

    @property
    def break_even_month(self) -> int | None:
        """The first month from whose end on the balance stays at or above zero; None if it ends below."""
        since = None
        for month in self.months:
            if month.balance < 0:
                since = None
            elif since is None:
                since = month.number
        return since

    @property
    def lowest(self) -> Decimal:
        """The most that has to be put in, as the lowest balance, the start among them; at most zero."""
        return min([-self.one_off, Decimal(0), *(month.balance for month in self.months)])


def cash_of(revenue: Revenue, costs: PlanCosts, life_days: int) -> CashCurve:
    """The cash of the base case."""
    gross = gross_profit_of(revenue, life_days)
    cost = costs_of(costs).total
    lived = months_of_life(life_days)
    balance = -costs.one_off
    months = []
    for place in range(min(MONTHS_SHOWN, int(lived.to_integral_value(ROUND_CEILING)))):
        share = min(lived - place, Decimal(1))
        received, spent = gross * received_in(revenue, place, share), cost * share
        balance += received - spent
        months.append(MonthOfCash(place + 1, received, spent, balance))
    return CashCurve(costs.one_off, tuple(months))


def months_of_life(life_days: int) -> Decimal:
    """At least a day, in months of 365/12 days."""
    return Decimal(max(life_days, 1)) * 12 / 365  # in one division, so that a year is twelve


def received_in(revenue: Revenue, place: int, share: Decimal) -> Decimal:
    """How many months' worth of gross profit come in during a month (`place` from 0) that is lived to `share`."""
    if not isinstance(revenue, PaidRevenue):
        return share
    if place % revenue.months:
        return Decimal(0)
    terms_renewed = place // revenue.months
    kept = (revenue.renewal / HUNDRED) ** terms_renewed if terms_renewed else Decimal(1)
    return revenue.months * kept

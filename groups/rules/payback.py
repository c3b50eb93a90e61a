"""When a group has paid back what it cost: from its net contributions day by day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from groups.rules.profit_and_loss import ZERO, MonthResult

MONTHS_OF_PACE = 3
DAYS_OF_A_MONTH = Decimal(365) / 12


@dataclass(frozen=True)
class Payback:
    """`balance` is all net contributions so far, `deepest` the lowest that they ever stood at (0 = never below).

    `on` is the day since when the balance is no longer below zero; None while it is, or if it never was.
    """

    balance: Decimal = ZERO
    deepest: Decimal = ZERO
    on: date | None = None

    @property
    def is_open(self) -> bool:
        return self.balance < 0


def payback_of(days: Iterable[tuple[date, Decimal]]) -> Payback:
    """`days` are (day, net contribution), oldest first."""
    balance, deepest, on = ZERO, ZERO, None
    for day, net in days:
        before, balance = balance, balance + net
        deepest = min(deepest, balance)
        if balance < 0:
            on = None
        elif before < 0:
            on = day
    return Payback(balance, deepest, on)


def pace_of(full_months: Sequence[MonthResult]) -> Decimal | None:
    """Mean net contribution of the last three full months; None if one of them has no line."""
    last = full_months[-MONTHS_OF_PACE:]
    if len(last) < MONTHS_OF_PACE or any(month.is_empty for month in last):
        return None
    return sum((month.net for month in last), ZERO) / len(last)


def expected_on(payback: Payback, pace: Decimal | None, today: date) -> date | None:
    """The day on which an open balance is paid back at this pace a month; None if it would not be within ten years."""
    if not payback.is_open or pace is None or pace <= 0:
        return None
    days = (-payback.balance / pace * DAYS_OF_A_MONTH).to_integral_value(ROUND_CEILING)
    return today + timedelta(days=int(days)) if days <= 3650 else None


def break_even_revenue(result: MonthResult) -> Decimal | None:
    """Revenue that would cover the three costs at the margin of the goods sold; None if goods leave nothing.

    While goods costs are unknown it is a lower bound.
    """
    left = result.revenue - result.goods_cost
    if result.revenue <= 0 or left <= 0:
        return None
    return (result.costs * result.revenue / left).quantize(Decimal("0.01"))

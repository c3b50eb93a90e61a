"""Profit and loss of one group and month from the sums of its ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal("0.00")
FEN = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class MonthResult:
    """Yuan earned and spent in a month (`month` is its first day). Reversed lines are already taken out.

    `goods_cost` is the part that is known; `revenue_without_goods_cost` is the revenue behind which nobody has stated
    a goods cost. While that is not zero, `net` counts such goods as free and is an upper bound.
    """

    month: date
    revenue: Decimal = ZERO
    goods_cost: Decimal = ZERO
    revenue_without_goods_cost: Decimal = ZERO
    acquisition: Decimal = ZERO
    labour: Decimal = ZERO
    operations: Decimal = ZERO
    hours: Decimal = ZERO  # of labour entered by the hour
    lines: int = 0

    @property
    def costs(self) -> Decimal:
        """The three roots together, without goods."""
        return self.acquisition + self.labour + self.operations

    @property
    def net(self) -> Decimal:
        """Net contribution: revenue - known goods cost - acquisition - labour - operations."""
        return self.revenue - self.goods_cost - self.costs

    @property
    def margin(self) -> Decimal | None:
        """Net contribution as a share of revenue; None without revenue."""
        return self.net / self.revenue if self.revenue else None

    @property
    def goods_cost_is_known(self) -> bool:
        return self.revenue_without_goods_cost == ZERO

    @property
    def is_empty(self) -> bool:
        """Nothing was entered, which is not the same as a result of zero."""
        return self.lines == 0


@dataclass(frozen=True)
class Net:
    """A net contribution in yuan; `exact` is false while goods costs are missing: then it is an upper bound."""

    amount: Decimal
    exact: bool = True


def total_of(month: date, results: Iterable[MonthResult]) -> MonthResult:
    """The results added up, under the month given."""
    results = list(results)
    names = (
        "revenue",
        "goods_cost",
        "revenue_without_goods_cost",
        "acquisition",
        "labour",
        "operations",
        "hours",
    )
    sums = {name: sum((getattr(result, name) for result in results), ZERO) for name in names}
    return MonthResult(month=month, lines=sum(result.lines for result in results), **sums)


def months_through(last: date, count: int) -> list[date]:
    """The first days of `count` months, oldest first, the last being that of the day given."""
    months = []
    year, month = last.year, last.month
    for _ in range(count):
        months.append(date(year, month, 1))
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    return months[::-1]


def priced(quantity: Decimal, unit_price: Decimal) -> Decimal:
    """Yuan for so many units, rounded half up to the fen."""
    return (quantity * unit_price).quantize(FEN, rounding=ROUND_HALF_UP)

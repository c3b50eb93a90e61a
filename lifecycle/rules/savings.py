"""What the end of a group saves: its recurring costs and the hours of people, less its recurring revenue.

    saved a month = recurring costs + yuan of hours - recurring revenue

A month is a twelfth of a mean year. A cost that nobody told is left out and counted as unknown, never as zero: more was
saved than is said. Revenue that nobody told makes the sum unknown, since leaving it out would say too much.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

FEN = Decimal("0.01")
DAYS_OF_A_MONTH = Decimal("365.25") / 12
WEEKLY = "weekly"
LOOK_BACK_DAYS = 84  # of hours: twelve weeks up to the decision


@dataclass(frozen=True)
class Promise:
    """A recurring cost or revenue that ended: yuan each time, None where nobody can tell, and its rhythm."""

    rhythm: str
    amount: Decimal | None


@dataclass(frozen=True)
class Saving:
    """Of one group, per month: yuan of recurring costs, hours, yuan of these hours. None = nobody told."""

    costs: Decimal | None
    unknown_costs: int  # recurring costs of which nobody knows how much
    hours: Decimal | None
    labour: Decimal | None
    revenue: Decimal | None = None  # recurring revenue that ended, too
    unknown_revenue: int = 0

    @property
    def monthly(self) -> Decimal | None:
        """Yuan a month, below zero where it earned more; None where nothing is known, or not all of the revenue."""
        known = [each for each in (self.costs, self.labour) if each is not None]
        if self.unknown_revenue or (not known and self.revenue is None):
            return None
        return sum(known, Decimal(0)) - (self.revenue or Decimal(0))

    def until(self, ended: date, today: date) -> Decimal | None:
        """Yuan from the day after the end through today."""
        if self.monthly is None:
            return None
        return _fen(self.monthly * max((today - ended).days, 0) / DAYS_OF_A_MONTH)


def saving_of(
    promises: Iterable[Promise], hours: Decimal | None, labour: Decimal | None, earned: Iterable[Promise] = ()
) -> Saving:
    """`promises` are costs, `earned` revenue; `hours` and `labour` are those of LOOK_BACK_DAYS, None = none entered."""
    costs, unknown_costs = _a_month(promises)
    revenue, unknown_revenue = _a_month(earned)
    share = DAYS_OF_A_MONTH / LOOK_BACK_DAYS
    return Saving(
        costs=costs,
        unknown_costs=unknown_costs,
        hours=None if hours is None else (hours * share).quantize(Decimal("0.1"), ROUND_HALF_UP),
        labour=None if labour is None else _fen(labour * share),
        revenue=revenue,
        unknown_revenue=unknown_revenue,
    )


def _a_month(promises: Iterable[Promise]) -> tuple[Decimal | None, int]:
    """The sum of the known ones, None where none is, and how many are unknown."""
    promises = list(promises)
    known = [_monthly(each.rhythm, each.amount) for each in promises if each.amount is not None]
    return (sum(known, Decimal(0)) if known else None), len(promises) - len(known)


def _monthly(rhythm: str, amount: Decimal) -> Decimal:
    return _fen(amount * DAYS_OF_A_MONTH / 7) if rhythm == WEEKLY else amount


def _fen(amount: Decimal) -> Decimal:
    return amount.quantize(FEN, ROUND_HALF_UP)

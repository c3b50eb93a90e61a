"""What the end of a group saves: its recurring costs and the hours that people put into it, per month and so far.

A month is a twelfth of a mean year. What nobody told is left out and counted as unknown, never as zero.
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
    """A recurring cost that ended: yuan each time, None where nobody can tell, and its rhythm."""

    rhythm: str
    amount: Decimal | None


@dataclass(frozen=True)
class Saving:
    """Of one group, per month: yuan of recurring costs, hours, yuan of these hours. None = nobody told."""

    costs: Decimal | None
    unknown_costs: int  # recurring costs of which nobody knows how much
    hours: Decimal | None
    labour: Decimal | None

    @property
    def monthly(self) -> Decimal | None:
        """Yuan a month of what is known; None where nothing is."""
        known = [each for each in (self.costs, self.labour) if each is not None]
        return sum(known, Decimal(0)) if known else None

    def until(self, ended: date, today: date) -> Decimal | None:
        """Yuan from the day after the end through today."""
        if self.monthly is None:
            return None
        return _fen(self.monthly * max((today - ended).days, 0) / DAYS_OF_A_MONTH)


def saving_of(promises: Iterable[Promise], hours: Decimal | None, labour: Decimal | None) -> Saving:
    """`hours` and `labour` are those of LOOK_BACK_DAYS; None where no hours were entered."""
    promises = list(promises)
    known = [_monthly(each.rhythm, each.amount) for each in promises if each.amount is not None]
    share = DAYS_OF_A_MONTH / LOOK_BACK_DAYS
    return Saving(
        costs=sum(known, Decimal(0)) if known else None,
        unknown_costs=len(promises) - len(known),
        hours=None if hours is None else (hours * share).quantize(Decimal("0.1"), ROUND_HALF_UP),
        labour=None if labour is None else _fen(labour * share),
    )


def _monthly(rhythm: str, amount: Decimal) -> Decimal:
    return _fen(amount * DAYS_OF_A_MONTH / 7) if rhythm == WEEKLY else amount


def _fen(amount: Decimal) -> Decimal:
    return amount.quantize(FEN, ROUND_HALF_UP)

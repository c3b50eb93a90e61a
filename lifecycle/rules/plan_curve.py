"""How far a group with a plan of days has come, against how far it should be by now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

DAYS_OF_A_GOAL = 28
DAYS_OF_A_MONTH = Decimal("365.25") / 12


@dataclass(frozen=True)
class PlanCurve:
    """Orders or yuan. `due` counts the observed days only, so that a day that nobody watched is held against nobody."""

    day: int  # of the plan, 1 = its first
    days: int
    observed: int  # days of the plan so far of which something is known
    planned: Decimal  # over the whole plan
    due: Decimal
    actual: Decimal | None  # None = nothing of it is known

    @property
    def share(self) -> Decimal | None:
        """What there is of what is due; None where nothing is known or nothing was due yet."""
        if self.actual is None or not self.due:
            return None
        return self.actual / self.due


def life_of(starts: date, ends: date) -> int:
    """Days of a plan, its last one included."""
    return (ends - starts).days + 1


def planned_of_goal(goal: int, days: int) -> Decimal:
    """A goal of 28 days over a plan of so many days."""
    return Decimal(goal) * days / DAYS_OF_A_GOAL


def planned_of_month(amount: Decimal, days: int) -> Decimal:
    """An amount a month over a plan of so many days."""
    return (amount * days / DAYS_OF_A_MONTH).quantize(Decimal("0.01"), ROUND_HALF_UP)


def curve_of(
    starts: date, ends: date, day: date, planned: Decimal, actual: Decimal | None, observed: int
) -> PlanCurve | None:
    """The straight line from nothing to `planned`, as of the end of `day`; None before the plan starts.

    `actual` is the sum over the `observed` days of the plan up to `day`.
    """
    days = life_of(starts, ends)
    at = min((day - starts).days + 1, days)
    if at < 1:
        return None
    due = planned * min(observed, at) / days
    return PlanCurve(at, days, observed, planned, due, actual if observed else None)

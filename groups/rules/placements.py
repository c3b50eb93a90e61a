"""Sponsor placements: which step may follow which, what one is worth, and whether a month is full."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from groups.rules.profit_and_loss import priced

# What may follow; cancelling takes back what was paid.
NEXT = {
    "planned": ("done", "cancelled"),
    "done": ("paid", "cancelled"),
    "paid": ("cancelled",),
    "cancelled": (),
}


def may_follow(state: str, after: str) -> bool:
    return after in NEXT[state]


def amount_of(paid_by: str, price: Decimal, results: int | None) -> Decimal | None:
    """Yuan for the placement; None while its results are unknown."""
    if paid_by == "placement":
        return price
    return None if results is None else priced(Decimal(results), price)


def is_over_cap(placements: int, cap: int | None) -> bool:
    """Whether one more than `placements` in the month is above the cap; without a cap nothing is."""
    return cap is not None and placements + 1 > cap


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of its month."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)

"""How much of a revenue line can still be given back, and what becomes of the goods behind it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

FEN = Decimal("0.01")


def left_to_refund(earned: Decimal, given_back: Decimal) -> Decimal:
    """Yuan that a refund may still take; `given_back` is what standing refunds took, as a positive amount."""
    return max(earned - given_back, Decimal("0.00"))


def goods_of_refund(earned: Decimal, goods_cost: Decimal | None, refund: Decimal, *, returned: bool) -> Decimal | None:
    """The goods cost of a refund row, zero or negative: the part of the goods that the refund is of the revenue.

    Goods that did not come back stay a cost. Where nobody stated their cost it stays unknown: None.
    """
    if goods_cost is None:
        return None
    if not returned or not earned:
        return Decimal("0.00")
    return -(goods_cost * refund / earned).quantize(FEN, rounding=ROUND_HALF_UP)

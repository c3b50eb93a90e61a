"""Spreads one amount over many by weight, so that the parts add up to it to the fen."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal

FEN = Decimal("0.01")


class NothingToGoBy(ValueError):
    """No weight is above zero, so that nobody can have a part."""


def shares(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Parts of `total`, yuan with two places, in the order of the weights; they add up to it exactly.

    By largest remainder: each gets its exact part rounded towards zero, and the fen that are left go one each to the
    largest remainders, at a tie to the one that stands first. A negative total gives the negative of the same parts.
    Weights are not negative; a weight of zero has no part. Raises NothingToGoBy if no weight is above zero.
    """
    if any(weight < 0 for weight in weights):
        raise ValueError("a weight is not negative")
    fen = int(abs(total) / FEN)
    if abs(total) != fen * FEN:
        raise ValueError("a total has two places")
    # Whole numbers from here on: the product of a total and a weight has more digits than a Decimal keeps.
    places = max((-_exponent(weight) for weight in weights), default=0)
    whole = [int(weight.scaleb(max(places, 0))) for weight in weights]
    together = sum(whole)
    if not together:
        raise NothingToGoBy
    parts = [fen * weight // together for weight in whole]
    order = sorted(range(len(whole)), key=lambda place: (-(fen * whole[place] % together), place))
    for place in order[: fen - sum(parts)]:
        parts[place] += 1
    sign = -1 if total < 0 else 1
    return [sign * part * FEN for part in parts]


def _exponent(weight: Decimal) -> int:
    exponent = weight.as_tuple().exponent
    if not isinstance(exponent, int):
        raise TypeError("a weight is a number")
    return exponent


def percent_of(part: Decimal, total: Decimal) -> Decimal:
    """The part as percentage points of the total, with one place, rounded down; only to be shown."""
    return (part * 100 / total).quantize(Decimal("0.1"), rounding=ROUND_DOWN)

"""What was seen of groups over a span of days: the figures that plans are compared with. None = not known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

FEN = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class Actual:
    """One group, or several together. Money is yuan a month of 365/12 days, hours are per week."""

    members: int | None = None
    conversion: Decimal | None = None  # fraction of the members who buy in a month
    net: Decimal | None = None
    net_is_upper_bound: bool = False  # some goods cost is not known
    weekly_hours: Decimal | None = None
    cost_per_join: Decimal | None = None
    life_days: int = 0
    has_ended: bool = False

    @property
    def earned(self) -> bool | None:
        """Whether it earned; None where the ledger is empty, or a gain may be eaten up by goods of unknown cost."""
        if self.net is None or (self.net > 0 and self.net_is_upper_bound):
            return None
        return self.net > 0


def together(actuals: Sequence[Actual]) -> Actual:
    """Several groups of one plan as one; what is unknown of one of them is unknown of all.

    Members, net and hours add up, conversion is weighted by members, cost per join and life are means.
    """
    members = _sum([each.members for each in actuals])
    return Actual(
        members=None if members is None else int(members),
        conversion=_weighted(actuals),
        net=_sum([each.net for each in actuals]),
        net_is_upper_bound=any(each.net_is_upper_bound for each in actuals),
        weekly_hours=_sum([each.weekly_hours for each in actuals]),
        cost_per_join=_mean([each.cost_per_join for each in actuals]),
        life_days=round(sum(each.life_days for each in actuals) / len(actuals)),
        has_ended=all(each.has_ended for each in actuals),
    )


def _known(values: Sequence[Decimal | int | None]) -> list[Decimal] | None:
    known = [Decimal(value) for value in values if value is not None]
    return known if len(known) == len(values) else None


def _sum(values: Sequence[Decimal | int | None]) -> Decimal | None:
    return _of(values, lambda known: sum(known, Decimal(0)))


def _mean(values: Sequence[Decimal | int | None]) -> Decimal | None:
    return _of(values, lambda known: (sum(known, Decimal(0)) / len(known)).quantize(FEN, ROUND_HALF_UP))


def _of(values: Sequence[Decimal | int | None], made: Callable[[list[Decimal]], Decimal]) -> Decimal | None:
    known = _known(values)
    return None if known is None else made(known)


def _weighted(actuals: Sequence[Actual]) -> Decimal | None:
    members = _known([each.members for each in actuals])
    shares = _known([each.conversion for each in actuals])
    if members is None or shares is None or not sum(members):
        return None
    bought = sum((count * share for count, share in zip(members, shares, strict=True)), Decimal(0))
    return (bought / sum(members)).quantize(Decimal("0.0001"), ROUND_HALF_UP)

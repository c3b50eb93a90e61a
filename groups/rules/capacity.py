"""Hours a week that groups need, against the hours that people have and the hours that they logged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

ZERO = Decimal(0)
FULL_FROM = Decimal("0.8")  # of the hours available; below it there is room for another group


class Load(StrEnum):
    """How the needed hours stand to the available ones."""

    ROOM = "room"
    FULL = "full"
    OVER = "over"
    UNKNOWN = "unknown"  # no running group states its hours


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """Hours a week of one person or team. `logged` is None where nobody logged any: not known, not zero.

    `needed` adds up the plans that state their hours; `without_hours` of the `groups` state none, and then more is
    needed than stands here.
    """

    needed: Decimal = ZERO
    available: Decimal = ZERO
    logged: Decimal | None = None
    groups: int = 0
    without_hours: int = 0

    @property
    def short(self) -> Decimal:
        """Hours a week that are missing."""
        return max(self.needed - self.available, ZERO)

    @property
    def left(self) -> Decimal:
        """Hours a week that nothing needs yet."""
        return max(self.available - self.needed, ZERO)

    @property
    def load(self) -> Load:
        if self.needed > self.available:
            return Load.OVER
        if self.groups and self.without_hours == self.groups:
            return Load.UNKNOWN
        return Load.FULL if self.needed >= self.available * FULL_FROM and self.needed else Load.ROOM


def together(parts: Iterable[Capacity]) -> Capacity:
    """The capacities added up; hours logged are known if anybody logged some."""
    parts = list(parts)
    logged = [part.logged for part in parts if part.logged is not None]
    return Capacity(
        needed=sum((part.needed for part in parts), ZERO),
        available=sum((part.available for part in parts), ZERO),
        logged=sum(logged, ZERO) if logged else None,
        groups=sum(part.groups for part in parts),
        without_hours=sum(part.without_hours for part in parts),
    )

"""Whether people may be recorded as moved from one layer to the next, and whether a promotion is late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

# People move down the funnel: from the crowd to the few who want all of it.
ORDER = {"mass": 0, "course": 1, "vip": 2}
ALERT_DAYS = 30
MONTH_DAYS = Decimal(365) / 12


class MoveFault(StrEnum):
    NOT_DOWN = "not_down"
    TOO_MANY = "too_many"


def goes_down(from_layer: str, to_layer: str) -> bool:
    """Whether the target is a deeper layer; a group outside the funnel may be a source but no target."""
    if to_layer not in ORDER:
        return False
    return from_layer not in ORDER or ORDER[to_layer] > ORDER[from_layer]


def fault_of_move(
    *, from_layer: str, to_layer: str, people: int, moved_that_day: int, members: int | None
) -> MoveFault | None:
    """Why a move cannot be: it goes up, or more people would have moved to one group on a day than were members.

    `members` are those known on that day or the last day before; None = unknown, and then nothing is compared.
    """
    if not goes_down(from_layer, to_layer):
        return MoveFault.NOT_DOWN
    if members is not None and moved_that_day + people > members:
        return MoveFault.TOO_MANY
    return None


@dataclass(frozen=True, kw_only=True)
class Promotion:
    """What a plan promised to move on, and what moved. `members` None = unknown, and then there is no quota."""

    percent: Decimal  # of the members a month
    starts_on: date
    ends_on: date
    members: int | None
    moved: int

    @property
    def quota(self) -> int | None:
        """People that should have moved by the end: members x share x months, never more than the members."""
        if self.members is None:
            return None
        months = Decimal((self.ends_on - self.starts_on).days) / MONTH_DAYS
        share = min(self.percent / 100 * months, Decimal(1))
        return int((self.members * share).quantize(Decimal(1), rounding=ROUND_CEILING))


@dataclass(frozen=True)
class PromotionLate:
    """The group ends before its people have moved on. `missing` None = nobody knows how many members it has."""

    days_left: int
    quota: int | None
    moved: int

    @property
    def missing(self) -> int | None:
        return None if self.quota is None else self.quota - self.moved


def late_promotion(promotion: Promotion, today: date) -> PromotionLate | None:
    """An alert from 30 days before the end until it is closed, as long as fewer than the quota have moved.

    With the number of members unknown it is raised while nobody has moved at all.
    """
    days_left = (promotion.ends_on - today).days
    if days_left > ALERT_DAYS or promotion.percent <= 0:
        return None
    quota = promotion.quota
    if promotion.moved >= (1 if quota is None else quota):
        return None
    return PromotionLate(days_left, quota, promotion.moved)

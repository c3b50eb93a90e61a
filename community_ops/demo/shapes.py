"""What a group of the demo company is and what becomes of it, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

# Lives: what happens to a group over the days shown; see activity.level_of.
STEADY, RISING, FADING, STOPPED, DEAD, RECOVERING = "steady", "rising", "fading", "stopped", "dead", "recovering"
ADVERTS, NO_DATA, LOST_SIGHT, FORMING, FLASH, OVERDUE, NOISY, EXODUS, UNSERVED = (
    "adverts",
    "no_data",
    "lost_sight",
    "forming",
    "flash",
    "overdue",
    "noisy",
    "exodus",
    "unserved",
)

MONTHS_OF_BOOKS = 3  # money of the demo is told from the first day of so many months, this one among them


@dataclass(frozen=True)
class Shape:
    """One group of the demo: identity, plan and fate."""

    key: str
    name: str
    team: str
    owner: str
    platform: str
    monetization: str
    activity: str
    lifespan: str
    layer: str = "none"
    life: str = STEADY
    members: int = 180
    # Messages (conversation) or orders (transaction) a day when all is well.
    pace: float = 20.0
    # Average order value, yuan; 0 where the group does not sell.
    order_value: Decimal = Decimal(0)
    margin: Decimal = Decimal("0.4")
    weekly_hours: Decimal = Decimal(4)
    opened_days_ago: int = 260
    ends_in_days: int | None = None
    upstream: str = ""
    # The health signal of the plan, and its target in percent, where it is not that of most groups of the kind.
    signal: str = ""
    signal_target: int = 0
    theme: str = ""
    tags: tuple[str, ...] = field(default=())

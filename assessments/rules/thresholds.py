"""The numbers that the verdict rules compare with. Every stored verdict carries the version and the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

RULE_VERSION = 1  # of the code; later versions are rows, see assessments.rule_sets


@dataclass(frozen=True)
class Thresholds:
    """Starting values of version 1 (hours are per group and week, shares are fractions)."""

    groups_per_owner: int = 15
    partner_campaigns_per_month: int = 2
    posts_per_day: int = 6
    most_conditions: int = 6
    staffing_stop: Decimal = Decimal("0.5")
    staffing_full: Decimal = Decimal("1")
    hours_mass: Decimal = Decimal(2)
    hours_course: Decimal = Decimal(6)
    hours_vip: Decimal = Decimal(12)
    # A group outside the funnel is staffed like the middle layer.
    hours_unlayered: Decimal = Decimal(6)
    conversation_factor: Decimal = Decimal("1.5")
    idle_flash_factor: Decimal = Decimal("0.5")
    # A lasting group is planned over a year; a flash group without dates over the longest flash.
    lasting_days: int = 365
    flash_days: int = 30
    bounded_days: int = 1096
    pessimistic_percent: Decimal = Decimal(50)
    optimistic_percent: Decimal = Decimal(150)

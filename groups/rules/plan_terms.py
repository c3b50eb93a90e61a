"""The terms of a plan as plain values: what an assessment decides and a plan row stores."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class PlanTerms:
    """The fields of groups.models.Plan under the same names and units; None = not planned, never zero.

    Shares (`signal_target`, `promotion_percent` a month) are in percent, `planned_conversion` is a fraction of the
    members per month, money is yuan a month for this one group.
    """

    monetization: str
    activity_kind: str
    lifespan: str
    starts_on: date
    ends_on: date | None = None
    renewal_on: date | None = None
    signal: str = ""
    signal_target: Decimal | None = None
    goal_28: int | None = None
    goal_people_28: int | None = None
    mission: str = ""
    weekly_hours: Decimal | None = None
    max_posts_per_day: int | None = None
    quiet_from: time | None = None
    quiet_to: time | None = None
    placements_per_month: int | None = None
    review_every_days: int | None = None
    at_risk_after_days: int | None = None
    revive_for_days: int | None = None
    dissolve_after_days: int | None = None
    dissolution_approver_id: int | None = None
    planned_revenue: Decimal | None = None
    planned_cost: Decimal | None = None
    planned_net: Decimal | None = None
    planned_conversion: Decimal | None = None
    promotion_percent: Decimal | None = None

"""How many hours a week a plan needs, against the hours that its people have."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from assessments.rules.duration import life_days
from assessments.rules.plan_answers import Kind, Layer, PlanAnswers, SellingRevenue, Span
from assessments.rules.thresholds import Thresholds


@dataclass(frozen=True)
class Staffing:
    """Hours a week for all groups of the plan; `share` = available / needed."""

    needed: Decimal
    available: Decimal
    groups_possible: int  # groups that the available hours can carry

    @property
    def share(self) -> Decimal:
        return self.available / self.needed

    @property
    def short(self) -> Decimal:
        return max(self.needed - self.available, Decimal(0))


def staffing_of(answers: PlanAnswers, thresholds: Thresholds) -> Staffing:
    """Needed = groups x base of the layer, x 1.5 if conversation-active, x 0.5 in the idle weeks of a flash group."""
    per_group = {
        Layer.MASS: thresholds.hours_mass,
        Layer.COURSE: thresholds.hours_course,
        Layer.VIP: thresholds.hours_vip,
        Layer.NONE: thresholds.hours_unlayered,
    }[answers.layer]
    if answers.kind is Kind.CONVERSATION:
        per_group *= thresholds.conversation_factor
    if answers.span is Span.FLASH:
        per_group *= _flash_factor(answers, thresholds)
    available = answers.costs.weekly_hours
    return Staffing(
        needed=answers.group_count * per_group,
        available=available,
        groups_possible=int((available / per_group).to_integral_value(rounding=ROUND_DOWN)),
    )


def _flash_factor(answers: PlanAnswers, thresholds: Thresholds) -> Decimal:
    """The mean over the weeks of a flash group: 1 in the week of a campaign, less in the others.

    A flash group that does not sell by campaigns is busy in every week.
    """
    revenue = answers.revenue
    if not isinstance(revenue, SellingRevenue) or revenue.campaigns is None:
        return Decimal(1)
    weeks = max(Decimal(life_days(answers, thresholds)) / 7, Decimal(1))
    busy = min(revenue.campaigns, weeks) / weeks
    return busy + (1 - busy) * thresholds.idle_flash_factor

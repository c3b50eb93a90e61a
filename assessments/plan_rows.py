"""The terms of a plan as labelled values, for the page on which a group is registered."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from assessments.sentences import number_text
from groups.currency import money_text
from groups.models.group import ActivityKind, Layer, Lifespan, Monetization, Signal
from groups.rules.plan_terms import PlanTerms


def plan_rows(terms: PlanTerms, layer: str) -> list[tuple[str, str]]:
    """(label, value) of every term that is set."""
    rows: list[tuple[str, str | None]] = [
        (_("Monetization"), str(Monetization(terms.monetization).label)),
        (_("Activity"), str(ActivityKind(terms.activity_kind).label)),
        (_("Health signal"), str(Signal(terms.signal).label) if terms.signal else None),
        (_("Target"), _target(terms)),
        (_("Lifespan"), str(Lifespan(terms.lifespan).label)),
        (_("Starts on"), str(terms.starts_on)),
        (_("Ends on"), str(terms.ends_on) if terms.ends_on else None),
        (_("Renewal on"), str(terms.renewal_on) if terms.renewal_on else None),
        (_("Layer"), str(Layer(layer).label)),
        (_("Mission complete when"), terms.mission),
        (_("Weekly hours"), None if terms.weekly_hours is None else number_text(terms.weekly_hours)),
        (_("Official posts a day at most"), _number(terms.max_posts_per_day)),
        (_("Sponsor placements a month at most"), _number(terms.placements_per_month)),
        (_("Share that moves down a month"), _percent(terms.promotion_percent)),
        (_("Review every (days)"), _number(terms.review_every_days)),
        (_("At risk after (days)"), _number(terms.at_risk_after_days)),
        (_("Revenue a month"), _money(terms.planned_revenue)),
        (_("Cost a month"), _money(terms.planned_cost)),
        (_("Net a month"), _money(terms.planned_net)),
    ]
    return [(label, value) for label, value in rows if value]


def _target(terms: PlanTerms) -> str | None:
    if terms.signal_target is None:
        return None
    figure = f"{terms.signal_target.normalize():f}"
    return figure if terms.signal == Signal.MEMBER_POSTS_7 else f"{figure}%"


def _percent(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}%"


def _number(value: int | None) -> str | None:
    return None if value is None else str(value)


def _money(value: Decimal | None) -> str | None:
    return None if value is None else money_text(value)

"""The terms of a plan as labelled values, for the page on which a group is registered."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessments.choices import Choices
from assessments.outdated import gone_sentence
from assessments.sentences import number_text
from groups.currency import money_text
from groups.models.group import ActivityKind, Layer, Lifespan, Monetization, Signal
from groups.plan_words import quiet_hours_text
from groups.rules.plan_terms import PlanTerms


def plan_rows(terms: PlanTerms, layer: str, people: Mapping[int, str]) -> list[tuple[str, str]]:
    """(label, value) of every term that is set; `people` names who may be named in it."""
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
        (_("Quiet hours"), quiet_hours_text(terms.quiet_from, terms.quiet_to)),
        (_("Sponsor placements a month at most"), _number(terms.placements_per_month)),
        (_("Share that moves down a month"), _percent(terms.promotion_percent)),
        (_("Review every (days)"), _number(terms.review_every_days)),
        (_("At risk after (days)"), _number(terms.at_risk_after_days)),
        (_("Days of reviving until members are moved"), _number(terms.revive_for_days)),
        (_("Days without movement until it is dissolved"), _number(terms.dissolve_after_days)),
        (_("Who approves dissolving?"), people.get(terms.dissolution_approver_id or 0)),
        (_("Revenue a month"), _money(terms.planned_revenue)),
        (_("Cost a month"), _money(terms.planned_cost)),
        (_("Net a month"), _money(terms.planned_net)),
    ]
    return [(label, value) for label, value in rows if value]


def left_out(answers: Mapping[str, Any], choices: Choices) -> list[str]:
    """What was decided and can not be registered any more, since whoever or whatever it names went away."""
    told = {
        "owner": _("The owner who was chosen has left; select another one"),
        "upstream": _("The group that members were to come from has ended and is left out"),
        "downstream": _("The group that members were to go to next has ended and is left out"),
        "dissolution_approver": _("Who was to approve dissolving has left; the managers of the team decide"),
    }
    return [sentence for key, sentence in told.items() if gone_sentence(key, answers.get(key), choices)]


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

"""What a group is judged by, in words, and the figures of its purpose that stand beside the score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community_ops import numbers
from community_ops.reasons import Loss, exchange_words, losses_of
from groups.models import Group, Plan
from groups.models.group import ActivityKind, Layer, Lifespan, Monetization, Signal
from lifecycle.beside_the_score import reach_of_group, sales_card, summed
from lifecycle.models.health import HealthState
from lifecycle.rules.plan_curve import PlanCurve, curve_of, life_of, planned_of_goal, planned_of_month
from lifecycle.rules.profiles import Profile, Purpose, profile_of
from lifecycle.rules.reach import Reach
from lifecycle.rules.rulings import Ruling
from lifecycle.rules.serving import HOLD_AFTER

Evidence = Mapping[str, Any]
SELLS = (Monetization.FLASH_SALE, Monetization.REPURCHASE, Monetization.NEW_CUSTOMER)
# What an advert is to bring, by profile.
MEASURES = {Profile.BROADCAST: ("clicks", "orders"), Profile.TRANSACTION: ("orders", "clicks")}
RULES = {
    Profile.CONVERSATION: gettext_lazy("Judged by conversation: what members say counts, orders do not."),
    Profile.TRANSACTION: gettext_lazy("Judged by sales: orders count (clicks until orders are known), talk does not."),
    Profile.HYBRID: gettext_lazy(
        "This group talks and sells, so there are two numbers that are never averaged; the state follows the"
        " conversation."
    ),
    Profile.SERVICE: gettext_lazy(
        "Judged by answers: not how much is said counts as its level, but the share of questions answered within 24"
        " hours; where no source counts them, the share of the days with a word on which at least two people spoke."
    ),
    Profile.BROADCAST: gettext_lazy(
        "Judged by reach: what people do with what is sent counts (orders, or clicks until orders are known), talk does"
        " not."
    ),
    Profile.FLASH: gettext_lazy("Judged by its plan: until it ends, neither quiet nor decline counts against it."),
}


@dataclass(frozen=True)
class Beside:
    """`lines` are sentences; `waits` says why there is no score, where the judge waits for an offer.

    `second` are the losses of the second number, `second_score` is that number, of 100.
    """

    profile: Profile
    rule: str
    lines: list[str]
    second: list[Loss]
    second_score: Decimal | None = None
    waits: str = ""

    @property
    def second_lost(self) -> Decimal | None:
        return None if self.second_score is None else 100 - self.second_score


def profile_of_plan(plan: Plan | None, group: Group) -> Profile:
    """A group without a plan is judged by conversation."""
    if plan is None:
        return Profile.CONVERSATION
    return profile_of(
        Purpose(
            transaction=plan.activity_kind == ActivityKind.TRANSACTION,
            flash=plan.lifespan == Lifespan.FLASH,
            sells=plan.monetization in SELLS,
            answers=plan.signal == Signal.ANSWERED_24H,
            mass=group.layer == Layer.MASS,
        )
    )


def beside_the_score(group: Group, plan: Plan | None, evidence: Evidence, day: date, ruling: Ruling) -> Beside:
    """At most two queries, and none for a plain conversation group. `day`: the last one judged."""
    profile = profile_of_plan(plan, group)
    lines: list[str] = []
    second: Evidence = {}
    if profile is Profile.HYBRID:
        second = sales_card(group.pk, day, ruling) or {}
        if not second:
            lines.append(_("No source tells orders or clicks of this group, so its second number is not known."))
        elif second["score"] < 0:
            lines.append(_("There is too little data about sales for a second number."))
    elif profile in MEASURES:
        lines.append(reach_sentence(reach_of_group(group.pk, day, MEASURES[profile])))
    elif profile is Profile.SERVICE:
        lines += _answers(plan, evidence)
    elif profile is Profile.FLASH:
        lines.append(_curve(group, plan, day))
    score = Decimal(second["score"]) / 100 if second.get("score", -1) >= 0 else None
    return Beside(profile, str(RULES[profile]), lines, losses_of(second), score, waiting_sentence(evidence))


def waiting_sentence(evidence: Evidence) -> str:
    """Why the judge waits, if it does."""
    days = evidence.get("unserved_for")
    if not days or days < HOLD_AFTER or evidence.get("state") == HealthState.MISSION_COMPLETE:
        return ""
    return _(
        "Nothing was offered on %(n)s observed days in a row, so there is no score: quiet without an offer says nothing"
        " about the members. Offer something first, then judge."
    ) % {"n": numbers.grouped(days)}


def reach_sentence(reach: Reach) -> str:
    """Sends and what they brought, with the weeks before; says so where nobody counts them."""
    if reach.now.sends is None:
        return _(
            "No source counts both the adverts and the clicks or orders of this group, so neither its reach nor whether"
            " anything is offered is known."
        )
    words = {
        "sends": numbers.grouped(reach.now.sends),
        "n": numbers.grouped(reach.now.responses),
        "each": numbers.grouped(reach.now.each, 1),
        "before": numbers.grouped(reach.before.each, 1),
    }
    if reach.now.each is None:
        told = _("%(sends)s adverts in 28 days: too few to say how many responses there are for each.")
    elif reach.by_orders and reach.before.each is None:
        told = _("%(sends)s adverts and %(n)s orders in 28 days: %(each)s orders for each advert.")
    elif reach.by_orders:
        told = _(
            "%(sends)s adverts and %(n)s orders in 28 days: %(each)s orders for each advert, %(before)s in the 12 weeks"
            " before."
        )
    elif reach.before.each is None:
        told = _("%(sends)s adverts and %(n)s clicks in 28 days: %(each)s clicks for each advert.")
    else:
        told = _(
            "%(sends)s adverts and %(n)s clicks in 28 days: %(each)s clicks for each advert, %(before)s in the 12 weeks"
            " before."
        )
    return told % words


def _answers(plan: Plan | None, evidence: Evidence) -> list[str]:
    told = exchange_words(evidence)
    if not told:
        return []
    target = plan and plan.signal_target
    if not target:
        return [_("In 28 days: %(fact)s.") % {"fact": told}]
    return [
        _("In 28 days: %(fact)s (target %(target)s of the questions).")
        % {"fact": told, "target": numbers.percent(target / 100, 0)}
    ]


def _curve(group: Group, plan: Plan | None, day: date) -> str:
    if plan is None or plan.ends_on is None:
        return ""
    last = min(day, plan.ends_on)
    days = life_of(plan.starts_on, plan.ends_on)
    if plan.goal_28 and plan.activity_kind == ActivityKind.TRANSACTION:
        actual, observed = summed(group.pk, "orders", plan.starts_on, last)
        planned = planned_of_goal(plan.goal_28, days)
        curve = curve_of(plan.starts_on, plan.ends_on, day, planned, Decimal(actual), observed)
        return curve_sentence(curve, money=False)
    if plan.planned_revenue:
        cents, observed = summed(group.pk, "revenue_cents", plan.starts_on, last)
        planned = planned_of_month(plan.planned_revenue, days)
        curve = curve_of(plan.starts_on, plan.ends_on, day, planned, Decimal(cents) / 100, observed)
        return curve_sentence(curve, money=True)
    return _("The plan names neither a goal of orders nor revenue, so there is no curve to hold it against.")


def curve_sentence(curve: PlanCurve | None, *, money: bool) -> str:
    """Where the plan stands and where it should; `money`: yuan, else orders."""
    if curve is None:
        return _("The plan has not begun.")
    tell = numbers.yuan if money else numbers.grouped
    words = {
        "day": curve.day,
        "days": curve.days,
        "actual": tell(curve.actual),
        "due": tell(curve.due),
        "planned": tell(curve.planned),
        "share": numbers.percent(curve.share, 0) if curve.share is not None else numbers.MISSING,
    }
    if curve.actual is None and money:
        return _("Day %(day)s of %(days)s: no source tells revenue; %(planned)s is planned in all.") % words
    if curve.actual is None:
        return _("Day %(day)s of %(days)s: no source tells orders; %(planned)s are planned in all.") % words
    if money:
        return (
            _(
                "Day %(day)s of %(days)s: %(actual)s of revenue, where the plan has %(due)s by now (%(share)s);"
                " %(planned)s in all."
            )
            % words
        )
    return (
        _(
            "Day %(day)s of %(days)s: %(actual)s orders, where the plan has %(due)s by now (%(share)s); %(planned)s in"
            " all."
        )
        % words
    )

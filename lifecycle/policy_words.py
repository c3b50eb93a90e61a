"""The thresholds that administrators set, in words: what they are called, how they are typed, and within which bounds.

What is not here is measured (how weekends weigh, how many people half a window meets) and stays in the code.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lifecycle.rules.policy import DEFAULT_POLICY, Policy

POINTS, PERCENT, WHOLE, FACTOR = "points", "percent", "whole", "factor"
# What one unit as typed is as stored.
STORED = {POINTS: Decimal(100), PERCENT: Decimal("0.01"), WHOLE: Decimal(1), FACTOR: Decimal(1)}


@dataclass(frozen=True)
class Threshold:
    """`name` as policies.changed_thresholds has it; bounds as typed."""

    name: str
    label: str | Promise
    kind: str
    least: Decimal | int
    most: Decimal | int

    @property
    def field(self) -> str:
        return self.name.replace(".", "_")

    def shown(self, value: Any) -> str:
        """A stored value as it is typed."""
        return f"{(Decimal(str(value)) / STORED[self.kind]).normalize():f}"

    def bound(self, value: float) -> str:
        """An end of an interval, as far as it says something."""
        return f"{Decimal(str(value)) / STORED[self.kind]:.{2 if self.kind == FACTOR else 1}f}"

    def stored(self, typed: Decimal | int) -> float:
        return float(Decimal(typed) * STORED[self.kind])

    def of(self, policy: Policy) -> Any:
        name, _dot, place = self.name.partition(".")
        value = getattr(policy, name)
        return value[int(place)] if place else value


SECTIONS: tuple[tuple[str | Promise, tuple[Threshold, ...]], ...] = (
    (
        _("On watch"),
        (
            Threshold("low_score", _("On watch below a score of"), POINTS, 1, 100),
            Threshold("low_checks", _("Weekly checks below it before it is on watch"), WHOLE, 1, 12),
            Threshold("recovered_score", _("Off watch from a score of"), POINTS, 1, 100),
            Threshold("recovered_checks", _("Weekly checks at it before it is off watch"), WHOLE, 1, 12),
        ),
    ),
    (
        _("At risk"),
        (
            Threshold("dormant_exposure", _("Silent days, weighed, before unusual silence counts"), FACTOR, 3, 90),
            Threshold("dormant_exposure_always", _("Silent days, weighed, that always count"), FACTOR, 7, 180),
            Threshold("dead_exposure", _("Silent days, weighed, before it counts as dead"), FACTOR, 14, 720),
            Threshold("thin_people", _("People in 28 days that count as a trickle"), WHOLE, 1, 20),
            Threshold("thin_ratio", _("Share of the usual acts below which it is a trickle (%)"), PERCENT, 1, 100),
            Threshold("thin_checks", _("Weekly checks as a trickle before it is at risk"), WHOLE, 1, 12),
            Threshold("awake_people", _("People in a week that wake it"), WHOLE, 1, 20),
        ),
    ),
    (
        _("Adverts, leavers, overload"),
        (
            Threshold("ad_share", _("Adverts among messages that overrun it (%)"), PERCENT, 5, 100),
            Threshold("ad_share_left", _("Adverts among messages below which that is over (%)"), PERCENT, 0, 95),
            Threshold("ad_least", _("Adverts in 14 days at least"), WHOLE, 1, 1000),
            Threshold("cap_ad_overrun", _("Highest score while overrun by adverts"), POINTS, 0, 100),
            Threshold("exodus_share", _("Members leaving in 28 days that are an exodus (%)"), PERCENT, 1, 100),
            Threshold("exodus_ratio", _("Times as many leavers as usual that are an exodus"), FACTOR, 1, 20),
            Threshold("cap_exodus", _("Highest score during an exodus"), POINTS, 0, 100),
            Threshold("overload_ratio", _("Times the goal of a week that are too much"), FACTOR, 1, 20),
            Threshold("carried_by_one_share", _("Acts by one person that carry a group (%)"), PERCENT, 10, 100),
            Threshold("carried_least_acts", _("Acts in 28 days before that is looked at"), WHOLE, 1, 1000),
            Threshold("unserved_after", _("Days without an offer before a group is unserved"), WHOLE, 7, 180),
        ),
    ),
    (
        _("Least evidence"),
        (
            Threshold("least_coverage", _("Share of the card that must be known (%)"), PERCENT, 10, 100),
            Threshold("least_exposure", _("Observed days, weighed, in 28"), FACTOR, 1, 28),
            Threshold("least_weeks", _("Known weeks of 16"), WHOLE, 1, 16),
            Threshold("forming_days", _("Days as a new group"), WHOLE, 7, 180),
            Threshold("people_goal_unknown", _("People goal where members are not known"), FACTOR, 2, 200),
            Threshold("people_goal_share", _("People goal as a share of members (%)"), PERCENT, Decimal("0.5"), 100),
            Threshold("people_kept_share", _("People who should stay, of the group's own best (%)"), PERCENT, 1, 100),
            Threshold("people_best_kept", _("What is left of that best after 28 days (%)"), PERCENT, 1, 100),
        ),
    ),
    (
        _("Weights of the card"),
        (
            Threshold("weights.0", _("Weight of rhythm"), WHOLE, 1, 96),
            Threshold("weights.1", _("Weight of level"), WHOLE, 1, 96),
            Threshold("weights.2", _("Weight of breadth"), WHOLE, 1, 96),
            Threshold("weights.3", _("Weight of regularity"), WHOLE, 1, 96),
            Threshold("weights.4", _("Weight of core"), WHOLE, 1, 96),
        ),
    ),
    (
        _("Healthy, and the risk"),
        (
            Threshold("thriving_score", _("Thriving from a score of"), POINTS, 1, 100),
            Threshold("thriving_lost_score", _("Thriving no more below a score of"), POINTS, 1, 100),
            Threshold("risk_intercept", _("Risk within 30 days: intercept"), FACTOR, 0, 20),
            Threshold("risk_slope", _("Risk within 30 days: slope per ten points"), FACTOR, 0, 5),
            Threshold("risk_age_points", _("Risk within 30 days: points for having lasted"), FACTOR, 0, 100),
        ),
    ),
)  # fmt: skip
THRESHOLDS = {each.name: each for _title, of_section in SECTIONS for each in of_section}
# Of each pair the first must not be above the second.
IN_ORDER = (
    ("low_score", "recovered_score"),
    ("thriving_lost_score", "thriving_score"),
    ("dormant_exposure", "dormant_exposure_always"),
    ("dormant_exposure_always", "dead_exposure"),
    ("ad_share_left", "ad_share"),
)
WEIGHTS = tuple(f"weights.{n}" for n in range(len(DEFAULT_POLICY.weights)))

# What rules.refit learns, in the order in which it is shown.
LEARNED = (*WEIGHTS, "low_score", "recovered_score", "risk_intercept", "risk_slope", "risk_age_points")


def change_words(changed: list[tuple[str, Any, Any]]) -> list[tuple[str | Promise, str, str]]:
    """(label, old, new) as people type them, of thresholds that have words."""
    known = [(THRESHOLDS[name], old, new) for name, old, new in changed if name in THRESHOLDS]
    return [(each.label, each.shown(old), each.shown(new)) for each, old, new in known]

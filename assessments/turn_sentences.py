"""What would change a verdict, figure by figure: the smallest change of one answer that makes other rules speak."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from assessments.rule_names import rule_text
from assessments.sentences import number_text
from groups.currency import money_text

NAMES = {
    "buyers": gettext_lazy("Conversion"),
    "payers": gettext_lazy("Paying members"),
    "campaigns": gettext_lazy("Campaigns a month"),
    "results": gettext_lazy("Results per campaign"),
    "members": gettext_lazy("Members"),
    "order_value": gettext_lazy("Order value"),
    "margin": gettext_lazy("Gross margin"),
    "price": gettext_lazy("Price per member"),
    "refund": gettext_lazy("Refund rate"),
    "unit": gettext_lazy("What partners pay each time"),
    "cost_per_join": gettext_lazy("Cost per member joined"),
    "hour_cost": gettext_lazy("Cost per hour"),
    "weekly_hours": gettext_lazy("Hours per week"),
    "running": gettext_lazy("Running cost a month"),
    "one_off": gettext_lazy("One-off campaign"),
    "group_count": gettext_lazy("Number of groups"),
    "posts_per_day": gettext_lazy("Posts a day"),
    "budget_cap": gettext_lazy("Budget cap"),
    "life_days": gettext_lazy("Days from start to end"),
}
MONEY = {"order_value", "price", "unit", "cost_per_join", "hour_cost", "running", "one_off", "budget_cap"}
SHARES = {"buyers", "margin", "refund"}
OUTCOMES = {
    "go": pgettext_lazy("a verdict", "go"),
    "conditional": pgettext_lazy("a verdict", "conditional"),
    "not_now": pgettext_lazy("a verdict", "not now"),
}
SHOWN_AT_ONCE = 6


def turn_sentence(turn: Mapping[str, Any], outcome: str) -> str:
    """One sentence: the figure, from what to what, and what follows; `outcome` is the verdict as it stands."""
    said = {
        "name": NAMES[turn["key"]],
        "now": _value(turn["key"], turn["now"]),
        "then": _value(turn["key"], turn["then"]),
        "follows": _follows(turn, outcome),
    }
    if Decimal(turn["then"]) > Decimal(turn["now"]):
        return _("%(name)s up from %(now)s to %(then)s: %(follows)s") % said
    return _("%(name)s down from %(now)s to %(then)s: %(follows)s") % said


def turns_of(figures: Mapping[str, Any], outcome: str) -> tuple[list[str], list[str]]:
    """The sentences to show at once, and the others; those that turn the verdict come first."""
    turns = sorted(figures.get("turns", ()), key=lambda turn: turn["outcome"] == outcome)
    sentences = [turn_sentence(turn, outcome) for turn in turns]
    return sentences[:SHOWN_AT_ONCE], sentences[SHOWN_AT_ONCE:]


def _follows(turn: Mapping[str, Any], outcome: str) -> str:
    parts = [_("no longer “%(rule)s”") % {"rule": rule_text(code)} for code in turn["silenced"]]
    parts += [_("then “%(rule)s”") % {"rule": rule_text(code)} for code in turn["raised"]]
    if turn["outcome"] != outcome:
        parts.append(_("the verdict turns to “%(outcome)s”") % {"outcome": OUTCOMES[turn["outcome"]]})
    return _(", ").join(parts)


def _value(key: str, value: Any) -> str:
    if key in MONEY:
        return money_text(Decimal(value), fen=True)
    if key in SHARES:
        return f"{Decimal(value).normalize():f}%"
    return number_text(value)

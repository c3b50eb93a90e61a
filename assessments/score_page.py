"""The scores of a verdict as its page shows them: predicted against actual, with what nobody knows left open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessments.models import Score, Verdict
from assessments.sentences import number_text
from groups.currency import money_text
from groups.rules.amounts import percent_text

MISSING = "--"


@dataclass(frozen=True)
class ScoreRow:
    """One score: when, over how many groups, whether it earned in words, and its lines (label, predicted, actual)."""

    score: Score
    earned: str
    lines: list[tuple[str, str, str]]


def score_rows(verdict: Verdict) -> list[ScoreRow]:
    """The scores, oldest first."""
    return [ScoreRow(score, _earned(score.earned), _lines(score)) for score in verdict.scores.order_by("pk")]


def _earned(earned: bool | None) -> str:
    if earned is None:
        return _("whether it earned is not known")
    return _("it earned") if earned else _("it did not earn")


def _lines(score: Score) -> list[tuple[str, str, str]]:
    labels = {
        "members": _("Members"),
        "conversion": _("Buyers a month, share of members"),
        "net": _("Net contribution a month"),
        "weekly_hours": _("Hours a week"),
        "life_days": _("Life in days"),
    }
    return [(label, _written(key, score.predicted), _actual(key, score.actual)) for key, label in labels.items()]


def _actual(key: str, actual: Mapping[str, Any]) -> str:
    text = _written(key, actual)
    if key == "life_days" and not actual["has_ended"]:
        return _("%(days)s and going on") % {"days": text}
    if key == "net" and actual["net_is_upper_bound"] and text != MISSING:
        return _("at most %(amount)s") % {"amount": text}
    return text


def _written(key: str, values: Mapping[str, Any]) -> str:
    value = values[key]
    if value is None:
        return MISSING
    match key:
        case "conversion":
            return percent_text(Decimal(value) * 100)
        case "net":
            return money_text(Decimal(value))
    return number_text(value)

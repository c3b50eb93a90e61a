"""What the groups that a person sees tell about a plan of the same kind: figures, sentences and default ranges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import Experience
from assessments.reading import model_of
from assessments.rules.experience import LEAST_FOR_RANGE, Told, survival, told_by
from assessments.rules.plan_answers import SELLING
from assessments.rules.uncertainty import DRIVER, HOURS, JOIN_COST, Ends
from assessments.sentences import number_text
from groups.currency import money_text
from groups.models import User
from groups.models.group import Layer
from groups.rules.amounts import percent_text

SURVIVAL_DAYS = 90
# Question: the input that its range is of.
INPUTS = {"sell_buyers": DRIVER, "cost_per_join": JOIN_COST, "weekly_hours": HOURS}


@dataclass(frozen=True)
class OwnExperience:
    """`told` by question, in the unit of its answer; `layer` is empty while it is not answered."""

    layer: str = ""
    groups: int = 0
    told: Mapping[str, Told] = field(default_factory=dict)
    lived: tuple[int, int] = (0, 0)

    @property
    def ranges(self) -> Ends:
        """Ranges to draw from, where enough groups tell one."""
        return {
            INPUTS[key]: (told.low, told.high)
            for key, told in self.told.items()
            if told.n >= LEAST_FOR_RANGE and told.low < told.high
        }

    def sentence(self, key: str) -> str:
        """What own groups show for a question; empty where they tell nothing."""
        told = self.told.get(key)
        if told is None:
            return ""
        return _("%(groups)s: %(median)s in the middle, most between %(low)s and %(high)s") % {
            "groups": self._groups(told.n),
            "median": _value(key, told.median),
            "low": _value(key, told.low),
            "high": _value(key, told.high),
        }

    def warning(self, key: str, value: Any) -> str:
        """A sentence if an answer lies outside of what most own groups show; else empty."""
        told = self.told.get(key)
        if told is None or value in (None, "") or told.holds(Decimal(str(value))):
            return ""
        return _("%(value)s is outside of what your own groups show. %(sentence)s") % {
            "value": _value(key, value),
            "sentence": self.sentence(key),
        }

    def survival_sentence(self) -> str:
        lived, of = self.lived
        if not of:
            return ""
        return ngettext(
            "Of %(of)s own group of this kind %(lived)s lived 90 days.",
            "Of %(of)s own groups of this kind %(lived)s lived 90 days.",
            of,
        ) % {"of": of, "lived": lived}

    def _groups(self, count: int) -> str:
        if self.layer:
            return ngettext("Your %(count)s group (%(layer)s)", "Your %(count)s groups (%(layer)s)", count) % {
                "count": count,
                "layer": Layer(self.layer).label,
            }
        return ngettext("Your %(count)s group of this model", "Your %(count)s groups of this model", count) % {
            "count": count
        }


def experience_for(user: User, answers: Mapping[str, Any]) -> OwnExperience:
    """Of groups with the same model and, once that is answered, the same layer; one query."""
    model = model_of(answers)
    if model is None:
        return OwnExperience()
    layer = answers.get("layer", "")
    rows = Experience.objects.visible_to(user).filter(monetization=model.value)
    rows = list(rows.filter(layer=layer) if layer else rows)
    count = Decimal(answers.get("group_count", 1))
    found = {
        "sell_buyers": (told_by(row.conversion for row in rows), Decimal(100)) if model in SELLING else (None, 1),
        "cost_per_join": (told_by(row.cost_per_join for row in rows), Decimal(1)),
        "weekly_hours": (told_by(row.weekly_hours for row in rows), count),
    }
    return OwnExperience(
        layer=layer,
        groups=len(rows),
        told={key: told.times(factor) for key, (told, factor) in found.items() if told},
        lived=survival([(row.life_days, row.has_ended) for row in rows], SURVIVAL_DAYS),
    )


def warnings_of(own: OwnExperience, answers: Mapping[str, Any]) -> list[str]:
    """What lies outside of the own experience, one sentence each."""
    return [said for key in INPUTS if (said := own.warning(key, answers.get(key)))]


def _value(key: str, value: Any) -> str:
    match key:
        case "sell_buyers":
            return percent_text(Decimal(str(value)))
        case "cost_per_join":
            return money_text(Decimal(str(value)), fen=True)
    return number_text(value)

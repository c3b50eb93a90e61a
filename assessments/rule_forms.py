"""The thresholds of the verdict rules as a form; shares are asked for in percent."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from assessments.rules.thresholds import Thresholds
from assessments.threshold_words import THRESHOLD_LABELS
from groups.fields import NumberField, PercentField

# Name: (least, most). Whole numbers, then hours and factors, then percent.
WHOLE = {
    "groups_per_owner": (1, 500),
    "partner_campaigns_per_month": (0, 31),
    "posts_per_day": (0, 50),
    "most_conditions": (1, 19),
    "flash_days": (1, 92),
    "bounded_days": (93, 3660),
    "lasting_days": (91, 1830),
}
NUMBERS = {
    "hours_mass": (Decimal("0.1"), 168),
    "hours_course": (Decimal("0.1"), 168),
    "hours_vip": (Decimal("0.1"), 168),
    "hours_unlayered": (Decimal("0.1"), 168),
    "conversation_factor": (Decimal("0.1"), 10),
}
SHARES = {"staffing_full": (1, 200), "staffing_stop": (1, 200), "idle_flash_factor": (1, 100)}  # kept as fractions
POINTS = {"pessimistic_percent": (5, 100), "optimistic_percent": (100, 300)}


class RulesForm(forms.Form):
    """One field for each threshold that administrators set, and why they change it."""

    based_on = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("Why is it changed?"),
        help_text=_("Stands beside the version for everybody to read"),
        max_length=200,
        validators=[ProhibitNullCharactersValidator()],
        error_messages={
            "required": _("Write why the rules are changed"),
            "max_length": _("The reason must have at most 200 characters"),
        },
    )

    def __init__(self, thresholds: Thresholds, version: int, data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False)
        self.thresholds = thresholds
        self.initial["based_on"] = version
        for name in THRESHOLD_LABELS:
            self.fields[name] = _field(name)
            self.initial[name] = _shown(name, getattr(thresholds, name))
        self.order_fields([*THRESHOLD_LABELS, "note", "based_on"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        stop, full = values.get("staffing_stop"), values.get("staffing_full")
        if stop is not None and full is not None and stop >= full:
            self.add_error(
                "staffing_stop", forms.ValidationError(_("It must stop below the share that passes"), "order")
            )
        return values

    def new_thresholds(self) -> Thresholds:
        """The thresholds as typed; what is not asked for stays."""
        values = {name: self.cleaned_data[name] for name in THRESHOLD_LABELS}
        return replace(
            self.thresholds, **{name: value / 100 if name in SHARES else value for name, value in values.items()}
        )


def _field(name: str) -> forms.Field:
    label = THRESHOLD_LABELS[name]
    if name in WHOLE:
        least, most = WHOLE[name]
        return NumberField(subject=label, places=0, least=least, most=most)
    if name in NUMBERS:
        least, most = NUMBERS[name]
        return NumberField(subject=label, least=least, most=most)
    least, most = (SHARES | POINTS)[name]
    return PercentField(subject=label, least=least, most=most)


def _shown(name: str, value: Decimal | int) -> str:
    shown = Decimal(value) * (100 if name in SHARES else 1)
    return f"{shown.normalize():f}"

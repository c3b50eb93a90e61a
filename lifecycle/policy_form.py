"""The thresholds of the health rules as a form, with the day from which they shall hold and the reason."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from groups.fields import DayField, NumberField, PercentField
from lifecycle.policies import changed_thresholds, with_changes
from lifecycle.policy_words import IN_ORDER, PERCENT, SECTIONS, THRESHOLDS, WEIGHTS, WHOLE, Threshold
from lifecycle.rules.policy import Policy


class PolicyForm(forms.Form):
    """One field for each threshold; `policy` is the one in use, what is not asked for stays as it is there."""

    based_on = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why is it changed?"),
        help_text=_("Stands beside the version for everybody to read"),
        max_length=200,
        validators=[ProhibitNullCharactersValidator()],
        error_messages={
            "required": _("Write why the rules are changed"),
            "max_length": _("The reason must have at most 200 characters"),
        },
    )

    def __init__(
        self, policy: Policy, based_on: int, earliest: date, data: Any = None, shown: Policy | None = None
    ) -> None:
        super().__init__(data, use_required_attribute=False)
        self.policy, self.earliest = policy, earliest
        self.initial |= {"based_on": based_on, "from_day": earliest}
        for each in THRESHOLDS.values():
            self.fields[each.field] = _field(each)
            self.initial[each.field] = each.shown(each.of(shown or policy))
        self.fields["from_day"] = DayField(subject=_("First day that is judged by it"))
        self.order_fields([*(each.field for each in THRESHOLDS.values()), "from_day", "reason", "based_on"])

    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields of the thresholds under their titles."""
        return [(title, [self[each.field] for each in of_section]) for title, of_section in SECTIONS]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for below, above in IN_ORDER:
            low, high = THRESHOLDS[below], THRESHOLDS[above]
            one, other = values.get(low.field), values.get(high.field)
            if one is not None and other is not None and one > other:
                problem = _("It must not be above “%(other)s”") % {"other": high.label}
                self.add_error(low.field, forms.ValidationError(problem, "order"))
        if (day := values.get("from_day")) and day < self.earliest:
            problem = _("It must be %(day)s or later: earlier days are judged already") % {"day": self.earliest}
            self.add_error("from_day", forms.ValidationError(problem, "begun"))
        weights = [values.get(THRESHOLDS[name].field) for name in WEIGHTS]
        if None not in weights and sum(weights) != 100:  # type: ignore[arg-type]
            problem = _("Weights must add up to 100; they add up to %(sum)s") % {"sum": sum(weights)}  # type: ignore[arg-type]
            self.add_error(THRESHOLDS[WEIGHTS[0]].field, forms.ValidationError(problem, "sum"))
        if not self.errors and not changed_thresholds(self.policy, self.new_policy()):
            self.add_error(None, _("Nothing is changed; change a threshold first"))
        return values

    def new_policy(self) -> Policy:
        """The policy as typed."""
        typed = {each.name: each.stored(self.cleaned_data[each.field]) for each in THRESHOLDS.values()}
        return with_changes(self.policy, typed)


def _field(each: Threshold) -> forms.Field:
    if each.kind == PERCENT:
        return PercentField(subject=each.label, least=each.least, most=each.most)
    return NumberField(subject=each.label, places=0 if each.kind == WHOLE else 4, least=each.least, most=each.most)

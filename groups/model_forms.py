"""The form that changes how a group earns: the days, the role, and the inputs of the kind that was chosen."""

from __future__ import annotations

from dataclasses import Field, fields
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.currency import in_currency_lazy
from groups.fields import DayField, MoneyField, NumberField, PercentField
from groups.model_words import CHOICES, LABELS
from groups.rules.monetization.inputs import Inputs, Measure, Unfit
from groups.rules.monetization.kinds import KINDS

MAIN, BESIDE = "main", "beside"
NOT_SAID = ("", _("Not known yet"))


class ModelForm(forms.Form):
    """`kind` decides the inputs; `expects` is the main model that the form was opened over, 0 for none."""

    role = forms.ChoiceField(
        label=_("Which part does it play?"),
        choices=[(MAIN, _("The main model from that day on")), (BESIDE, _("Beside the main model"))],
        initial=MAIN,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select which part it plays")},
    )
    from_on = DayField(
        subject=_("The day it begins"),
        ask=_("Enter the day it begins"),
        label=_("Holds from"),
        help_text=_("A main model begins today at the latest; the one before ends on that day"),
    )
    until_on = DayField(
        subject=_("The day it ends"),
        label=_("Ends on"),
        required=False,
        help_text=_("Only for a model beside the main one; empty means until further notice"),
    )
    reason = forms.CharField(label=_("Why it changes"), max_length=200, required=False)
    token = forms.UUIDField(widget=forms.HiddenInput)
    expects = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, kind: str, expects: int | None, inputs: Inputs | None = None, **kwargs: Any) -> None:
        self.kind = KINDS[kind]
        known = {each.name: getattr(inputs, each.name) for each in fields(inputs)} if inputs else {}
        kwargs["initial"] = {
            "token": uuid4(),
            "from_on": timezone.localdate(),
            "expects": expects or 0,
            **known,
            **(kwargs.get("initial") or {}),
        }
        super().__init__(*args, **kwargs)
        for each in fields(self.kind):
            self.fields[each.name] = _field_for(kind, each)

    @property
    def input_fields(self) -> list[forms.BoundField]:
        return [self[each.name] for each in fields(self.kind)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("from_on"), cleaned.get("until_on")
        if cleaned.get("role") == MAIN and last:
            self.add_error("until_on", ValidationError(_("A main model has no end: another takes its place"), "main"))
        elif first and last and last <= first:
            self.add_error("until_on", ValidationError(_("It must end after the day it begins"), "order"))
        if not self.errors:
            try:
                cleaned["inputs"] = self.kind(**{each.name: cleaned[each.name] for each in fields(self.kind)})
            except Unfit as unfit:  # each value is right by itself: only the selling window can be the wrong way round
                self.add_error(
                    unfit.name, ValidationError(_("Selling must end on or after the day it begins"), "order")
                )
        return cleaned


def _field_for(kind: str, each: Field) -> forms.Field:
    limits = each.metadata
    label = LABELS[kind, each.name]
    common = {"label": label, "required": False}
    match limits["measure"]:
        case Measure.MONEY:
            return MoneyField(subject=label, **common | {"label": in_currency_lazy(label)})
        case Measure.PERCENT:
            return PercentField(subject=label, **common)
        case Measure.DAY:
            return DayField(subject=label, **common)
        case Measure.CHOICE:
            choices = [NOT_SAID, *CHOICES[each.name].items()]
            return forms.TypedChoiceField(choices=choices, empty_value=None, **common)
        case measure:
            places = 0 if measure == Measure.WHOLE else 2
            return NumberField(subject=label, places=places, least=limits["least"], most=limits["most"], **common)

"""The form of a recurring line."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.fields import DayField
from groups.models import Group, RecurringLine, User
from groups.money_forms import QuickLineForm

YEAR = timedelta(days=366)
Measure = RecurringLine.Measure


class RecurringForm(QuickLineForm):
    """What comes back, how often and how much. Its first due day may lie in the past: missed ones are entered."""

    rhythm = forms.ChoiceField(label=_("How often"), choices=RecurringLine.Rhythm, initial="monthly")
    measure = forms.ChoiceField(label=_("How much"), choices=Measure, initial="amount")
    on = DayField(subject=_("Date"), label=_("First due on"))
    ends_on = DayField(
        subject=_("Last day"), label=_("Until"), required=False, help_text=_("Empty: until somebody ends it")
    )
    goods_cost = None
    field_order = ("group", "what", "rhythm", "measure", "amount", "quantity", "unit_price", "on", "ends_on", "note")

    def __init__(self, *args: Any, user: User, chosen: Group | None = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, chosen=chosen, **kwargs)
        self.fields["amount"].help_text = _("For a fixed amount")
        self.fields["quantity"].help_text = _("For a fixed quantity: hours, people or occasions")
        self.fields["unit_price"].help_text = _(
            "For a quantity or per member; empty takes the default price of the category on each due day"
        )

    def clean_on(self) -> Any:
        today, on = timezone.localdate(), self.cleaned_data["on"]
        if abs(on - today) > YEAR:
            raise ValidationError(_("Date must be within a year of today"), "far")
        return on

    def clean(self) -> dict[str, Any]:
        cleaned = forms.Form.clean(self) or self.cleaned_data
        measure = cleaned.get("measure")
        if measure == Measure.AMOUNT and cleaned.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", ValidationError(_("Enter the amount"), "required"))
        if measure == Measure.QUANTITY and cleaned.get("quantity") is None and "quantity" not in self.errors:
            self.add_error("quantity", ValidationError(_("Enter the quantity"), "required"))
        if measure != Measure.AMOUNT and not {"what", "on", "unit_price"} & set(self.errors) and self._price() is None:
            self.add_error("unit_price", ValidationError(_("Enter the unit price"), "required"))
        starts, ends = cleaned.get("on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", ValidationError(_("The last day is not before the first"), "order"))
        return cleaned

    def promise(self) -> dict[str, Any]:
        """What recurring.add_recurring is called with; figures that the measure does not use are left out."""
        typed, measure = self.cleaned_data, self.cleaned_data["measure"]
        return {name: typed[name] for name in ("group", "rhythm", "measure", "ends_on", "note", "token")} | {
            "kind": self.line_kind(),
            "category": self.category,
            "starts_on": typed["on"],
            "amount": typed["amount"] if measure == Measure.AMOUNT else None,
            "quantity": typed["quantity"] if measure == Measure.QUANTITY else None,
            "unit_price": typed["unit_price"] if measure != Measure.AMOUNT else None,
        }

"""The form for the share of revenue that existing customers would have spent anyway."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from groups.fields import PercentField
from groups.rules.spans import months_back

MONTHS = 24


class ExistingBuyersForm(forms.Form):
    """`token` makes a second submit of the same form a no-op."""

    percent = PercentField(
        subject=_("Share"),
        ask=_("Enter the share of revenue"),
        label=_("Share of revenue (%)"),
        help_text=_("Which part of the revenue would existing customers have spent without the group?"),
    )
    from_month = forms.ChoiceField(label=_("From month"))
    basis = forms.CharField(
        label=_("How it was found"),
        max_length=240,
        help_text=_("For example: 60 of 200 buyers of October had bought before they joined"),
        error_messages={"required": _("Say how the share was found")},
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"token": uuid4()}} | kwargs)
        months = [months_back(today, back) for back in range(MONTHS)]
        self.fields["from_month"].choices = [(month.isoformat(), f"{month:%Y-%m}") for month in months]

    def clean_from_month(self) -> date:
        return date.fromisoformat(self.cleaned_data["from_month"])

"""What a manager says to exempt a group."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from groups.fields import DayField
from lifecycle.models.exemptions import LONGEST_DAYS

USUAL_DAYS = 90


class ExemptionForm(forms.Form):
    """Until when and why; a quarter unless something else is chosen."""

    until_day = DayField(
        subject=_("The last day"),
        ask=_("Enter the last day of the exemption"),
        label=_("Last day"),
        help_text=_("180 days at most; a week before it ends, managers are asked"),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("For example: customers of the highest level, kept whatever it costs"),
        error_messages={"required": _("Say why no case should open for the group")},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"until_day": today + timedelta(days=USUAL_DAYS)}, **kwargs)
        self.today = today

    def clean_until_day(self) -> date:
        until: date = self.cleaned_data["until_day"]
        if not self.today <= until < self.today + timedelta(days=LONGEST_DAYS):
            raise ValidationError(_("Enter a day within the next %(days)s days"), "span", {"days": LONGEST_DAYS - 1})
        return until

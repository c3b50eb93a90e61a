"""What people tell of a quiet season."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from groups.fields import DayField
from groups.models import Group
from lifecycle.models.rests import LONGEST_DAYS

USUAL_DAYS = 56


class RestForm(forms.Form):
    """From which day to which a group rests, and why; begins with the day after its last act, for eight weeks."""

    from_day = DayField(subject=_("The first day"), ask=_("Enter the first quiet day"), label=_("First quiet day"))
    until_day = DayField(
        subject=_("The last day"),
        ask=_("Enter the last quiet day"),
        label=_("Last quiet day"),
        help_text=_("The last day of the season; after it silence counts again"),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("For example: the course is over, the next one begins in March"),
        error_messages={"required": _("Say why the group is quiet")},
    )

    def __init__(self, *args: Any, group: Group, quiet_since: date, today: date, **kwargs: Any) -> None:
        first = max(quiet_since, group.opened_on)
        until = max(first, today) + timedelta(days=USUAL_DAYS)
        super().__init__(*args, initial={"from_day": first, "until_day": until}, **kwargs)
        self.group = group

    def clean_from_day(self) -> date:
        first: date = self.cleaned_data["from_day"]
        if first < self.group.opened_on:
            raise ValidationError(_("The day must not be before the day the group opened"), "early")
        return first

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        first, last = said.get("from_day"), said.get("until_day")
        if first and last and last < first:
            self.add_error("until_day", ValidationError(_("The last day must not be before the first"), "order"))
        elif first and last and (last - first).days >= LONGEST_DAYS:
            self.add_error(
                "until_day",
                ValidationError(
                    _("A quiet season lasts at most %(days)s days; one that lasts longer is no season"),
                    "long",
                    {"days": LONGEST_DAYS},
                ),
            )
        return said

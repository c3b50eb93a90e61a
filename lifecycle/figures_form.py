"""The form of a week's figures: one row a day, a blank where nobody looked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from groups.fields import NumberField
from groups.models.group import ActivityKind
from lifecycle.count_words import LABELS

ASKED = {
    ActivityKind.CONVERSATION: ("messages", "speakers", "ads"),
    ActivityKind.TRANSACTION: ("clicks", "orders", "buyers"),
}
MOST = 2_000_000_000  # what a column holds
# A part cannot exceed its whole.
WITHIN = (("speakers", "messages"), ("ads", "messages"), ("buyers", "orders"))


class FiguresForm(forms.Form):
    """Days of a week up to `last`, each with the counts that the kind of group lives by, and the members at its end."""

    def __init__(
        self,
        *args: Any,
        kind: str,
        monday: date,
        last: date,
        stands: Mapping[date, Mapping[str, int]],
        **kwargs: Any,
    ) -> None:
        """`stands`: the counts that are known already."""
        super().__init__(*args, **kwargs)
        self.counts = ASKED[ActivityKind(kind)]
        self.days = [day for day in (monday + timedelta(days=n) for n in range(7)) if day <= last]
        for day in self.days:
            for count in self.counts:
                self._add(day, count, stands)
        if self.days:
            self._add(self.days[-1], "members", stands)

    def _add(self, day: date, count: str, stands: Mapping[date, Mapping[str, int]]) -> None:
        subject = _("%(count)s on %(day)s") % {"count": LABELS[count], "day": day.strftime("%m-%d")}
        field = NumberField(subject=subject, places=0, most=MOST, required=False, example="12")
        field.initial = stands.get(day, {}).get(count)
        field.widget.attrs |= {"aria-label": subject, "class": "form-control num", "inputmode": "numeric"}
        self.fields[_name(day, count)] = field

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for day in self.days:
            for part, whole in WITHIN:
                less, more = cleaned.get(_name(day, part)), cleaned.get(_name(day, whole))
                if less is not None and more is not None and less > more:
                    told = {"part": LABELS[part], "whole": LABELS[whole], "day": day.strftime("%m-%d")}
                    sentence = _("%(part)s on %(day)s cannot be more than %(whole)s") % told
                    self.add_error(_name(day, part), ValidationError(sentence, "too_many"))
        return cleaned

    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """For the page: each day in words with its fields."""
        return [
            (f"{day:%m-%d} {date_format(day, 'D')}", [self[_name(day, count)] for count in self.counts])
            for day in self.days
        ]

    def members(self) -> forms.BoundField:
        return self[_name(self.days[-1], "members")]

    def labels(self) -> list[Any]:
        return [LABELS[count] for count in self.counts]

    def figures(self) -> dict[date, dict[str, int]]:
        """What was typed, by day; blanks and what stood there before are left out: nobody vouches for those here."""
        found: dict[date, dict[str, int]] = {}
        for day in self.days:
            for count in (*self.counts, "members"):
                value = self.cleaned_data.get(_name(day, count))
                if value is not None and value != self.fields[_name(day, count)].initial:
                    found.setdefault(day, {})[count] = value
        return found


def _name(day: date, count: str) -> str:
    return f"{count}-{day:%Y%m%d}"

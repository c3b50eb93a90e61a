"""The form of one count of many groups over a week: a row for each group, a field for each day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import product
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from groups.fields import NumberField
from groups.models import Group
from groups.models.group import ActivityKind
from lifecycle.count_words import LABELS
from lifecycle.figures_form import MOST, WITHIN

# What can be typed, and the groups that live by it; the number of members concerns all.
ASKED: dict[str, ActivityKind | None] = {
    "messages": ActivityKind.CONVERSATION,
    "speakers": ActivityKind.CONVERSATION,
    "members": None,
    "orders": ActivityKind.TRANSACTION,
    "buyers": ActivityKind.TRANSACTION,
}
Known = Mapping[tuple[int, date], Mapping[str, int]]


class GridForm(forms.Form):
    """Days of the week up to `last`; blank where nobody looked. `stands`: what is known already."""

    def __init__(
        self, *args: Any, groups: Sequence[Group], count: str, monday: date, last: date, stands: Known, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.groups, self.count, self.stands = groups, count, stands
        self.days = [day for day in (monday + timedelta(days=n) for n in range(7)) if day <= last]
        for group in groups:
            for day in self.days:
                told = {"group": group.name, "count": LABELS[count], "day": f"{day:%m-%d}"}
                subject = _("%(group)s: %(count)s on %(day)s") % told
                field = NumberField(subject=subject, places=0, most=MOST, required=False, example="12")
                field.initial = stands.get((group.pk, day), {}).get(count)
                field.widget.attrs |= {"aria-label": subject, "class": "form-control num", "inputmode": "numeric"}
                self.fields[_name(group, day)] = field

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        limits = [limit for limit in WITHIN if self.count in limit]
        for (part, whole), group, day in product(limits, self.groups, self.days):
            known = self.stands.get((group.pk, day), {})
            typed = cleaned.get(_name(group, day))
            said = {**known, self.count: typed}
            less, more = said.get(part), said.get(whole)
            if typed == known.get(self.count) or less is None or more is None or less <= more:
                continue
            told = {"part": LABELS[part], "whole": LABELS[whole], "day": f"{day:%m-%d}"}
            sentence = _("%(part)s on %(day)s cannot be more than %(whole)s") % told
            self.add_error(_name(group, day), ValidationError(sentence, "too_many"))
        return cleaned

    def heads(self) -> list[tuple[str, str]]:
        """The days over the columns: the weekday and the day."""
        return [(date_format(day, "D"), f"{day:%m-%d}") for day in self.days]

    def rows(self) -> list[tuple[Group, list[tuple[str, forms.BoundField]]]]:
        """Each group with its fields, every field with its weekday."""
        return [
            (group, [(date_format(day, "D"), self[_name(group, day)]) for day in self.days]) for group in self.groups
        ]

    def figures(self) -> dict[Group, dict[date, dict[str, int]]]:
        """What was typed; blanks and what stood there before are left out: nobody vouches for those here."""
        found: dict[Group, dict[date, dict[str, int]]] = {}
        for group in self.groups:
            for day in self.days:
                value = self.cleaned_data.get(_name(group, day))
                if value is not None and value != self.fields[_name(group, day)].initial:
                    found.setdefault(group, {})[day] = {self.count: value}
        return found


def _name(group: Group, day: date) -> str:
    return f"g{group.pk}-{day:%Y%m%d}"

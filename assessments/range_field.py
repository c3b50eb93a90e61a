"""The form field of a range: the lowest and the highest value that somebody thinks possible, both or neither."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from groups.fields import TypedField

ENDS = ("low", "high")
Text = str | Promise


class RangeWidget(forms.Widget):
    """Reads `name-low` and `name-high`; the page's template shows them beside each other."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> dict[str, str]:
        return {end: str(data.get(f"{name}-{end}") or "").strip() for end in ENDS}

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return False

    def id_for_label(self, id_: str, index: Any = None) -> str:
        return f"{id_}_low"


class RangeField(forms.Field):
    """{low: text, high: text} of two values that `part` reads, or None; low lies below high."""

    def __init__(self, *, part: TypedField, subject: Text, **kwargs: Any) -> None:
        super().__init__(widget=RangeWidget(), **kwargs)
        self.part, self.subject = part, subject
        part.required = False

    def clean(self, value: Any) -> dict[str, str] | None:
        typed = value or {}
        low, high = (self.part.clean(typed.get(end, "")) for end in ENDS)
        if low is None and high is None:
            return None
        if low is None or high is None:
            raise ValidationError(_("%(subject)s needs both ends, or neither"), "half", {"subject": self.subject})
        if low >= high:
            raise ValidationError(
                _("%(subject)s: the lowest must be below the highest"), "order", {"subject": self.subject}
            )
        return {"low": f"{Decimal(low):f}", "high": f"{Decimal(high):f}"}

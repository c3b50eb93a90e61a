"""The form in which a person tries other figures than those on record."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from groups.fields import MoneyField, NumberField, PercentField, TypedField
from lifecycle.cases.wording.worth import COUNTS, INPUTS, SHARES
from lifecycle.rules.worth import MOST, NAMES


class FiguresForm(forms.Form):
    """One field for each input; an empty one means the figure on record. Shares are typed in percent."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in NAMES:
            self.fields[name] = _field(name)
            self.fields[name].widget.attrs["class"] = "form-control form-control-sm"

    @property
    def typed(self) -> dict[str, Decimal]:
        """What was typed, in the units of the rules."""
        found = {name: value for name, value in self.cleaned_data.items() if value is not None}
        return {name: Decimal(value) / 100 if name in SHARES else Decimal(value) for name, value in found.items()}


def _field(name: str) -> TypedField:
    label = INPUTS[name][0]
    if name in SHARES:
        return PercentField(subject=label, required=False)
    if name in COUNTS:
        places, most = (1, MOST["months"]) if name == "months" else (0, 1_000_000)
        return NumberField(subject=label, required=False, places=places, least=0, most=most, example="3")
    return MoneyField(subject=label, required=False)

"""The form field of the running cost lines: rows of category, amount and times a month, with an empty row to fill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from groups.fields import MoneyField, NumberField

MOST_LINES = 20
EMPTY_LINES = 2
PARTS = ("category", "amount", "times")


class RunningLinesWidget(forms.Widget):
    """Reads `name-0-category`, `name-0-amount`, `name-0-times` and so on; the page's template shows `rows`."""

    def __init__(self, extra: int = EMPTY_LINES) -> None:
        super().__init__()
        self.extra = extra

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[dict[str, str]]:
        rows = []
        for place in range(MOST_LINES):
            row = {part: str(data.get(f"{name}-{place}-{part}") or "").strip() for part in PARTS}
            if row["category"] or row["amount"]:
                rows.append(row)
        return rows

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return False

    def id_for_label(self, id_: str, index: Any = None) -> str:
        return f"{id_}_0_category"

    def rows(self, value: Sequence[Mapping[str, str]] | None) -> list[dict[str, Any]]:
        """The rows to show: those filled in, and empty ones to go on with."""
        rows = [dict(row) for row in value or []]
        rows += [dict.fromkeys(PARTS, "") for _extra in range(min(self.extra, MOST_LINES - len(rows)))]
        return [
            row | {"place": place, "number": place + 1, "category": str(row["category"])}
            for place, row in enumerate(rows)
        ]


class RunningLinesField(forms.Field):
    """A list of {category: id, amount: text of yuan, times: text}; amounts add up with `running_total`."""

    def __init__(
        self,
        *,
        categories: Sequence[tuple[int, str]],
        archived: Sequence[tuple[int, str]] = (),
        extra: int = EMPTY_LINES,
        **kwargs: Any,
    ) -> None:
        super().__init__(widget=RunningLinesWidget(extra), **kwargs)
        self.categories = categories
        self.archived = {str(pk): name for pk, name in archived}
        self.amount = MoneyField(subject=_("The amount"), ask=_("Enter the amount"))
        self.times = NumberField(subject=_("Times a month"), least=0, most=1000, required=False)

    def clean(self, value: Any) -> list[dict[str, Any]]:
        allowed = {str(pk) for pk, _label in self.categories}
        lines, problems = [], []
        for place, row in enumerate(value or [], start=1):
            try:
                if name := self.archived.get(row["category"]):
                    raise ValidationError(
                        _("“%(category)s” was archived; select another category"), "archived", {"category": name}
                    )
                if row["category"] not in allowed:
                    raise ValidationError(_("Select a category"), "category")
                amount = self.amount.clean(row["amount"])
                times = self.times.clean(row["times"])
            except ValidationError as wrong:
                for sentence in wrong.messages:
                    problems.append(
                        ValidationError(
                            _("Line %(number)s: %(problem)s"), "line", {"number": place, "problem": sentence}
                        )
                    )
                continue
            lines.append(
                {
                    "category": int(row["category"]),
                    "amount": str(amount),
                    "times": str(Decimal(1) if times is None else times),
                }
            )
        if problems:
            raise ValidationError(problems)
        return lines


def running_total(lines: Sequence[Mapping[str, Any]]) -> Decimal:
    """Yuan a month of all lines."""
    return sum((Decimal(line["amount"]) * Decimal(line["times"]) for line in lines), Decimal(0))

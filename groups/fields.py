"""Form fields for money, percentages, numbers and dates as people here type them.

Each field knows its subject ("Price"), so that an error says what is wrong with what, and keeps the typed text.
`echo(text)` says how a text was read when that is not obvious: "Read as ¥12,000".
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from groups.currency import money_text, read_money
from groups.rules.amounts import (
    MONEY_CEILING,
    Problem,
    Unreadable,
    plain,
    read_day,
    read_number,
    read_percent,
)

Text = str | Promise

SENTENCES: dict[str, Text] = {
    "required": _("Enter %(subject)s"),
    "not_a_number": _("%(subject)s must be a number, like %(example)s"),
    "empty": _("%(subject)s must be a number, like %(example)s"),  # a sign of money and nothing behind it
    "negative": _("%(subject)s must be 0 or more"),
    "too_large": _("%(subject)s must be at most %(most)s"),
    "too_fine": _("%(subject)s must have at most %(places)s decimals"),
    "not_whole": _("%(subject)s must be a whole number"),
    "ambiguous": _("Is it %(typed)s%% or %(scaled)s%%? Write it with the %% sign"),
    "not_a_day": _("%(subject)s must be a date, like 2026-12-01"),
    "out_of_range": _("%(subject)s must be between %(least)s and %(most)s"),
    "too_small": _("%(subject)s must be at least %(least)s"),
}


class TypedField(forms.CharField):
    """A text input read by a parser of `groups.rules.amounts`.

    `ask` is the whole sentence for an empty field; `subject` begins the sentences for a wrong one.
    """

    example: Text = "199"
    places = 2

    def __init__(
        self,
        *,
        subject: Text,
        ask: Text | None = None,
        least: Decimal | int | None = None,
        most: Decimal | int | None = None,
        example: Text | None = None,
        **kwargs: Any,
    ) -> None:
        self.subject, self.ask = subject, ask
        self.least = None if least is None else Decimal(least)
        self.most = None if most is None else Decimal(most)
        if example is not None:
            self.example = example
        kwargs.setdefault("label", subject)
        kwargs.setdefault("max_length", 40)
        super().__init__(**kwargs)

    def read(self, text: str) -> Any:
        raise NotImplementedError

    def shown(self, value: Any) -> str:
        """The value as it stands in an error or an echo."""
        return f"{value:,f}"

    def echo(self, text: str) -> str:
        """How the text was read, as a sentence; empty when it is unreadable or reads as it stands."""
        try:
            value = self.read(str(text))
        except Unreadable:
            return ""
        if str(text).strip() == self.shown(value):
            return ""
        return gettext("Read as %(value)s") % {"value": self.shown(value)}

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip() if not isinstance(value, Decimal) else str(value)
        if not text:
            return None
        try:
            return self.read(text)
        except Unreadable as unreadable:
            raise self.sentence(unreadable.problem, text) from None

    def validate(self, value: Any) -> None:
        if value is None:
            if self.required:
                raise ValidationError(self.ask or SENTENCES["required"], "required", {"subject": self.subject})
            return
        low, high = self.least, self.most
        if low is not None and high is not None and not low <= value <= high:
            raise self.sentence("out_of_range")
        if low is not None and value < low:
            raise self.sentence("too_small")
        if high is not None and value > high:
            raise self.sentence("too_large")

    def run_validators(self, value: Any) -> None:
        """None: the length is cut before reading and NUL does not pass a parser."""

    def sentence(self, problem: Problem | str, typed: str = "") -> ValidationError:
        ambiguous = problem == Problem.AMBIGUOUS
        if problem == Problem.TOO_LARGE and self.least is not None and self.most is not None:
            problem = "out_of_range"
        return ValidationError(
            SENTENCES[str(problem)],
            code=str(problem),
            params={
                "subject": self.subject,
                "example": self.example,
                "places": self.places,
                "least": self.shown(self.least or Decimal(0)),
                "most": self.shown(MONEY_CEILING if self.most is None else self.most),
                "typed": plain(typed) if ambiguous else "",
                "scaled": f"{(read_number(typed, places=6) * 100).normalize():f}" if ambiguous else "",
            },
        )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off", "maxlength": "40"}


class MoneyField(TypedField):
    """An amount in the installation's currency: 12,000, ¥12,000, 12000元, 1.2万, 1.2w, 0.3亿, full-width digits."""

    example = _("199 or 12,000")

    def read(self, text: str) -> Decimal:
        return read_money(text)

    def shown(self, value: Any) -> str:
        return money_text(value, fen=True)

    def echo(self, text: str) -> str:
        try:
            value = self.read(str(text))
        except Unreadable:
            return ""
        if str(text).strip() in (str(value), f"{value.normalize():f}"):
            return ""
        return gettext("Read as %(value)s") % {"value": self.shown(value)}


class PercentField(TypedField):
    """Percentage points as Decimal: 8 % is Decimal("8"). 0.08 without a sign is asked back."""

    example = "8"
    places = 4

    def __init__(self, *, least: Decimal | int | None = 0, most: Decimal | int | None = 100, **kwargs: Any) -> None:
        super().__init__(least=least, most=most, **kwargs)

    def read(self, text: str) -> Decimal:
        return read_percent(text, ceiling=Decimal(1_000_000))

    def shown(self, value: Any) -> str:
        return f"{value.normalize():f}%"

    def echo(self, text: str) -> str:
        return ""


class NumberField(TypedField):
    """A number that is not negative; `places=0` asks for a whole one and gives an int."""

    example = "20"

    def __init__(self, *, places: int = 2, **kwargs: Any) -> None:
        self.places = places
        super().__init__(**kwargs)

    def read(self, text: str) -> Decimal | int:
        value = read_number(text, places=self.places)
        return int(value) if self.places == 0 else value

    def shown(self, value: Any) -> str:
        return f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"

    def echo(self, text: str) -> str:
        typed = plain(str(text))
        return super().echo(text) if typed.endswith(("万", "w", "亿")) else ""


class DayField(TypedField):
    """A date from 2026-12-01, 2026/12/1, 2026.12.1, 2026年12月1日, or 12-01 in the running business year."""

    def read(self, text: str) -> Any:
        return read_day(text, today=timezone.localdate())

    def shown(self, value: Any) -> str:
        return str(value)

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.isoformat() if hasattr(value, "isoformat") else value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "text", "autocomplete": "off", "maxlength": "40", "placeholder": "2026-12-01"}

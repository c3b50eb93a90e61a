"""Turns a page of the wizard into a form, and what was typed into answers that can be stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from assessments.choices import Choices
from assessments.outdated import GONE
from assessments.page_checks import faults_of, ranges_beside
from assessments.range_field import RangeField
from assessments.rules.path import holds, left_to_ask
from assessments.rules.thresholds import Thresholds
from assessments.running_lines import EMPTY_LINES, RunningLinesField
from assessments.steps import Kind, Page, Question
from groups.fields import DayField, MoneyField, NumberField, PercentField

CLOCK = ["%H:%M", "%H：%M"]


class WrittenField(forms.CharField):
    """A text with a least and a most length, whose error says both."""

    def __init__(self, *, question: Question, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.question = question
        self.validators = [ProhibitNullCharactersValidator()]

    def validate(self, value: Any) -> None:
        super().validate(value)
        least, most = int(self.question.least or 0), int(self.question.most or 4000)
        if value and not least <= len(value) <= most:
            raise ValidationError(
                _("%(subject)s must have %(least)s to %(most)s characters"),
                "length",
                {"subject": self.question.subject, "least": least, "most": most},
            )


class PageForm(forms.Form):
    """The questions of one page. `others` are the answers of the other pages, by question.

    Questions that the answers do not lead to are neither required nor read. `typed` fills the form without judging it.
    """

    def __init__(
        self,
        page: Page,
        others: Mapping[str, Any],
        choices: Choices,
        data: QueryDict | None = None,
        *,
        typed: Mapping[str, list[str]] | None = None,
        lines: int = EMPTY_LINES,
        limits: Thresholds | None = None,
    ) -> None:
        super().__init__(data, use_required_attribute=False)
        self.page, self.others, self.choices = page, others, choices
        self.limits = limits or Thresholds()
        keys = frozenset(question.key for question in page.questions)
        self.reveals = {
            question.key: condition
            for question in page.questions
            if (condition := left_to_ask(question.when, others, keys))
        }
        for question in page.questions:
            if question.key in self.reveals:
                self.fields[question.key] = _field_of(question, choices, lines)
                fitting = (start for condition, start in question.starts if holds(condition, others))
                start = next(fitting, question.start)
                self.initial[question.key] = choices.defaults.get(question.start_from, start)
        if typed:
            kept = QueryDict(mutable=True)
            for name, values in typed.items():
                kept.setlist(name, values)
            for key, field in self.fields.items():
                if self.initial[key] and not _was_sent(key, typed):
                    continue  # a default still stands where nothing was sent for its question
                self.initial[key] = field.widget.value_from_datadict(kept, {}, key)

    @property
    def asked(self) -> list[Question]:
        return [question for question in self.page.questions if question.key in self.fields]

    def _clean_fields(self) -> None:
        """Read the questions in order; each answer decides whether a later one is asked."""
        counted = dict(self.others)
        for question in self.asked:
            if not holds(question.when, counted):
                continue
            try:
                value = self.fields[question.key].clean(self[question.key].data)
            except ValidationError as wrong:
                self.add_error(question.key, wrong)
                continue
            self.cleaned_data[question.key] = value
            counted[question.key] = storable(value)

    def clean(self) -> dict[str, Any]:
        values = dict(self.cleaned_data)
        for key, sentence in (*faults_of(self.page, values, self.limits), *ranges_beside(values, self.others)):
            self.add_error(key, ValidationError(sentence, "together"))
        return values

    def answers(self) -> dict[str, Any]:
        """The answers as JSON values; None for a question that was asked and left empty."""
        return {key: None if value == "" else storable(value) for key, value in self.cleaned_data.items()}

    def typed(self) -> dict[str, list[str]]:
        """What was sent for the questions of this page, as it was."""
        return {
            name: [text.replace("\x00", "") for text in self.data.getlist(name)]
            for name in self.data
            if name in self.fields or name.split("-")[0] in self.fields
        }


def _was_sent(key: str, typed: Mapping[str, list[str]]) -> bool:
    return any(name.split("-")[0] == key for name in typed)


def storable(value: Any) -> Any:
    """A cleaned value as JSON: decimals, days and times as text."""
    match value:
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case time():
            return value.strftime("%H:%M")
        case _:
            return value


def _gone(key: str) -> dict[str, Any]:
    """What to say to somebody who chose what went away after the page was opened."""
    return {"invalid_choice": GONE[key]} if key in GONE else {}


def _field_of(question: Question, choices: Choices, lines: int) -> forms.Field:
    common: dict[str, Any] = {"label": question.label, "help_text": question.hint, "required": question.required}
    number = {"subject": question.subject, "ask": question.ask or None} | common
    options = [(option.value, option.label) for option in question.options]
    instead = question.ask or _("Select one of the list")
    asked = {"required": instead, "invalid_choice": instead, "invalid_list": instead}
    picked = {"coerce": int, "empty_value": None, "error_messages": asked | _gone(question.key)}
    match question.kind:
        case Kind.RADIO:
            return forms.ChoiceField(widget=forms.RadioSelect, choices=options, error_messages=asked, **common)
        case Kind.CHECKS:
            return forms.MultipleChoiceField(
                widget=forms.CheckboxSelectMultiple, choices=options, error_messages=asked, **common
            )
        case Kind.CONFIRM:
            return forms.BooleanField(error_messages=asked, **common)
        case Kind.TEXT:
            return WrittenField(question=question, error_messages=asked, **common)
        case Kind.AREA:
            area = forms.Textarea(attrs={"rows": 3})
            return WrittenField(question=question, widget=area, error_messages=asked, **common)
        case Kind.NUMBER:
            return NumberField(places=question.places, least=question.least, most=question.most, **number)
        case Kind.MONEY:
            return MoneyField(**number)
        case Kind.PERCENT:
            bounds = {} if question.most is None else {"least": question.least, "most": question.most}
            return PercentField(**bounds, **number)
        case Kind.DAY:
            return DayField(**number)
        case Kind.TIME:
            errors = asked | {"invalid": _("Enter the time like 21:00")}
            widget = forms.TimeInput(format="%H:%M", attrs={"inputmode": "text", "maxlength": "5"})
            return forms.TimeField(input_formats=CLOCK, widget=widget, error_messages=errors, **common)
        case Kind.PERSON:
            return forms.TypedChoiceField(choices=[("", _("Choose")), *choices.who(question.key)], **picked, **common)
        case Kind.GROUP:
            return forms.TypedChoiceField(choices=[("", _("Choose")), *choices.groups], **picked, **common)
        case Kind.PEOPLE:
            return forms.TypedMultipleChoiceField(
                widget=forms.CheckboxSelectMultiple,
                choices=choices.people,
                coerce=int,
                error_messages=asked | {"invalid_choice": _("Somebody you chose has left; look who takes part again")},
                **common,
            )
        case Kind.LINES:
            return RunningLinesField(categories=choices.categories, archived=choices.archived, extra=lines, **common)
        case Kind.RANGE:
            part = _field_of(replace(question, kind=question.part, required=False), choices, lines)
            return RangeField(part=part, subject=question.subject, **common)

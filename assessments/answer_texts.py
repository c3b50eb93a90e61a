"""Stored answers as people read them, for the check page and for the facts of a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessments.choices import Choices
from assessments.range_field import ENDS
from assessments.running_lines import running_total
from assessments.steps import QUESTION, Kind, Question
from groups.currency import money_text
from groups.range_words import between


def option_label(key: str, value: str) -> str:
    """The words of a chosen option."""
    return next((str(option.label) for option in QUESTION[key].options if option.value == value), value)


def answer_text(question: Question, value: Any, choices: Choices) -> str:
    """An answer in words; a question without an answer reads "Not provided"."""
    if value in (None, "", []):
        return _("None") if question.kind is Kind.LINES else _("Not provided")
    match question.kind:
        case Kind.RADIO:
            return option_label(question.key, value)
        case Kind.CHECKS:
            return " · ".join(option_label(question.key, each) for each in value)
        case Kind.MONEY:
            return money_text(Decimal(value), fen=True)
        case Kind.PERCENT:
            return f"{Decimal(value).normalize():f}%"
        case Kind.NUMBER:
            return f"{Decimal(str(value)):,f}"
        case Kind.CONFIRM:
            return _("Yes")
        case Kind.PERSON:
            return dict(choices.who(question.key)).get(value, _("Somebody who left"))
        case Kind.PEOPLE:
            return " · ".join(name for pk, name in choices.people if pk in value) or _("Not provided")
        case Kind.GROUP:
            return dict(choices.groups).get(value, _("A group that ended"))
        case Kind.RANGE:
            part = replace(question, kind=question.part)
            return between(*(answer_text(part, value[end], choices) for end in ENDS))
        case Kind.LINES:
            return _("%(amount)s a month: %(lines)s") % {
                "amount": money_text(running_total(value), fen=True),
                "lines": " · ".join(_line(line, choices) for line in value),
            }
        case _:
            return str(value)


def texts_typed(sent: Mapping[str, str]) -> list[tuple[str, str]]:
    """(question, text) of what was written, not chosen, on a page that can not be saved any more."""
    written = (Kind.TEXT, Kind.AREA, Kind.NUMBER, Kind.MONEY, Kind.PERCENT, Kind.DAY, Kind.TIME)
    return [
        (str(QUESTION[key].label), text)
        for key, text in sent.items()
        if key in QUESTION and QUESTION[key].kind in written and text.strip()
    ]


def archived_name(category: int, choices: Choices) -> str:
    """The words for a category that is no choice any more; its name, unless the row is gone."""
    name = dict(choices.archived).get(category)
    return _("%(category)s (archived)") % {"category": name} if name else _("Archived category")


def _line(line: Mapping[str, Any], choices: Choices) -> str:
    name = dict(choices.categories).get(line["category"]) or archived_name(line["category"], choices)
    amount = money_text(Decimal(line["amount"]), fen=True)
    times = Decimal(line["times"])
    return f"{name} {amount}" if times == 1 else f"{name} {amount} × {times.normalize():f}"

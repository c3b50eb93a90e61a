"""A page's form as its template needs it: each question with its options, what reveals it, its echo and its errors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.answer_texts import answer_text
from assessments.forms import PageForm
from assessments.outdated import GONE, gone_sentence
from assessments.reading import LIKELY_OF
from assessments.rules.holidays import holiday_of
from assessments.rules.path import ALWAYS, Condition, holds
from assessments.steps import QUESTION, Kind, Question
from groups.fields import TypedField
from groups.rules.amounts import Unreadable, read_day

HOLIDAYS = {
    "New Year's Day": gettext_lazy("New Year's Day"),
    "Spring Festival": gettext_lazy("Spring Festival"),
    "Tomb-sweeping Day": gettext_lazy("Tomb-sweeping Day"),
    "Labour Day": gettext_lazy("Labour Day"),
    "Dragon Boat Festival": gettext_lazy("Dragon Boat Festival"),
    "National Day": gettext_lazy("National Day"),
    "Mid-autumn Festival": gettext_lazy("Mid-autumn Festival"),
}


def questions_of(form: PageForm, beside: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """One entry per question of the page that can appear; `beside` says what the registry knows, by question."""
    counted = dict(form.others)
    entries = []
    for question in form.asked:
        bound = form[question.key]
        value = bound.value()
        gone = gone_sentence(question.key, value, form.choices) if question.key in GONE else ""
        asked_now = holds(question.when, counted)
        if asked_now and value not in (None, "", []):
            counted[question.key] = value
        entries.append(
            {
                "question": question,
                "field": bound,
                "kind": question.kind.value,
                "value": "" if value is None else value,
                "options": _options(question, form, value),
                "reveal": _as_data(form.reveals[question.key]),
                "off": not asked_now,
                "folded": question.key in form.page.folded,
                "echo": _echo(bound.field, value),
                "note": _note(question, value),
                "rows": _rows(bound.field, value) if question.kind is Kind.LINES else [],
                "gone": gone,
                "beside": (beside or {}).get(question.key, ""),
                "likely": likely_text(question.key, form),
                "categories": [(str(pk), name) for pk, name in getattr(bound.field, "categories", [])],
                "described_by": " ".join(
                    part
                    for part, there in (
                        (f"hint-{question.key}", question.hint or likely_text(question.key, form)),
                        (f"gone-{question.key}", gone and not bound.errors),
                        (f"beside-{question.key}", (beside or {}).get(question.key)),
                        (f"error-{question.key}", bound.errors),
                    )
                    if there
                ),
            }
        )
    return entries


def fold_of(form: PageForm, entries: list[dict[str, Any]]) -> dict[str, Any] | None:
    """What stands folded on the page: its questions, whether it is open now, and what opens it; None without any."""
    folded = [entry for entry in entries if entry["folded"]]
    if not folded:
        return None
    given = dict(form.others) | {entry["question"].key: entry["value"] for entry in entries if entry["value"]}
    return {
        "entries": folded,
        "open": any(entry["value"] or entry["field"].errors for entry in folded) or holds(form.page.unfold, given),
        "unfold": _as_data(form.page.unfold) if form.page.unfold else "",
    }


def likely_text(key: str, form: PageForm) -> str:
    """The answer that a range lies around, in words; empty for other questions."""
    likely = LIKELY_OF.get(key)
    if likely is None or likely not in form.others:
        return ""
    return answer_text(QUESTION[likely], form.others[likely], form.choices)


def echoes_of(form: PageForm) -> list[tuple[str, str]]:
    """(question, how its text was read) of the typed fields of a page."""
    return [
        (question.key, _echo(form.fields[question.key], form[question.key].value()))
        for question in form.asked
        if isinstance(form.fields[question.key], TypedField)
    ]


def _options(question: Question, form: PageForm, value: Any) -> list[dict[str, Any]]:
    chosen = {str(each) for each in value} if isinstance(value, list) else {str(value)}
    limits = asdict(form.limits)
    hints = {option.value: str(option.hint) % limits for option in question.options}
    exclusive = {option.value for option in question.options if option.exclusive}
    field = form.fields[question.key]
    if question.kind not in (Kind.RADIO, Kind.CHECKS, Kind.PEOPLE, Kind.PERSON, Kind.GROUP):
        return []
    return [
        {
            "id": f"id_{question.key}_{place}",
            "value": str(key),
            "label": label,
            "hint": hints.get(key, ""),
            "chosen": str(key) in chosen,
            "exclusive": key in exclusive,
        }
        for place, (key, label) in enumerate(field.choices)
    ]


def _rows(field: Any, value: Any) -> list[dict[str, Any]]:
    """The lines to show; one whose category was archived carries its name as `gone`."""
    return [row | {"gone": field.archived.get(row["category"], "")} for row in field.widget.rows(value or [])]


def _as_data(condition: Condition) -> str:
    """The condition for the script, empty if the question is always asked."""
    if condition == ALWAYS:
        return ""
    rows = [[{"key": part.key, "values": part.values, "wanted": part.wanted} for part in row] for row in condition]
    return json.dumps(rows)


def _echo(field: Any, value: Any) -> str:
    return field.echo(value) if isinstance(field, TypedField) and value else ""


def _note(question: Question, value: Any) -> str:
    """What the calendar says about a day."""
    if question.kind is not Kind.DAY or not value:
        return ""
    try:
        holiday = holiday_of(read_day(str(value), today=timezone.localdate()))
    except Unreadable:
        return ""
    if holiday is None:
        return ""
    return _("%(subject)s is day %(number)s of %(holiday)s") % {
        "subject": question.subject,
        "number": holiday.number,
        "holiday": HOLIDAYS.get(holiday.name, holiday.name),
    }

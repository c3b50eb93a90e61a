"""Answers that name somebody or something that went away, or that newer rules refuse, and what is said about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from assessments.choices import Choices
from assessments.page_checks import faults_of
from assessments.rules.thresholds import Thresholds
from assessments.steps import STEP_OF
from assessments.steps.questions import Text

# Question: what to say once its answer names what the team does not have any more.
GONE: dict[str, Text] = {
    "owner": _("The owner who was chosen has left; select another one"),
    "collaborators": _("Some who take part have left; their hours do not count"),
    "running": _("A cost category was archived; its amount counts until you choose another one"),
    "upstream": _("A group before or after this one has ended; choose another one, or none"),
    "downstream": _("A group before or after this one has ended; choose another one, or none"),
    "dissolution_approver": _("The person who approves dissolving has left; select another one"),
}
STOPPING = {"owner", "dissolution_approver"}


@dataclass(frozen=True)
class Outdated:
    """A question whose answer went out of date while the plan was a draft. `stops`: no verdict before it is mended."""

    question: str
    sentence: str
    stops: bool = False


def outdated_of(answers: Mapping[str, Any], choices: Choices, limits: Thresholds | None = None) -> list[Outdated]:
    """Everything of the counted answers that does not hold any more; the answers themselves stay.

    `limits`: the rules that the next verdict follows; None for a verdict that was given and keeps its own.
    """
    return [*_gone(answers, choices), *(_too_long(answers, limits) if limits else ())]


def gone_sentence(key: str, value: Any, choices: Choices) -> str:
    """What to say about one answer, stored or as typed; empty while all that it names is there."""
    named = [each["category"] for each in value or ()] if key == "running" else value
    named = {str(each) for each in (named if isinstance(named, list) else [named]) if each not in (None, "")}
    there = {str(pk) for pk, _name in _choices_of(key, choices)}
    return str(GONE[key]) if named - there else ""


def _choices_of(key: str, choices: Choices) -> list[tuple[int, str]]:
    if key == "running":
        return choices.categories
    return choices.groups if key in ("upstream", "downstream") else choices.who(key)


def _gone(answers: Mapping[str, Any], choices: Choices) -> Iterator[Outdated]:
    told: set[str] = set()
    for key in GONE:
        sentence = gone_sentence(key, answers.get(key), choices)
        if sentence and sentence not in told:
            told.add(sentence)
            yield Outdated(key, sentence, stops=key in STOPPING)


def _too_long(answers: Mapping[str, Any], limits: Thresholds) -> Iterator[Outdated]:
    """A life that was allowed when its page was saved, and is not under the rules of now."""
    days = {key: date.fromisoformat(answers[key]) for key in ("starts_on", "ends_on") if answers.get(key)}
    for key, sentence in faults_of(STEP_OF["ends_on"].page, {"span": answers.get("span")} | days, limits):
        yield Outdated(key, str(sentence), stops=True)

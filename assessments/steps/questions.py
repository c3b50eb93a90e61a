"""What a step of the wizard is made of: sections of pages of questions, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from django.utils.functional import Promise

from assessments.rules.path import ALWAYS, NEVER, Condition

Text = str | Promise


class Kind(StrEnum):
    """How a question is asked; assessments.forms turns each into a form field."""

    RADIO = "radio"
    CHECKS = "checks"
    CONFIRM = "confirm"
    TEXT = "text"
    AREA = "area"
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    DAY = "day"
    TIME = "time"
    PERSON = "person"
    PEOPLE = "people"
    GROUP = "group"
    LINES = "lines"  # repeated rows of category, amount and times
    RANGE = "range"  # the lowest and the highest of `part`


@dataclass(frozen=True)
class Option:
    """One choice. An exclusive one ("none of these") goes with no other. A hint may name thresholds: %(flash_days)s."""

    value: str
    label: Text
    hint: Text = ""
    exclusive: bool = False


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question. `ask` is the error when nothing was answered, `subject` begins the errors about a wrong answer.

    `least` and `most` bound numbers, and the length of texts. `start` is shown before anything was typed, or
    of `starts` the first whose condition the other pages fulfil; `start_from` names a default that the company keeps.
    `part` is the kind of the two ends of a range.
    """

    key: str
    kind: Kind
    label: Text
    part: Kind | None = None
    hint: Text = ""
    ask: Text = ""
    subject: Text = ""
    when: Condition = ALWAYS
    required: bool = True
    options: tuple[Option, ...] = ()
    least: Decimal | int | None = None
    most: Decimal | int | None = None
    places: int = 2
    start: str = ""
    starts: tuple[tuple[Condition, str], ...] = ()
    start_from: str = ""
    unit: Text = ""
    exclusive_error: Text = ""


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of a section. Where the title is the label of the first question, that label is the heading.

    Questions with a name in `folded` stand folded under `fold_title`, open once they are answered or `unfold` holds.
    """

    slug: str
    title: Text
    questions: tuple[Question, ...]
    when: Condition = ALWAYS
    hint: Text = ""
    why: tuple[Text, ...] = ()
    estimate: bool = False  # shows the live estimate
    fold_title: Text = ""
    folded: tuple[str, ...] = ()
    unfold: Condition = NEVER
    waits_for: str = ""  # page that decides what is asked here, while nothing is


@dataclass(frozen=True, kw_only=True)
class Section:
    slug: str
    title: Text
    pages: tuple[Page, ...]
    short: Text = ""  # above each page, where the title is long


@dataclass(frozen=True)
class Step:
    """A page at its place."""

    section: Section
    page: Page
    keys: frozenset[str] = field(default_factory=frozenset)

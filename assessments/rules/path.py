"""Which questions a person is asked, given what was answered before: conditions as data, walked in one pass.

A condition is "any of these rows, all of its parts"; the same data drives the server, the count of pages and the
script that reveals a question on the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Is:
    """The answer to `key` is (or, not `wanted`, is not) one of `values`; any of a list of answers counts."""

    key: str
    values: tuple[str, ...]
    wanted: bool = True

    def holds(self, answers: Mapping[str, Any]) -> bool:
        answer = answers.get(self.key)
        given = answer if isinstance(answer, list) else [answer]
        return any(value in self.values for value in given) is self.wanted


Condition = tuple[tuple[Is, ...], ...]
ALWAYS: Condition = ((),)
NEVER: Condition = ()


def when(key: str, *values: str) -> Condition:
    return ((Is(key, values),),)


def unless(key: str, *values: str) -> Condition:
    return ((Is(key, values, wanted=False),),)


def both(left: Condition, right: Condition) -> Condition:
    return tuple(a + b for a in left for b in right)


def either(left: Condition, right: Condition) -> Condition:
    return left + right


def holds(condition: Condition, answers: Mapping[str, Any]) -> bool:
    return any(all(part.holds(answers) for part in row) for row in condition)


class Asked(Protocol):
    """What the walk needs of a question."""

    @property
    def key(self) -> str: ...

    @property
    def when(self) -> Condition: ...


def walk(questions: Iterable[Asked], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that count: those to questions that are asked, in the order in which they are asked.

    A condition speaks only of earlier questions, so an answer that is no longer asked for takes those that hang on
    it with it.
    """
    counted: dict[str, Any] = {}
    for question in questions:
        if answers.get(question.key) is not None and holds(question.when, counted):
            counted[question.key] = answers[question.key]
    return counted


def left_to_ask(condition: Condition, answers: Mapping[str, Any], on_page: frozenset[str]) -> Condition:
    """What of a condition depends on answers of the page itself, the rest being settled by `answers`.

    Empty means that the question cannot appear; a row without parts, that it always does.
    """
    rows = []
    for row in condition:
        settled = [part for part in row if part.key not in on_page]
        if all(part.holds(answers) for part in settled):
            rows.append(tuple(part for part in row if part.key in on_page))
    return ALWAYS if () in rows else tuple(rows)

"""The content of a playbook that a team wrote: from and to JSON, and what is wrong with it.

Texts have fixed fields (`$group`, see `playbooks.FIELDS`) and nothing else: no conditions, no loops, no other names.
What the flow of a case needs stays: the steps of a goodbye that a closing case waits for can be worded anew and moved,
but not left out, always want evidence, and the two notices stand days apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from string import Template
from typing import Any

from lifecycle.rules.case_flow import TIMERS
from lifecycle.rules.playbooks import (
    FIELDS,
    FIRST_NOTICE,
    LAST_NOTICE,
    PLAYBOOKS,
    Line,
    Playbook,
    Step,
    of_remedy,
    step_of,
)

MOST_STEPS = 20
MOST_DAYS = 90
MOST_LINES = 30
LONGEST_TITLE = 120
LONGEST_TEXT = 2000
ASKS = ("answers", "speakers", "invited", "arrived", "active")
TIME = re.compile(r"([01]?\d|2[0-3])[:\uff1a]([0-5]\d)")  # the colon of Chinese keyboards too
BAR = re.compile(r"[|\uff5c]")


@dataclass(frozen=True)
class Fault:
    """`place` is the number of the step from 1, 0 for the playbook itself; `told` is what the sentence names."""

    code: str
    place: int = 0
    told: str = ""


def faults_of(playbook: Playbook) -> tuple[Fault, ...]:
    """Everything that keeps a playbook from being used; empty where nothing does."""
    faults = [] if playbook.title.strip() else [Fault("no_title")]
    if not playbook.steps:
        faults.append(Fault("no_steps"))
    if len(playbook.steps) > MOST_STEPS:
        faults.append(Fault("too_many_steps"))
    for place, step in enumerate(playbook.steps, start=1):
        faults += _faults_of_step(place, step)
    keys = {step.key for step in playbook.steps}
    missing = [step for step in needed(playbook.remedy) if step.key not in keys]
    if _notices_too_close(playbook):
        faults.append(Fault("notices_too_close", told=str(TIMERS.between_notices)))
    return (*faults, *(Fault("step_needed", told=step.key) for step in missing))


def _notices_too_close(playbook: Playbook) -> bool:
    first, last = (step_of(playbook, key) for key in (FIRST_NOTICE, LAST_NOTICE))
    return bool(first and last and last.due_in - first.due_in < TIMERS.between_notices)


def needed(remedy: str) -> tuple[Step, ...]:
    """The steps that no playbook of this remedy may leave out: those that a closing case waits for."""
    return tuple(step for step in of_remedy(remedy)[0].steps if step.closes)


def held_to_the_flow(playbook: Playbook) -> Playbook:
    """The same with the steps of a goodbye as the flow needs them, and the steps in the order of their days."""
    fixed = {step.key: step for step in needed(playbook.remedy)}
    steps = [
        replace(step, closes=fixed[step.key].closes, evidence=True) if step.key in fixed else replace(step, closes="")
        for step in playbook.steps
    ]
    steps.sort(key=lambda step: step.due_in)
    return replace(playbook, steps=tuple(steps))


def as_json(playbook: Playbook) -> dict[str, Any]:
    return {
        "title": playbook.title,
        "about": playbook.about,
        "budget": None if playbook.budget is None else str(playbook.budget),
        "steps": [
            {
                "key": step.key,
                "due_in": step.due_in,
                "title": step.title,
                "words": step.words,
                "lines": [[line.at, line.who, line.says] for line in step.lines],
                "asks": step.asks,
                "evidence": step.evidence,
                "closes": step.closes,
            }
            for step in playbook.steps
        ],
    }


def from_json(key: str, version: int, remedy: str, content: Mapping[str, Any]) -> Playbook:
    steps = tuple(
        Step(
            key=each["key"],
            due_in=each["due_in"],
            text=bool(each["words"] or each["lines"]),
            asks=each["asks"],
            evidence=each["evidence"],
            closes=each["closes"],
            title=each["title"],
            words=each["words"],
            lines=tuple(Line(*line) for line in each["lines"]),
        )
        for each in content["steps"]
    )
    budget = None if content["budget"] is None else Decimal(content["budget"])
    return Playbook(key, version, remedy, steps, budget, content["title"], content["about"])


def lines_of(text: str) -> tuple[Line, ...]:
    """A script as it is typed, one line each: `20:05 | who | what`. ValueError with the line that is none."""
    found = []
    for typed in text.splitlines():
        if not typed.strip():
            continue
        parts = [part.strip() for part in BAR.split(typed, maxsplit=2)]
        time = TIME.fullmatch(parts[0])
        if len(parts) != 3 or not time or not parts[1] or not parts[2]:
            raise ValueError(typed.strip()[:60])
        found.append(Line(f"{int(time[1]):02}:{time[2]}", parts[1], parts[2]))
    return tuple(sorted(found, key=lambda line: line.at))


def typed_lines(lines: tuple[Line, ...]) -> str:
    """The other way round."""
    return "\n".join(f"{line.at} | {line.who} | {line.says}" for line in lines)


def script(lines: tuple[Line, ...]) -> str:
    """A script as it is copied."""
    return "\n".join(f"{line.at} {line.who}: {line.says}" for line in lines)


def fresh_key(taken: set[str]) -> str:
    """A key for a step that a team adds."""
    number = 1
    while f"own_{number}" in taken:
        number += 1
    return f"own_{number}"


def is_shipped(key: str) -> bool:
    return key in PLAYBOOKS


def _faults_of_step(place: int, step: Step) -> list[Fault]:
    faults = [] if step.title.strip() else [Fault("step_without_title", place)]
    if not 0 <= step.due_in <= MOST_DAYS:
        faults.append(Fault("day_out_of_range", place))
    if step.asks and step.asks not in ASKS:
        faults.append(Fault("asks_unknown", place))
    if len(step.title) > LONGEST_TITLE or len(step.words) > LONGEST_TEXT or len(step.lines) > MOST_LINES:
        faults.append(Fault("too_long", place))
    texts = (step.words, *(line.says for line in step.lines), *(line.who for line in step.lines))
    names = {name for text in texts for name in Template(text).get_identifiers()}
    return faults + [Fault("field_unknown", place, name) for name in sorted(names - set(FIELDS))]

"""What was found in one part, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise


class State(StrEnum):
    GOOD = "good"
    NOTE = "note"  # works, and somebody should know
    FAULT = "fault"  # does not work, or will lose something: the command ends with 1


@dataclass(frozen=True)
class Finding:
    """`part` is a name that stays; `said` is what holds, `remedy` what to do about it."""

    state: State
    part: str
    said: str | Promise
    remedy: str | Promise = ""


def good(part: str, said: str | Promise) -> Finding:
    return Finding(State.GOOD, part, said)


def note(part: str, said: str | Promise, remedy: str | Promise) -> Finding:
    return Finding(State.NOTE, part, said, remedy)


def fault(part: str, said: str | Promise, remedy: str | Promise) -> Finding:
    return Finding(State.FAULT, part, said, remedy)

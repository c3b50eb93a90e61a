"""The stages of loading the demo, in order, with how much of the whole is done when each begins.

Shares of the time that a load took on two cores; they only move a bar. The progress of a row is told in per cent, so
that the stage in words follows from it and needs no column.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# (name, begins at per cent, words)
STAGES: tuple[tuple[str, int, str | Promise], ...] = (
    ("clearing", 0, _("Taking off what was there before")),
    ("company", 3, _("Making teams, people and groups")),
    ("money", 8, _("Entering income and costs")),
    ("plans", 11, _("Filling in assessments and plans")),
    ("activity", 25, _("Importing their activity")),
    ("books", 41, _("Keeping the books")),
    ("nights", 49, _("Judging the groups night by night and working their cases")),
    ("papers", 82, _("Adding notes, files, reviews and a track record")),
    ("people", 96, _("Settling people and handovers")),
)
BEGINS = {name: begins for name, begins, _words in STAGES}
Tell = Callable[[str, int], object]  # the stage, and the per cent of the whole


def within(stage: str, done: int, of: int) -> int:
    """The per cent of the whole when `done` of `of` parts of a stage are done."""
    names = list(BEGINS)
    place = names.index(stage)
    begins, ends = BEGINS[stage], BEGINS[names[place + 1]] if place + 1 < len(names) else 100
    return begins + (ends - begins) * done // of


def words_at(percent: int) -> str | Promise:
    """What is being done at this per cent."""
    return next(words for _name, begins, words in reversed(STAGES) if begins <= percent)

"""How far an assessment is: which pages are asked, which are answered, and where to go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from assessments.models import AnswerPage
from assessments.rules.path import holds, walk
from assessments.steps import QUESTIONS, SECTIONS, Page, Section

Place = tuple[str, str]


class Status(StrEnum):
    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"


@dataclass(frozen=True)
class SectionProgress:
    """A section with its pages that are asked (`places`) and those of them that are answered."""

    section: Section
    places: tuple[Place, ...]
    answered: frozenset[Place]
    started: bool

    @property
    def status(self) -> Status:
        if len(self.answered) == len(self.places):
            return Status.COMPLETED
        return Status.IN_PROGRESS if self.started else Status.NOT_STARTED

    @property
    def next_place(self) -> Place | None:
        return next((place for place in self.places if place not in self.answered), None)


@dataclass(frozen=True)
class Progress:
    """All sections; `latest` is the section in which somebody saved last."""

    sections: tuple[SectionProgress, ...]
    latest: str | None

    @property
    def is_complete(self) -> bool:
        return all(section.status is Status.COMPLETED for section in self.sections)

    @property
    def section_to_continue(self) -> SectionProgress | None:
        """Where the person left off, else the first section that is not done."""
        open_sections = [section for section in self.sections if section.next_place]
        latest = [section for section in open_sections if section.section.slug == self.latest]
        return (latest or open_sections or [None])[0]

    @property
    def next_place(self) -> Place | None:
        section = self.section_to_continue
        return section.next_place if section else None

    def straight_on(self, slug: str) -> Place | None:
        """The first page of the section behind a completed one, if nobody began that; None: there is a choice."""
        place = next(place for place, each in enumerate(self.sections) if each.section.slug == slug)
        behind = self.sections[place + 1 : place + 2]
        if self.sections[place].status is not Status.COMPLETED or not behind or behind[0].started:
            return None
        return behind[0].places[0]

    def of(self, slug: str) -> SectionProgress:
        return next(section for section in self.sections if section.section.slug == slug)


def progress_of(pages: Mapping[Place, AnswerPage]) -> Progress:
    """Progress from the saved pages."""
    given: dict[str, Any] = {}
    for page in pages.values():
        given |= page.answers
    counted = walk(QUESTIONS, given)
    sections = []
    for section in SECTIONS:
        asked = [page for page in section.pages if holds(page.when, counted)]
        answered = {
            (section.slug, page.slug)
            for page in asked
            if _is_answered(page, pages.get((section.slug, page.slug)), counted)
        }
        sections.append(
            SectionProgress(
                section=section,
                places=tuple((section.slug, page.slug) for page in asked),
                answered=frozenset(answered),
                started=any(place[0] == section.slug and _is_somebodys(page) for place, page in pages.items()),
            )
        )
    last = max(pages.values(), key=lambda page: page.saved_at, default=None)
    return Progress(tuple(sections), last.section if last else None)


def _is_somebodys(page: AnswerPage) -> bool:
    """Saved by a person, not only filled in by the shape that the assessment started from."""
    return page.is_valid or page.version > 1 or not page.assessment.shape


def _is_answered(page: Page, saved: AnswerPage | None, counted: Mapping[str, Any]) -> bool:
    """Saved without a fault, and every question that must be answered by now is: other answers may have opened some."""
    if saved is None or not saved.is_valid:
        return False
    asked = [question for question in page.questions if holds(question.when, counted)]
    return bool(asked) and all(question.key in counted for question in asked if question.required)

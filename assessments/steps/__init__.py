"""The wizard as data: four sections of pages of questions. One view serves every page."""

from __future__ import annotations

from assessments.steps.activity import ACTIVITY
from assessments.steps.basics import BASICS
from assessments.steps.duration import DURATION
from assessments.steps.need import NEED
from assessments.steps.questions import Kind, Option, Page, Question, Section, Step

SECTIONS: tuple[Section, ...] = (BASICS, NEED, ACTIVITY, DURATION)
STEPS: dict[tuple[str, str], Step] = {
    (section.slug, page.slug): Step(section, page, frozenset(question.key for question in page.questions))
    for section in SECTIONS
    for page in section.pages
}
QUESTIONS: tuple[Question, ...] = tuple(question for step in STEPS.values() for question in step.page.questions)
QUESTION: dict[str, Question] = {question.key: question for question in QUESTIONS}
STEP_OF: dict[str, Step] = {key: step for step in STEPS.values() for key in step.keys}
# Rules speak of a whole group of answers by these names.
STEP_OF["revenue"] = STEPS["need", "revenue"]

__all__ = ["QUESTION", "QUESTIONS", "SECTIONS", "STEPS", "STEP_OF", "Kind", "Option", "Page", "Question", "Section"]

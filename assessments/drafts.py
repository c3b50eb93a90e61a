"""Writes assessments while they are drafts: start, save a page, copy, open again. Nobody else writes these rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from assessments.models import AnswerPage, Assessment
from assessments.rules.path import walk
from assessments.shapes import Shape
from assessments.steps import QUESTIONS, STEP_OF
from groups import audit
from groups.models import Team, User


class AlreadyDecided(Exception):
    """The assessment has its verdict; answers change only after it is opened again. Nothing was written."""


class PageChangedMeanwhile(Exception):
    """Somebody else saved the page after it was opened. Nothing was written; `page` holds what stands there."""

    def __init__(self, page: AnswerPage) -> None:
        super().__init__(str(page))
        self.page = page


@transaction.atomic
def start_assessment(*, team: Team, by: User, now: datetime, shape: Shape | None = None) -> Assessment:
    """An empty draft, or one whose pages are filled with what usually fits a shape; none of them counts as answered."""
    assessment = Assessment.objects.create(
        team=team, created_by=by, created_at=now, changed_at=now, shape=shape.key if shape else ""
    )
    if shape:
        AnswerPage.objects.bulk_create(
            AnswerPage(
                assessment=assessment, team=team, section=section, page=page, typed=typed, saved_at=now, saved_by=by
            )
            for (section, page), typed in _typed_of(shape).items()
        )
    audit.record(verb="assessment started", thing=assessment, by=by, now=now, after={"shape": assessment.shape})
    return assessment


def _typed_of(shape: Shape) -> dict[tuple[str, str], dict[str, list[str]]]:
    """What a shape types, by page."""
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for key, value in shape.typed.items():
        step = STEP_OF[key]
        typed = found.setdefault((step.section.slug, step.page.slug), {})
        typed[key] = value if isinstance(value, list) else [value]
    return found


@transaction.atomic
def save_page(
    *,
    assessment: Assessment,
    section: str,
    page: str,
    typed: Mapping[str, list[str]],
    answers: Mapping[str, Any] | None,
    version: int,
    by: User,
    now: datetime,
) -> AnswerPage:
    """Keep what was typed on a page and, if it was right, its answers (`None`: it was not).

    An answer of None takes back what was answered before.

    The last save wins. Only what another person saved since this page was opened (at `version`) is not replaced
    unseen: PageChangedMeanwhile. Raises AlreadyDecided after the verdict.
    """
    locked = Assessment.objects.select_for_update().get(pk=assessment.pk)
    if not locked.is_draft:
        raise AlreadyDecided
    row = AnswerPage.objects.filter(assessment=locked, section=section, page=page).first()
    if row and row.version != version and row.saved_by_id != by.pk and row.typed != typed:
        raise PageChangedMeanwhile(row)
    if row is None:
        row = AnswerPage(assessment=locked, team_id=locked.team_id, section=section, page=page, version=0)
    row.typed = dict(typed)
    row.is_valid = answers is not None
    if answers is not None:
        row.answers = {key: value for key, value in (row.answers | dict(answers)).items() if value is not None}
        _follow(locked, answers)
    row.version += 1
    row.saved_at, row.saved_by = now, by
    row.save()
    locked.changed_at = now
    locked.version = F("version") + 1
    locked.save(update_fields=["title", "owner", "changed_at", "version"])
    return row


@transaction.atomic
def copy_assessment(*, assessment: Assessment, by: User, now: datetime) -> Assessment:
    """A new draft with the same answers."""
    copy = Assessment.objects.create(
        team_id=assessment.team_id,
        title=assessment.title,
        owner_id=assessment.owner_id,
        copied_from=assessment,
        created_by=by,
        created_at=now,
        changed_at=now,
    )
    copy.collaborators.set(assessment.collaborators.all())
    AnswerPage.objects.bulk_create(
        AnswerPage(
            assessment=copy,
            team_id=copy.team_id,
            section=row.section,
            page=row.page,
            answers=row.answers,
            typed=row.typed,
            is_valid=row.is_valid,
            saved_at=now,
            saved_by=by,
        )
        for row in assessment.pages.all()
    )
    audit.record(verb="assessment copied", thing=copy, by=by, now=now, after={"copied_from": assessment.pk})
    return copy


@transaction.atomic
def reopen_assessment(*, assessment: Assessment, by: User, now: datetime) -> bool:
    """Make a decided assessment a draft again; its verdicts stay on record. False if it is a draft already."""
    opened = Assessment.objects.filter(pk=assessment.pk, state=Assessment.State.DECIDED).update(
        state=Assessment.State.DRAFT, changed_at=now, version=F("version") + 1
    )
    if opened:
        audit.record(verb="assessment opened again", thing=assessment, by=by, now=now)
    return bool(opened)


def named_like_another(assessment: Assessment, name: str | None, user: User) -> bool:
    """Whether another draft that the user started has this name."""
    if not name:
        return False
    drafts = Assessment.objects.visible_to(user).filter(created_by=user, state=Assessment.State.DRAFT, title=name)
    return drafts.exclude(pk=assessment.pk).exists()


def given_answers(pages: Mapping[tuple[str, str], AnswerPage], leaving_out: tuple[str, str] | None = None) -> dict:
    """All stored answers by question, those that are no longer asked for among them."""
    given: dict[str, Any] = {}
    for place, page in pages.items():
        if place != leaving_out:
            given |= page.answers
    return given


def counted_answers(pages: Mapping[tuple[str, str], AnswerPage]) -> dict[str, Any]:
    """The stored answers that count."""
    return walk(QUESTIONS, given_answers(pages))


def pages_of(assessment: Assessment) -> dict[tuple[str, str], AnswerPage]:
    """The saved pages by (section, page); one query."""
    return {(row.section, row.page): row for row in assessment.pages.select_related("saved_by")}


def _follow(assessment: Assessment, answers: Mapping[str, Any]) -> None:
    """Columns of the assessment that repeat an answer, for lists and access."""
    if "name" in answers:
        assessment.title = answers["name"]
    if "owner" in answers:
        assessment.owner_id = answers["owner"]
    if "collaborators" in answers:
        assessment.collaborators.set(answers["collaborators"] or [])

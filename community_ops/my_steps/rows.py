"""Turns steps into rows that a person reads and works: what to do, for which group, by when, and what to tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assessments.models import Condition
from assessments.sentences import task_sentence
from assessments.verdicts import conditions_just_met
from community_ops.my_steps.open_steps import Kind, Listing, When, when_of
from groups.access import leads
from groups.models import Group, User
from lifecycle.cases.playing import playbook_of, words_of, words_of_step
from lifecycle.cases.unticking import steps_just_done
from lifecycle.cases.wording.reasons import REFUSALS
from lifecycle.cases.wording.steps import COUNTS
from lifecycle.cases.working import PROOF
from lifecycle.models import CaseTask
from lifecycle.rules.case_flow import Action
from lifecycle.rules.playbooks import LAST_NOTICE, step_of
from lifecycle.views.cases.content import text_fields, text_to_copy
from lifecycle.views.cases.forms import StepForm

JUST_DONE_SHOWN = 5
Key = tuple[Kind, int, date]


class NoteForm(forms.Form):
    """How a condition was met."""

    use_required_attribute = False
    note = forms.CharField(
        label=gettext_lazy("How was it done? (optional)"),
        max_length=200,
        required=False,
        validators=[ProhibitNullCharactersValidator()],
    )


@dataclass(frozen=True)
class Row:
    """One step. `form` marks it done; where there is none, `action` at `address` is the way to do it."""

    kind: Kind
    pk: int
    day: date
    when: When
    title: str
    about: str
    address: str
    action: str
    person: User | None
    late_days: int = 0
    wants: list[str] = field(default_factory=list)
    text: str = ""
    form: forms.Form | None = None
    refused: bool = False

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.pk}"

    @property
    def late(self) -> str:
        return ngettext("%(count)s day late", "%(count)s days late", self.late_days) % {"count": self.late_days}


def rows_of(
    listing: Listing, user: User, today: date, typed: Mapping[Key, forms.Form] | None = None, *, of_team: bool = False
) -> list[Row]:
    """The rows of one page in their order: a query for each kind. Whose step it is is read for those of teams alone.

    `typed` holds forms that were refused; their rows are shown even where the list does not hold them any more.
    """
    typed = typed or {}
    steps = [*(key for key in typed if key not in listing.steps), *listing.steps]
    ids: dict[Kind, list[int]] = {kind: [] for kind in Kind}
    for kind, pk, _day in steps:
        ids[kind].append(pk)
    tasks = CaseTask.objects.select_related("case__group__owner", "case__owner", "case__playbook_row")
    conditions = Condition.objects.select_related("verdict__assessment")
    groups = Group.objects.all()
    if of_team:
        conditions, groups = conditions.select_related("owner"), groups.select_related("owner")
    found: dict[Kind, Mapping[int, Any]] = {
        Kind.CASE: tasks.in_bulk(ids[Kind.CASE]),
        Kind.CONDITION: conditions.in_bulk(ids[Kind.CONDITION]),
        Kind.REVIEW: groups.in_bulk(ids[Kind.REVIEW]),
    }
    rows = []
    for kind, pk, day in steps:
        words: dict[str, Any] = {"kind": kind, "pk": pk, "day": day, "when": when_of(day, today)}
        words["late_days"] = max((today - day).days, 0)
        refused = typed.get((kind, pk, day))
        row = found[kind].get(pk)
        if row is None:  # gone since the ids were read
            continue
        if kind is Kind.CASE:
            words |= _case_step(row, user)
        elif kind is Kind.CONDITION:
            words |= _condition(row)
        else:
            words |= _review(row)
        words["person"] = _person(kind, row) if of_team else None
        rows.append(Row(**words | ({"form": refused, "refused": True} if refused else {})))
    return rows


def _person(kind: Kind, row: Any) -> User | None:
    """Whose step it is."""
    return (row.case.owner or row.case.group.owner) if kind is Kind.CASE else row.owner


def form_of(task: CaseTask, sent: Any = None) -> forms.Form | None:
    """The form that marks a step of a case done; None for the proof, which has a page of its own."""
    step = step_of(playbook_of(task.case), task.step)
    if step is None or step.closes == PROOF:
        return None
    return StepForm(sent, step=step, auto_id=f"id_case_{task.pk}_%s")


def _case_step(task: CaseTask, user: User) -> dict[str, Any]:
    case = task.case
    playbook = playbook_of(case)
    step, words = step_of(playbook, task.step), words_of(playbook, task.step)
    proves = step is not None and step.closes == PROOF
    wants = []
    if step and step.evidence and not proves:
        wants.append(str(REFUSALS["evidence_missing"]))
    if step and step.asks:
        wants.append(str(COUNTS[step.asks]))
    if task.step == LAST_NOTICE:
        wants.append(str(REFUSALS["notice_first_missing"]))
    if proves:
        wants.append(str(REFUSALS["step_has_its_own_form"]))
    ready_to_prove = proves and case.state == "soft_closed" and leads(user, case.team_id)
    return {
        "title": str(words.title),
        "about": f"{case.group} · {case.number}",
        "address": reverse("case-action", args=[case.pk, Action.PROVE.value])
        if ready_to_prove
        else reverse("case-page", args=[case.pk]),
        "action": _("Give the proof") if ready_to_prove else _("Open the case"),
        "wants": wants,
        "text": text_to_copy(words, text_fields(case), task.text),
        "form": form_of(task),
    }


def _condition(condition: Condition) -> dict[str, Any]:
    return {
        "title": sentence_of(condition),
        "about": str(condition.verdict.assessment),
        "address": f"{reverse('verdict', args=[condition.verdict.assessment_id])}#conditions",
        "action": _("Open the verdict"),
        "form": NoteForm(auto_id=f"id_condition_{condition.pk}_%s"),
    }


def sentence_of(condition: Condition) -> str:
    """What has to be done, from the figures of the verdict."""
    found = condition.verdict.findings
    figures = next((each["figures"] for each in found if each["code"] == condition.code), {})
    return task_sentence(condition.code, figures)


def _review(group: Group) -> dict[str, Any]:
    return {
        "title": _("Review the group: keep, adjust or end"),
        "about": str(group),
        "address": reverse("group-review", args=[group.pk]),
        "action": _("Review"),
    }


@dataclass(frozen=True)
class JustDone:
    """A step that the person may still open again."""

    kind: Kind
    pk: int
    title: str
    about: str


def just_done(user: User, now: datetime) -> list[JustDone]:
    """The last steps that the person marked done, as long as that can be taken back; two queries."""
    tasks = steps_just_done(user, now).select_related("case__group", "case__playbook_row").order_by("-done_at")
    met = conditions_just_met(user, now).select_related("verdict__assessment").order_by("-done_at")
    found = [
        *((task.done_at, JustDone(Kind.CASE, task.pk, title_of(task), str(task.case.group)))
          for task in tasks[:JUST_DONE_SHOWN]),
        *((each.done_at, JustDone(Kind.CONDITION, each.pk, sentence_of(each), str(each.verdict.assessment)))
          for each in met[:JUST_DONE_SHOWN]),
    ]  # fmt: skip
    return [each for _at, each in sorted(found, key=lambda pair: pair[0], reverse=True)[:JUST_DONE_SHOWN]]


def title_of(task: CaseTask) -> str:
    return str(words_of_step(task.case, task.step).title)

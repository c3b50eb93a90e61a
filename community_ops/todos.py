"""What waits for a person today. Each kind is one or two queries, whatever the number of groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import Assessment, Override
from assessments.reviews import due_reviews
from community_ops.my_steps.open_steps import WEEK, case_steps, conditions, of_person
from community_ops.my_steps.rows import sentence_of
from community_ops.promotions import late_groups, late_sentence
from groups.access import leads_any
from groups.models import Group, User
from lifecycle.display_states import DisplayState
from lifecycle.models import Case
from lifecycle.models.cases import Remedy

ENDING_WITHIN = timedelta(days=30)
ROWS = 5


@dataclass(frozen=True)
class Todo:
    """One line of the list; the whole line is a link. `mark` is a display state that lends its icon and colour."""

    text: str
    detail: str
    address: str
    action: str
    mark: DisplayState = DisplayState.UNKNOWN


def mine(user: User, today: date) -> list[Todo]:
    """Everything that waits for this person, most urgent first."""
    return [
        *exceptions_asked(user),
        *cases_to_triage(user, today),
        *cases_to_settle(user),
        *steps_due(user, today),
        *promotions_due(user, today),
        *conditions_due(user, today),
        *reviews_due(user, today),
        *groups_ending(user, today),
        *drafts(user),
    ]


def exceptions_asked(user: User) -> Iterator[Todo]:
    """Groups that somebody wants against the verdict, in the teams that the user leads."""
    asked = Override.objects.led_by(user).filter(granted=None).select_related("verdict__assessment", "asked_by")
    for override in asked.order_by("asked_at", "id")[:ROWS]:
        yield Todo(
            str(override.verdict.assessment),
            _("%(person)s asks for an exception") % {"person": override.asked_by},
            reverse("verdict", args=[override.verdict.assessment_id]),
            _("Decide"),
            DisplayState.AT_RISK,
        )


def cases_to_triage(user: User, today: date) -> Iterator[Todo]:
    """A manager decides the open cases of the teams that they lead; an operator proposes for the own groups."""
    leads = leads_any(user)
    cases = Case.objects.led_by(user) if leads else Case.objects.visible_to(user).filter(of_person(user))
    count = cases.to_triage(today).count()
    if count:
        yield Todo(
            ngettext("%(count)s case waits for triage", "%(count)s cases wait for triage", count) % {"count": count},
            _("Revive, migrate or dissolve") if leads else _("Say what you would do"),
            reverse("case-board") + ("" if leads else f"?owner={user.pk}"),
            _("Triage"),
            DisplayState.AT_RISK,
        )


def cases_to_settle(user: User) -> Iterator[Todo]:
    """Cases that wait for the word of who leads the team: the people have moved, or members stopped the end."""
    for case in Case.objects.led_by(user).to_settle().select_related("group").order_by("state_since", "pk")[:ROWS]:
        moved = case.remedy == Remedy.MIGRATE
        yield Todo(
            case.group.name,
            _("The people have moved: end the case, or dissolve the group")
            if moved
            else _("Members act again, so its end has stopped"),
            reverse("case-page", args=[case.pk]),
            _("Decide"),
            DisplayState.WATCH,
        )


def steps_due(user: User, today: date) -> Iterator[Todo]:
    """Cases of the person with steps that are due, the longest overdue first."""
    rows = (
        case_steps(user)
        .filter(due_on__lte=today)
        .values("case_id", "case__group__name")
        .annotate(steps=Count("id"), since=Min("due_on"))
    )
    for row in rows.order_by("since", "case_id")[:ROWS]:
        yield Todo(
            row["case__group__name"],
            ngettext("%(count)s step is due since %(day)s", "%(count)s steps are due since %(day)s", row["steps"])
            % {"count": row["steps"], "day": row["since"].isoformat()},
            reverse("case-page", args=[row["case_id"]]),
            _("Open"),
            DisplayState.WATCH,
        )


def promotions_due(user: User, today: date) -> Iterator[Todo]:
    """Groups that end before their people have moved on: those of the teams that the user leads, else the own ones."""
    groups = Group.objects.led_by(user) if leads_any(user) else Group.objects.visible_to(user).filter(owner=user)
    for each in late_groups(groups, today)[:ROWS]:
        yield Todo(
            each.name,
            late_sentence(each.late),
            reverse("group-moves", args=[each.group_id]),
            _("Move the best on"),
            DisplayState.AT_RISK,
        )


def groups_ending(user: User, today: date) -> Iterator[Todo]:
    """Running groups that pass their planned end soon or did already: renew, migrate or end them well."""
    groups = Group.objects.led_by(user) if leads_any(user) else Group.objects.visible_to(user).owned_by(user)
    rows = (
        groups.running()
        .filter(plans__superseded_at=None, plans__ends_on__lte=today + ENDING_WITHIN)
        .order_by("plans__ends_on", "id")
        .values_list("id", "name", "plans__ends_on")
    )
    for group_id, name, ends_on in rows[:ROWS]:
        late = ends_on < today
        detail = _("was to end on %(day)s") if late else _("ends on %(day)s")
        yield Todo(
            name,
            detail % {"day": ends_on.isoformat()},
            reverse("group-page", args=[group_id]),
            _("Renew or end"),
            DisplayState.WATCH if late else DisplayState.COMPLETED,
        )


def reviews_due(user: User, today: date) -> Iterator[Todo]:
    """Reviews of the own groups, in one line; those that were missed for a whole rhythm are counted."""
    due = due_reviews(Group.objects.visible_to(user).filter(owner=user), today)
    if not due.count:
        return
    missed, only = due.missed, due.rows[0].group.pk
    detail = (
        ngettext("missed in %(count)s group", "missed in %(count)s groups", missed) % {"count": missed}
        if missed
        else _("Keep, adjust or end")
    )
    yield Todo(
        ngettext("%(count)s review is due", "%(count)s reviews are due", due.count) % {"count": due.count},
        detail,
        reverse("group-review", args=[only]) if due.count == 1 else f"{reverse('review-list')}?whose=mine",
        _("Review"),
        DisplayState.AT_RISK if missed else DisplayState.WATCH,
    )


def conditions_due(user: User, today: date) -> Iterator[Todo]:
    """Conditions of verdicts that still hold, given to this person and due within a week."""
    rows = conditions(user).filter(due_on__lte=today + WEEK).select_related("verdict__assessment")
    for condition in rows.order_by("due_on", "id")[:ROWS]:
        verdict = condition.verdict
        late = condition.due_on < today
        detail = _("%(plan)s, was due on %(day)s") if late else _("%(plan)s, due on %(day)s")
        yield Todo(
            sentence_of(condition),
            detail % {"plan": verdict.assessment, "day": condition.due_on.isoformat()},
            reverse("verdict", args=[verdict.assessment_id]),
            _("Open"),
            DisplayState.WATCH if late else DisplayState.UNKNOWN,
        )


def drafts(user: User) -> Iterator[Todo]:
    """Assessments that the user began and did not finish, the latest first."""
    begun = Assessment.objects.visible_to(user).filter(created_by=user, state=Assessment.State.DRAFT)
    for assessment in begun.order_by("-changed_at", "-id")[:ROWS]:
        yield Todo(
            assessment.title or _("An assessment without a name"),
            _("draft, saved %(moment)s") % {"moment": f"{timezone.localtime(assessment.changed_at):%m-%d %H:%M}"},
            reverse("assessment-continue", args=[assessment.pk]),
            _("Continue"),
            DisplayState.FORMING,
        )

"""Reads the board of cases: who stands in which column, how many, and what each card says. Two statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.models import CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When, Window
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, RowNumber
from django.utils.translation import gettext_lazy as _

from groups.models import User
from lifecycle.cases.playing import title_of_playbook
from lifecycle.models import Case, CaseTask
from lifecycle.models.cases import put_aside
from lifecycle.models.health import Cause
from lifecycle.views.cases.actions import moves_of

CARDS = 12  # a column shows this many and links to the rest
ENDED_DAYS = 30
URGENT = ("due_on", "opened_on", "pk")
# Composed apart from what a card shows: the ORM's own filter on a window names every column of the cards twice.
FIRST_OF_EACH = "SELECT id FROM ({placed}) placed(id, place) WHERE place <= %s"

COLUMNS = {
    "triage": _("To triage"),
    "reviving": _("Reviving"),
    "migrating": _("Migrating"),
    "closing": _("Closing"),
    "snoozed": _("Snoozed"),
    "ended": _("Ended in 30 days"),
}
ON_BOARD = ("triage", "reviving", "migrating", "closing")


@dataclass(frozen=True)
class Filters:
    """What the address asks for; anything unknown is as if it were not there."""

    owner: int | None = None
    cause: str = ""
    column: str = ""

    @classmethod
    def of(cls, asked: Any) -> Filters:
        owner = asked.get("owner", "")
        cause, column = asked.get("cause", ""), asked.get("column", "")
        return cls(
            owner=int(owner) if owner.isascii() and owner.isdigit() and len(owner) < 10 else None,
            cause=cause if cause in Cause.values else "",
            column=column if column in COLUMNS else "",
        )

    @property
    def any(self) -> bool:
        return bool(self.owner or self.cause)


def cases_of(user: User, filters: Filters, today: date) -> QuerySet[Case]:
    """The cases that the user sees under these filters: all that go on, and those that ended lately."""
    recent = today - timedelta(days=ENDED_DAYS)
    found = Case.objects.visible_to(user).filter(Q(ended_on=None) | Q(ended_on__gt=recent))
    if filters.owner:
        found = found.filter(owner=filters.owner)
    if filters.cause:
        found = found.filter(cause=filters.cause)
    return found.annotate(column=_column(today))


def counts_of(cases: QuerySet[Case]) -> tuple[dict[str, int], dict[str, int]]:
    """How many cases stand in each column, and how many ended in each way."""
    by_column, by_ending = dict.fromkeys(COLUMNS, 0), {}
    for column, state, count in cases.values_list("column", "state").annotate(count=Count("pk")).order_by("state"):
        by_column[column] += count
        if column == "ended":
            by_ending[state] = count
    return by_column, by_ending


def cards_of(cases: QuerySet[Case], user: User, today: date) -> dict[str, list[Case]]:
    """The first cards of each column of the board, the most urgent first."""
    first = cases.filter(column__in=ON_BOARD).annotate(
        place=Window(RowNumber(), partition_by=F("column"), order_by=[F(name).asc(nulls_last=True) for name in URGENT])
    )
    try:
        placed, params = first.order_by().values_list("pk", "place").query.sql_with_params()
    except EmptyResultSet:  # whoever is in no team sees no case
        return {column: [] for column in ON_BOARD}
    first_of_each = RawSQL(FIRST_OF_EACH.format(placed=placed), [*params, CARDS])  # noqa: S611 - by the ORM
    shown = with_cards(Case.objects.filter(pk__in=first_of_each).annotate(column=_column(today)))
    columns: dict[str, list[Case]] = {column: [] for column in ON_BOARD}
    for case in sorted(dressed(shown, user, today), key=_urgency):
        columns[case.column].append(case)
    return columns


def _urgency(case: Case) -> tuple[date, date, int]:
    """The order of URGENT."""
    return case.due_on or date.max, case.opened_on, case.pk


def with_cards(cases: QuerySet[Case]) -> QuerySet[Case]:
    """The cases with what a card shows: group, where it stands, owner, and how many steps of the plan are done."""
    steps = CaseTask.objects.filter(case=OuterRef("pk"), plan=OuterRef("plans")).order_by().values("case")
    return cases.select_related("group__standing", "owner", "playbook_row").annotate(
        steps=Coalesce(Subquery(steps.annotate(n=Count("pk")).values("n")), 0),
        steps_done=Coalesce(Subquery(steps.annotate(n=Count("done_at")).values("n")), 0),
    )


def dressed(cases: Iterable[Case], user: User, today: date) -> list[Case]:
    """The cards with what they compute: days left or over, whether they sleep, the playbook, where they can go."""
    found = list(cases)
    for case in found:
        left = (case.due_on - today).days if case.due_on else None
        case.days_left, case.days_over = left, None if left is None else -left
        case.snoozed = case.column == "snoozed"
        case.playbook_title = title_of_playbook(case)
        case.moves = moves_of(user, case)
    return found


def owners_of(user: User) -> QuerySet[User]:
    """Who owns cases that go on, for the filter."""
    owners = Case.objects.visible_to(user).filter(ended_on=None).values("owner")
    return User.objects.filter(pk__in=owners).order_by("sort_key", "pk")


def _column(today: date) -> models.Case:
    asleep = Q(state=Case.State.OPEN) & put_aside(today)
    return models.Case(
        When(ended_on__isnull=False, then=Value("ended")),
        When(asleep, then=Value("snoozed")),
        When(state=Case.State.OPEN, then=Value("triage")),
        When(state__in=[Case.State.CLOSING, Case.State.SOFT_CLOSED], then=Value("closing")),
        When(remedy="revive", then=Value("reviving")),
        When(remedy="migrate", then=Value("migrating")),
        default=Value("triage"),  # a dissolution that a member stopped
        output_field=CharField(),
    )

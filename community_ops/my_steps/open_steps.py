"""Which steps are open for whom: the one home of that question, for the page of steps and for home.

A kind of step is a query with `day`, the day on which it is due. The kinds are sorted and cut into pages by the
database, so that their number does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Q, QuerySet, Value

from assessments.models import Condition
from assessments.reviews import with_rhythm
from groups.access import leads_any
from groups.models import Group, User
from lifecycle.models import CaseTask
from lifecycle.models.cases import at_work

WEEK = timedelta(days=7)
A_PAGE = 20
COUNTED = "SELECT day, count(*) FROM ({steps}) steps(kind, id, day) GROUP BY day"
CUT = """
    SELECT kind, id, day FROM ({steps}) steps(kind, id, day) WHERE day BETWEEN %s AND %s
    ORDER BY day, kind, id LIMIT %s OFFSET %s
"""


class Kind(StrEnum):
    CASE = "case"
    CONDITION = "condition"
    REVIEW = "review"


class When(StrEnum):
    """Each step is due in exactly one of these."""

    LATE = "late"
    TODAY = "today"
    WEEK = "week"  # the next seven days
    LATER = "later"


def days_of(when: When, today: date) -> tuple[date, date]:
    """The first and the last day of one part."""
    tomorrow, in_a_week = today + timedelta(days=1), today + WEEK
    return {
        When.LATE: (date.min, today - timedelta(days=1)),
        When.TODAY: (today, today),
        When.WEEK: (tomorrow, in_a_week),
        When.LATER: (in_a_week + timedelta(days=1), date.max),
    }[when]


def when_of(day: date, today: date) -> When:
    """The part in which a day lies."""
    return next(when for when in When if day <= days_of(when, today)[1])


def of_person(user: User, case: str = "") -> Q:
    """Cases of a person; one that was given to nobody belongs to the owner of its group and those beside them."""
    groups = Group.objects.owned_by(user).values("pk")
    return Q(**{f"{case}owner": user}) | Q(**{f"{case}owner": None, f"{case}group__in": groups})


def case_steps(user: User, of_team: bool = False) -> QuerySet[CaseTask]:
    """Open steps of the plans that are worked now: the person's own, or of the teams that they lead."""
    steps = (
        CaseTask.objects.led_by(user)
        if of_team
        else CaseTask.objects.visible_to(user).filter(of_person(user, "case__"))
    )
    return steps.filter(at_work("case__"), plan=F("case__plans"), done_at=None).annotate(day=F("due_on"))


def conditions(user: User, of_team: bool = False) -> QuerySet[Condition]:
    """Conditions of verdicts that still hold and are not met; given to the person, or of the teams that they lead."""
    conditions = Condition.objects.to_meet()
    found = conditions.led_by(user) if of_team else conditions.visible_to(user).filter(owner=user)
    return found.annotate(day=F("due_on")).order_by()


def reviews(user: User, today: date, of_team: bool = False) -> QuerySet[Group]:
    """Groups whose review is due, or comes within a week: the own ones, or of the teams that the person leads.

    A review comes again and again; those that are further away are no steps yet.
    """
    groups = Group.objects.led_by(user) if of_team else Group.objects.visible_to(user).filter(owner=user)
    return with_rhythm(groups).filter(falls_due_on__lte=today + WEEK).annotate(day=F("falls_due_on"))


@dataclass(frozen=True)
class Listing:
    """One page of what was asked for: (kind, id, day), the number of each part, and how many pages there are."""

    steps: list[tuple[Kind, int, date]]
    counts: Mapping[When, int]
    page: int
    pages: int


def open_steps(user: User, today: date, *, of_team: bool = False, when: When | None = None, page: int = 1) -> Listing:
    """What is open, the longest overdue first; two queries. `of_team` counts only for who leads a team."""
    of_team = of_team and leads_any(user)
    kinds: dict[Kind, QuerySet] = {
        Kind.CASE: case_steps(user, of_team),
        Kind.CONDITION: conditions(user, of_team),
        Kind.REVIEW: reviews(user, today, of_team),
    }
    counts = dict.fromkeys(When, 0)
    try:
        steps, params = _together(kinds)
    except EmptyResultSet:  # whoever is in no team has no steps
        return Listing([], counts, 1, 1)
    with connection.cursor() as cursor:
        cursor.execute(COUNTED.format(steps=steps), params)
        for day, number in cursor.fetchall():
            counts[when_of(day, today)] += number
        total = counts[when] if when else sum(counts.values())
        pages = max(-(-total // A_PAGE), 1)
        page = min(max(page, 1), pages)
        between = days_of(when, today) if when else (date.min, date.max)
        cursor.execute(CUT.format(steps=steps), [*params, *between, A_PAGE, (page - 1) * A_PAGE])
        return Listing([(Kind(kind), pk, day) for kind, pk, day in cursor.fetchall()], counts, page, pages)


def _together(kinds: Mapping[Kind, QuerySet]) -> tuple[str, tuple[Any, ...]]:
    """The steps of all kinds as one statement, composed once for both questions. Raises EmptyResultSet."""
    first, *others = (
        rows.annotate(kind_of_step=Value(kind.value)).order_by().values_list("kind_of_step", "pk", "day")
        for kind, rows in kinds.items()
    )
    sql, params = first.union(*others, all=True).query.sql_with_params()
    return sql, params

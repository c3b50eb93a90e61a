"""Writes reviews of groups, and says which fall due. Figures come in as they were shown; nobody edits them later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, DateField, ExpressionWrapper, F, Max, Q, QuerySet
from django.db.models.functions import Greatest

from assessments.models import Review
from assessments.rules.review_rhythm import Turn, next_review
from groups import audit
from groups.models import Group, Plan, User


class AlreadyReviewed(Exception):
    """Somebody else held the review that fell due. Nothing was written; `review` is theirs."""

    def __init__(self, review: Review) -> None:
        super().__init__(str(review))
        self.review = review


SHOWN_AT_MOST = 100


@dataclass(frozen=True)
class DueReview:
    """A group whose plan asks for reviews, with the turn that is next."""

    group: Group
    turn: Turn


@dataclass(frozen=True)
class DueReviews:
    """How many are due, how many of them were missed for a whole rhythm, and the longest overdue of them."""

    count: int
    missed: int
    rows: list[DueReview]


def with_rhythm(groups: QuerySet[Group]) -> QuerySet[Group]:
    """Running groups whose current plan asks for reviews, with what `turn_of` needs.

    `falls_due_on` is the same day as next_review's, for the database to sort and count by.
    """
    return (
        groups.running()
        .filter(plans__superseded_at=None, plans__review_every_days__isnull=False)
        .annotate(
            every_days=F("plans__review_every_days"),
            plan_starts_on=F("plans__starts_on"),
            last_review_on=Max("reviews__held_on"),
        )
        .annotate(
            # GREATEST of PostgreSQL passes over what is null
            falls_due_on=ExpressionWrapper(
                Greatest("plan_starts_on", "opened_on", "last_review_on") + F("every_days"), output_field=DateField()
            )
        )
    )


def turn_of(group: Group, today: date) -> Turn:
    """The next review of a group of `with_rhythm`."""
    return next_review(
        begins_on=max(group.plan_starts_on, group.opened_on),
        last_held_on=group.last_review_on,
        every_days=group.every_days,
        today=today,
    )


def due_reviews(groups: QuerySet[Group], today: date) -> DueReviews:
    """The reviews that are due, the longest overdue first; one query to count and one for the rows shown."""
    due = with_rhythm(groups).filter(falls_due_on__lte=today)
    missed = ExpressionWrapper(F("falls_due_on") + F("every_days"), output_field=DateField())
    counts = due.annotate(missed_on=missed).aggregate(
        all=Count("pk"), missed=Count("pk", filter=Q(missed_on__lte=today))
    )
    rows = due.order_by("falls_due_on", "pk")[:SHOWN_AT_MOST] if counts["all"] else []
    return DueReviews(counts["all"], counts["missed"], [DueReview(group, turn_of(group, today)) for group in rows])


@transaction.atomic
def hold_review(
    *,
    group: Group,
    token: UUID,
    figures: Sequence[dict[str, Any]],
    serves: str,
    decision: str,
    note: str,
    by: User,
    now: datetime,
    today: date,
) -> Review:
    """Put a review on record. The same token again gives the same review. Raises AlreadyReviewed.

    The row of the group is locked, so that two people who review at once follow one another. A review that is held
    before its day counts for that day.
    """
    locked = Group.objects.select_for_update().get(pk=group.pk)
    known = Review.objects.filter(token=token, group=locked).first()
    if known:
        return known
    plan = Plan.objects.filter(group=locked, superseded_at=None).first()
    held_today = Review.objects.filter(group=locked, held_on=today).first()
    if held_today:
        raise AlreadyReviewed(held_today)
    review = Review.objects.create(
        group=locked,
        team_id=locked.team_id,
        due_on=_due_on(locked, plan, today),
        held_on=today,
        figures=list(figures),
        serves=serves,
        decision=decision,
        note=note.strip(),
        token=token,
        created_at=now,
        created_by=by,
    )
    audit.record(
        verb="reviewed",
        thing=locked,
        by=by,
        now=now,
        after={"serves": serves, "decision": decision},
        reason=review.note,
    )
    return review


def _due_on(group: Group, plan: Plan | None, today: date) -> date:
    """The day for which a review of today counts; today itself where the plan sets no rhythm."""
    if plan is None or plan.review_every_days is None:
        return today
    last = Review.objects.filter(group=group).aggregate(last=Max("held_on"))["last"]
    return next_review(
        begins_on=max(plan.starts_on, group.opened_on),
        last_held_on=last,
        every_days=plan.review_every_days,
        today=today,
    ).due_on

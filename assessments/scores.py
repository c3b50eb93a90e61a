"""Writes how verdicts came out, once per moment, and what groups taught; says which verdicts are to be scored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from assessments.models import Experience, Registration, Score, Verdict
from assessments.predictions import predicted_of
from assessments.rules.actuals import Actual
from assessments.storing import plain
from groups import audit
from groups.models import Group

DAYS_TO_FIRST_SCORE = 90


@dataclass(frozen=True)
class ScoreDue:
    """A verdict with its groups, to be scored at a moment."""

    verdict: Verdict
    moment: str
    groups: tuple[Group, ...]


def scores_due(today: date) -> list[ScoreDue]:
    """After 90 days of the youngest group, and when all groups are closed; two queries, of what may be due alone."""
    rows = (
        Registration.objects.filter(verdict__in=_may_be_due(today))
        .select_related("verdict", "group")
        .order_by("verdict_id", "group_id")
    )
    groups: dict[Verdict, list[Group]] = {}
    for row in rows:
        groups.setdefault(row.verdict, []).append(row.group)
    scored = set(Score.objects.filter(verdict__in=groups).values_list("verdict_id", "moment"))
    found = [
        ScoreDue(verdict, moment, tuple(members))
        for verdict, members in groups.items()
        for moment in _moments(members, today)
    ]
    return [due for due in found if (due.verdict.pk, due.moment) not in scored]


@transaction.atomic
def record_score(*, due: ScoreDue, actual: Actual, now: datetime, today: date) -> bool:
    """Put a score on record; False if it stood there already."""
    predicted = predicted_of(due.verdict, len(due.groups))
    score, made = Score.objects.get_or_create(
        verdict=due.verdict,
        moment=due.moment,
        defaults={
            "team_id": due.verdict.team_id,
            "scored_on": today,
            "groups": len(due.groups),
            "predicted": plain(predicted),
            "actual": plain(actual),
            "chance": predicted.chance,
            "earned": actual.earned,
            "made_at": now,
        },
    )
    if made:
        audit.record(verb="scored", thing=score, by=None, now=now, after={"moment": due.moment, "earned": score.earned})
    return made


def keep_experience(rows: Iterable[Experience]) -> int:
    """Replace what is known of these groups; returns how many."""
    fields = [field.attname for field in Experience._meta.concrete_fields if not field.primary_key]
    kept = Experience.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["group"], update_fields=fields, batch_size=1000
    )
    return len(kept)


def _may_be_due(today: date) -> QuerySet:
    """Verdicts with a group that is old enough, or closed, and no score of that moment yet."""
    scores = Score.objects.filter(verdict=OuterRef("verdict"))
    old = Q(group__opened_on__lte=today - timedelta(days=DAYS_TO_FIRST_SCORE))
    closed = Q(group__closed_on__isnull=False)
    due = (old & ~Exists(scores.filter(moment=Score.Moment.DAY_90))) | (
        closed & ~Exists(scores.filter(moment=Score.Moment.END))
    )
    return Registration.objects.filter(due).values("verdict")


def _moments(groups: list[Group], today: date) -> list[str]:
    moments = []
    if max(group.opened_on for group in groups) + timedelta(days=DAYS_TO_FIRST_SCORE) <= today:
        moments.append(Score.Moment.DAY_90.value)
    if all(group.closed_on for group in groups):
        moments.append(Score.Moment.END.value)
    return moments

"""What the nights teach about plans: experience of every group, and verdicts scored against what came."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from assessments.models import Experience, Score
from assessments.rules.actuals import Actual, together
from assessments.scores import DAYS_TO_FIRST_SCORE, ScoreDue, keep_experience, record_score, scores_due
from community_ops.actuals import Window, actuals_of, through_yesterday
from groups.models import Group, Plan

GROUPS_AT_ONCE = 1000
DAYS_LOOKED_AT = 90
YOUNGEST = 28  # days; a younger group teaches nothing yet


def learn(*, now: datetime, today: date, again: bool = False) -> dict[str, int]:
    """Both, once a day; `again` makes the experience anew although it is of today. Repeating it changes nothing."""
    fresh = not again and Experience.objects.filter(as_of=today).exists()
    return {"experience": 0 if fresh else gather_experience(today=today), "scores": score(now=now, today=today)}


def gather_experience(*, today: date) -> int:
    """What each group with a plan shows in its last 90 days; returns of how many groups."""
    plans = Plan.objects.filter(superseded_at=None, group__opened_on__lte=today - timedelta(days=YOUNGEST))
    rows = list(plans.filter(group__archived_at=None).select_related("group").order_by("group_id"))
    return sum(_gather(rows[at : at + GROUPS_AT_ONCE], today) for at in range(0, len(rows), GROUPS_AT_ONCE))


def score(*, now: datetime, today: date) -> int:
    """Score every verdict whose moment has come; returns how many."""
    due = scores_due(today)
    windows = {(each.verdict.pk, each.moment): [_window(group, each) for group in each.groups] for each in due}
    made = 0
    for moment in Score.Moment.values:
        some = [each for each in due if each.moment == moment]
        seen = actuals_of([window for each in some for window in windows[each.verdict.pk, moment]])
        made += sum(_recorded(each, seen, now, today) for each in some)
    return made


def _recorded(due: ScoreDue, seen: dict[int, Actual], now: datetime, today: date) -> bool:
    actual = together([seen[group.pk] for group in due.groups])
    return record_score(due=due, actual=actual, now=now, today=today)


def _window(group: Group, due: ScoreDue) -> Window:
    """The first 90 days, or the whole life of a group that ended."""
    closed_on = group.closed_on if due.moment == Score.Moment.END else None
    last = closed_on or group.opened_on + timedelta(days=DAYS_TO_FIRST_SCORE - 1)
    return Window(group.pk, group.opened_on, last, group.opened_on, closed_on)


def _gather(plans: list[Plan], today: date) -> int:
    windows = [
        through_yesterday(plan.group_id, plan.group.opened_on, today, DAYS_LOOKED_AT, plan.group.closed_on)
        for plan in plans
    ]
    seen = actuals_of(windows)
    return keep_experience(_experience(plan, seen[plan.group_id], today) for plan in plans)


def _experience(plan: Plan, actual: Actual, today: date) -> Experience:
    return Experience(
        group_id=plan.group_id,
        team_id=plan.group.team_id,
        monetization=plan.monetization,
        layer=plan.group.layer,
        as_of=today,
        conversion=actual.conversion,
        weekly_hours=actual.weekly_hours,
        cost_per_join=actual.cost_per_join,
        life_days=actual.life_days,
        has_ended=actual.has_ended,
    )

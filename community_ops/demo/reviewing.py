"""Holds the reviews that the demo company held: most groups in time, some due now, a few missed."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

from assessments.reviews import hold_review
from community_ops.actuals import actuals_of, through_yesterday
from community_ops.demo.company import Company
from community_ops.review_figures import figures_of
from groups.models import Plan
from lifecycle.models import Standing

DAYS_SEEN = 28
# (does it serve, what follows, note) in turns; most groups go on as they are.
SAID = (
    ("yes", "keep", ""),
    ("yes", "keep", "下单稳定，不用多说话"),
    ("partly", "adjust", "发言多是接龙，改成每周一次答疑"),
    ("yes", "keep", ""),
    ("yes", "adjust", "会员日从周五挪到周四晚上 8 点，试一个月"),
    ("no", "adjust", "两周没人点链接，先停广告，换成新品试吃"),
    ("yes", "keep", "老成员带新人，气氛不错"),
)
IN_TIME, DUE, MISSED = 12, 17, 33  # days since the last review, at a rhythm of 14


def hold_reviews(*, company: Company, now: datetime, today: date) -> int:
    """One review of every group that is old enough; returns how many."""
    groups = [group for group in company.groups.values() if (today - group.opened_on).days > MISSED + 14]
    running = [group for group in groups if group.closed_on is None]
    seen = actuals_of([through_yesterday(group.pk, group.opened_on, today, DAYS_SEEN) for group in running])
    plans = {plan.group_id: plan for plan in Plan.objects.filter(group__in=running, superseded_at=None)}
    standings = Standing.objects.in_bulk([group.pk for group in running])
    for place, group in enumerate(running):
        back = timedelta(days=_days_since(place))
        serves, decision, note = SAID[place % len(SAID)]
        hold_review(
            group=group,
            token=uuid.uuid4(),
            figures=figures_of(plans.get(group.pk), None, seen[group.pk], standings.get(group.pk)),
            serves=serves,
            decision=decision,
            note=note,
            by=group.owner,
            now=now - back,
            today=today - back,
        )
    return len(running)


def _days_since(place: int) -> int:
    if place % 29 == 7:
        return MISSED
    return DUE if place % 11 == 3 else 1 + place % IN_TIME

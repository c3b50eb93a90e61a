"""Gives the demo company a past: plans that were decided months ago, their groups, and how they came out."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

from django.utils import timezone

from assessments.models import Registration, Verdict
from assessments.rules.actuals import together
from assessments.scores import ScoreDue, record_score
from assessments.verdicts import decide, update_condition
from community_ops import learning
from community_ops.actuals import actuals_of, through_yesterday
from community_ops.demo.company import Company
from community_ops.demo.plans import SNACKS, TEA, fill, running_costs
from community_ops.demo.roster import roster
from groups.models import Group

DECIDED_DAYS_AGO = 120
DAYS_SCORED = 90
# Group of the roster: members, buyers a month in percent, orders each, order value and hours a week, as planned then.
PLANNED = {
    "tea-01": ("200", "30%", "3", "21.5", "2"),
    "tea-02": ("240", "25%", "3", "21.5", "2"),
    "tea-03": ("260", "22%", "4", "21.5", "2"),
    "tea-04": ("300", "15%", "2", "21.5", "2"),
    "tea-05": ("330", "28%", "3", "21.5", "2"),
    "tea-06": ("360", "24%", "3", "21.5", "1.5"),
    "tea-08": ("400", "26%", "3", "21.5", "2"),
    "tea-09": ("220", "20%", "3", "21.5", "2"),
    "tea-11": ("300", "27%", "3", "21.5", "1.5"),
    "tea-13": ("380", "12%", "2", "19", "2"),
    "tea-16": ("260", "16%", "3", "21.5", "2"),
    "tea-17": ("300", "14%", "2", "21.5", "2"),
}

OWNERS = {shape.key: shape.owner for shape in roster()}


def keep_track_record(*, company: Company, now: datetime, today: date) -> int:
    """Decide, link and score; returns how many plans. What groups taught is gathered with it."""
    groups = [company.groups[key] for key in PLANNED if key in company.groups]
    windows = [through_yesterday(group.pk, group.opened_on, today, DAYS_SCORED) for group in groups]
    seen = actuals_of(windows)
    for key in PLANNED:
        group = company.groups[key]
        verdict = _decided(company, key, group, now)
        due = ScoreDue(verdict, "day_90", (group,))
        scored = now - timedelta(days=DECIDED_DAYS_AGO - DAYS_SCORED)
        record_score(due=due, actual=together([seen[group.pk]]), now=scored, today=timezone.localdate(scored))
    learning.gather_experience(today=today)
    return len(groups)


def _decided(company: Company, key: str, group: Group, now: datetime) -> Verdict:
    at = now - timedelta(days=DECIDED_DAYS_AGO)
    members, buyers, orders, value, hours = PLANNED[key]
    slug = group.team.slug
    typed = (
        SNACKS
        | TEA
        | running_costs()
        | {
            "name": group.name[:40],
            "group_count": "1",
            "owner": str(group.owner_id),
            "dissolution_approver": str(company.people["mgr"].pk),
            "starts_on": f"{at:%Y-%m-%d}",
            "sell_members": members,
            "sell_buyers": buyers,
            "sell_orders": orders,
            "sell_value": value,
            "joins_per_month": "20",
            "one_off": "800",
            "weekly_hours": hours,
            "running-0-amount": "180",
            "running-1-amount": "60",
        }
    )
    assessment = fill(company, slug, OWNERS[key], typed, at)
    verdict = decide(assessment=assessment, token=uuid.uuid4(), by=group.owner, now=at, today=timezone.localdate(at))
    for condition in verdict.conditions.all():
        update_condition(
            condition=condition,
            owner=group.owner,
            due_on=condition.due_on,
            state="done",
            by=group.owner,
            now=at + timedelta(days=5),
        )
    Registration.objects.create(
        verdict=verdict, team_id=verdict.team_id, group=group, token=uuid.uuid4(), created_at=at, created_by=group.owner
    )
    return verdict

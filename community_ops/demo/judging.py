"""Judges the demo's groups night by night: as nights of the installation where it is alone, else only its own groups.

Where people have groups of their own, their nights are theirs: none is opened, none is worked again, and what they read
stays as it was. The demo's groups run through the same stages then, outside the ledger of the nights.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from community_ops.demo.activity import DAYS_OF_THE_DEAD
from community_ops.demo.company import Company
from groups.models import Group
from lifecycle import fleet, nights, pipeline, told_calendar
from lifecycle.history import STALE_DAYS
from lifecycle.models import CaseEvent, DirtyGroup, Standing
from lifecycle.partitions import ensure_months
from lifecycle.pieces import PATIENCE
from lifecycle.stage import run_stages


def is_alone() -> bool:
    """Whether every group of the installation is the demo's."""
    return not Group.objects.filter(team__is_demo=False).exists()


def judge(company: Company, first: date, last: date) -> None:
    """Work the nights of these days; what they did to cases is told as of the morning after the last one."""
    begun = timezone.now()
    told_calendar.freshen()
    if is_alone():
        nights.open_nights(nights.days_between(first, last), now=begun, again=True)
        pipeline.run_to_the_end(now=begun)
    else:
        judge_only([group.pk for group in company.groups.values()], first, last, now=begun)
    morning = datetime.combine(last + timedelta(days=1), time(2), tzinfo=timezone.get_default_timezone())
    if morning < begun:  # as if the night had been worked then
        events = CaseEvent.objects.filter(team__in=company.teams.values(), by=None, at=begun)
        events.update(at=morning)


def judge_only(group_ids: Sequence[int], first: date, last: date, *, now: datetime) -> None:
    """Run the stages over these groups, in one transaction; those never judged begin with the first day loaded."""
    if not Standing.objects.filter(group__in=group_ids).exists():
        first = min(first, last - timedelta(days=DAYS_OF_THE_DEAD))
    ensure_months(first, last)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PATIENCE)
        DirtyGroup.objects.filter(group__in=group_ids).delete()
        for begins, ids in _by_first_day(group_ids, first, last).items():
            run_stages(pipeline.STAGES, ids, begins, last, now=now)
        cursor.execute(STALE_DAYS, [first, last])
    fleet.freshen()


def _by_first_day(group_ids: Sequence[int], first: date, last: date) -> dict[date, list[int]]:
    """The groups that ran on these days, ascending, by the first of them: a group is judged from its opening on."""
    ran = Group.objects.filter(pk__in=group_ids, opened_on__lte=last, archived_at=None)
    ran = ran.filter(Q(closed_on=None) | Q(closed_on__gte=first)).order_by("pk")
    begins: dict[date, list[int]] = {}
    for pk, opened_on in ran.values_list("pk", "opened_on"):
        begins.setdefault(max(opened_on, first), []).append(pk)
    return begins

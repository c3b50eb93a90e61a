"""Makes a week of a team as its report shows it, and reads what comes of it."""

import struct
from datetime import date, timedelta

from django.db import connection
from django.utils import timezone

from community_ops.reports.behind import Scope
from community_ops.reports.figures import figures_of
from community_ops.reports.spans import week_span
from community_ops.tests.fleet_making import make_fleet_day
from groups.tests.making import make_group
from groups.tests.making_money import make_line
from lifecycle.models import Case, Flag, FleetDay, HealthState
from lifecycle.partitions import ensure_months
from lifecycle.tests.cases.making import make_case, make_flag, make_standing

MONDAY = "2026-11-23T04:00:00Z"  # noon, business time
WEEK = date(2026, 11, 16)
SUNDAY = date(2026, 11, 22)


def put_states(groups, states, day=SUNDAY):
    """Readings of these groups on a day, and the fleet of its team."""
    ensure_months(day, day)
    with connection.cursor() as cursor:
        for group, state in zip(groups, states, strict=True):
            cursor.execute(
                "INSERT INTO lifecycle_health VALUES (%s, %s, %s, 5000, 10000, 5000, 0, 0, 0, 0, 1)",
                [group.pk, day, int(state)],
            )
    if not FleetDay.objects.filter(team_id=groups[0].team_id, day=day).exists():
        make_fleet_day(groups[0].team, day, dict.fromkeys(set(states), 1))


def make_week(team, owner):
    """Four groups, two states, a flag, a case that waits, one that ended, and money."""
    groups = [make_group(team=team, owner=owner, name=f"Group {n} 13800138000") for n in range(4)]
    for group in groups[:2]:
        make_standing(group)
    put_states(groups, [HealthState.STABLE, HealthState.STABLE, HealthState.DEAD, HealthState.UNKNOWN])
    put_states(groups, [HealthState.STABLE] * 4, day=SUNDAY - timedelta(days=7))
    for group in groups[:2]:
        flag, case = make_flag(group), make_case(group)
        Flag.objects.filter(pk=flag.pk).update(raised_on=WEEK)
        Case.objects.filter(pk=case.pk).update(opened_on=WEEK)
    Case.objects.filter(pk=case.pk).update(state="recovered", ended_on=SUNDAY)
    make_flag(groups[3], raised_on=WEEK - timedelta(days=1))  # the week before
    make_line(groups[0], "1200", by=owner, on=date(2026, 11, 3))
    return groups


def figures(team, **more):
    asked = {"today": timezone.localdate(), "now": timezone.now(), "by": "Wanda"}
    return figures_of(Scope((team.pk,), team), more.pop("span", week_span(WEEK)), **asked | more)


def size_of(picture):
    assert picture.startswith(b"\x89PNG")
    return struct.unpack(">II", picture[16:24])

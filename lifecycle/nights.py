"""The ledger of the nights: which day is due, which nights are missing, and when one is done.

The night of day D may start at NIGHT_STARTS_AT_HOUR of D+1, business time. That rule lives here and not in the schedule
of beat, so a night that nobody rang for is opened by the next tick, whenever that comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from lifecycle import fleet, history, outages, told_calendar
from lifecycle.models import NightItem, NightRun
from lifecycle.partitions import ensure_months

# A range holds the ids n*size .. (n+1)*size - 1, so the ranges of all nights are the same however many groups come.
OPEN_ITEMS = """
    INSERT INTO lifecycle_nightitem (run_id, first_group_id, last_group_id, state, attempts, groups_judged)
    SELECT DISTINCT r.id, g.id / %(size)s * %(size)s, g.id / %(size)s * %(size)s + %(size)s - 1, 'todo', 0, 0
    FROM lifecycle_nightrun r JOIN groups_group g ON g.opened_on <= r.day
        AND (g.closed_on IS NULL OR g.closed_on >= r.day)
        AND (g.archived_at IS NULL OR (g.archived_at AT TIME ZONE %(zone)s)::date > r.day)
    WHERE r.id = ANY(%(runs)s)
    ON CONFLICT (run_id, first_group_id) DO NOTHING
"""
FINISH = """
    UPDATE lifecycle_nightrun r SET done_at = statement_timestamp()
    WHERE done_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM lifecycle_nightitem i WHERE i.run_id = r.id AND i.state = 'todo')
    RETURNING day
"""


def due_day(now: datetime) -> date:
    """The last day whose night may start by `now`."""
    local = timezone.localtime(now)
    return local.date() - timedelta(days=1 if local.hour >= settings.NIGHT_STARTS_AT_HOUR else 2)


def missing_days(due: date) -> list[date]:
    """The days through `due` that have no night yet, oldest first; none before the first night that ever was."""
    known = set(NightRun.objects.values_list("day", flat=True))
    first = max(min([*known, due]), due - timedelta(days=settings.NIGHT_DAYS_BACK - 1))
    return [day for day in days_between(first, due) if day not in known]


def days_between(first: date, last: date) -> list[date]:
    """All days of the span, both ends included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@transaction.atomic
def open_nights(days: Sequence[date], *, now: datetime, again: bool = False) -> None:
    """Give each day its run and its items: the ranges that hold a group which was active on that day.

    A night that is open or done stays as it is, unless `again`: then all of it is to do once more.
    """
    if not days:
        return
    ensure_months(min(days), max(days))
    NightRun.objects.bulk_create([NightRun(day=day, made_at=now) for day in sorted(days)], ignore_conflicts=True)
    runs = NightRun.objects.filter(day__in=days)
    if again:
        NightItem.objects.filter(run__in=runs).delete()
        runs.update(done_at=None)
    to_open = list(runs.filter(done_at=None).exclude(items__isnull=False).values_list("id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            OPEN_ITEMS, {"size": settings.NIGHT_GROUPS_PER_ITEM, "zone": settings.TIME_ZONE, "runs": to_open}
        )


def finish_nights() -> list[date]:
    """Mark the nights done that have no item left to do, and count the fleet of those days in the same transaction.

    Nights that are found done together bear the same `done_at`: an UPDATE visits its rows in no order of ours.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FINISH)
        days = sorted(day for (day,) in cursor.fetchall())
        fleet.roll_up(days)
    return days


def pieces_left() -> int:
    """How many pieces of work wait: items of open nights, and one for all groups whose history is to be made anew."""
    return NightItem.objects.filter(state=NightItem.State.TODO).count() + history.waiting()


def ensure_nights(*, now: datetime) -> int:
    """Open what is missing and finish what is done; returns how many pieces of work wait. Any number of times a day."""
    told_calendar.freshen()
    if days := missing_days(due_day(now)):
        outages.look_at_all(through=max(days), now=now)
    open_nights(days, now=now)
    finish_nights()
    return pieces_left()

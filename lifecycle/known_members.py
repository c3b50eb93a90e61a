"""How many members groups had, as last observed shortly before a day. Nobody looked: no answer, never zero."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import F

from lifecycle.models import DailyActivity
from lifecycle.rules.counts import KNOWN

LOOK_BACK = timedelta(days=7)  # files come once a week


def members_known(group_ids: Iterable[int], day: date) -> dict[int, int]:
    """Members by group on the last observed day within a week up to `day`; unobserved groups are not in the answer."""
    rows = (
        DailyActivity.objects.filter(group_id__in=list(group_ids), day__gt=day - LOOK_BACK, day__lte=day)
        .annotate(seen=F("known").bitand(KNOWN["members"]))
        .exclude(seen=0)
        .order_by("group_id", "day")
    )
    return dict(rows.values_list("group_id", "members"))


def members_on(group_id: int, day: date) -> int | None:
    """The members of one group; None where nobody looked."""
    return members_known([group_id], day).get(group_id)

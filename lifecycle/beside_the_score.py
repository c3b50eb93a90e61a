"""Reads what a group's page shows beside its score: the second number of a group that also sells, reach, a plan's sums.

Each is read for one group on its page, from the same rows and by the same rules as the nights use. Nothing here moves a
state: that follows the kind of activity that the plan names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db import connection

from lifecycle.rules.calendar import day_kinds
from lifecycle.rules.counts import KNOWN
from lifecycle.rules.evidence import evidence_of
from lifecycle.rules.inputs import inputs_of
from lifecycle.rules.judging import judge_inputs
from lifecycle.rules.last_day import last_day_of
from lifecycle.rules.memory import Memory
from lifecycle.rules.observations import Plans
from lifecycle.rules.policy import BASELINE_DAYS, LEAD_DAYS, WINDOW_DAYS
from lifecycle.rules.reach import Reach, Sent
from lifecycle.rules.rulings import AS_DELIVERED, Ruling
from lifecycle.series import load_series

REACH = """
    SELECT sum(ads) FILTER (WHERE {now} AND {by}), sum({column}) FILTER (WHERE {now} AND {by}),
        sum(ads) FILTER (WHERE NOT {now} AND {by}), sum({column}) FILTER (WHERE NOT {now} AND {by})
    FROM lifecycle_daily WHERE group_id = %(group)s AND day > %(begin)s AND day <= %(day)s
"""
SUMS = """
    SELECT sum({column}), count(*) FROM lifecycle_daily
    WHERE group_id = %s AND day BETWEEN %s AND %s AND known & %s <> 0
"""


def sales_card(group_id: int, day: date, ruling: Ruling = AS_DELIVERED) -> dict[str, Any] | None:
    """The evidence of `day` as if the plan named sales, in the words of rules.evidence; None without any in 28 days.

    By the rules of the nights, but of one day: no state, so no baseline that a decline would have frozen. Silence is
    counted over LEAD_DAYS; an older one has no length.
    """
    first = day - timedelta(days=LEAD_DAYS - 1)
    seen = load_series([group_id], first, day)
    if not (seen.orders.known | seen.clicks.known)[-WINDOW_DAYS:].any():
        return None
    plans = replace(Plans.plain(1), transaction=np.ones(1, dtype=np.bool_))
    memory, kinds = Memory.fresh(1), day_kinds(date.fromordinal(seen.first), day).kinds
    found = judge_inputs(last_day_of(inputs_of(seen, kinds, plans, memory)), plans, memory, ruling.policy)
    told = evidence_of(found, 0, 0, ruling)
    return told | ({} if told["last_act"] else {"silent_exposure": None})


def reach_of_group(group_id: int, day: date, measures: Sequence[str]) -> Reach:
    """What each advert up to `day` brought: of the measures (clicks, orders) the first known in the 112 days."""
    for measure in measures:
        sends, responses, sends_before, responses_before = _reach(group_id, day, measure)
        if sends is not None or sends_before is not None:
            break
    now, before = Sent(sends, responses or 0), Sent(sends_before, responses_before or 0)
    return Reach(now, before, by_orders=measure == "orders")


def _reach(group_id: int, day: date, column: str) -> tuple[int | None, ...]:
    both = KNOWN["ads"] | KNOWN[column]
    query = REACH.format(column=column, now="day > %(since)s", by="known & %(both)s = %(both)s")
    since, begin = day - timedelta(days=WINDOW_DAYS), day - timedelta(days=WINDOW_DAYS + BASELINE_DAYS)
    with connection.cursor() as cursor:
        cursor.execute(query, {"group": group_id, "day": day, "since": since, "begin": begin, "both": both})
        row: tuple[int | None, ...] = cursor.fetchone()
    return row


def summed(group_id: int, column: str, first: date, last: date) -> tuple[int, int]:
    """The sum of a count over the days first..last on which it is known, and how many those are."""
    with connection.cursor() as cursor:
        cursor.execute(SUMS.format(column=column), [group_id, first, last, KNOWN[column]])  # column: a name of ours
        total, days = cursor.fetchone()
    return int(total or 0), int(days)

"""Reads the activity of many groups into arrays of days x groups, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db import connection

from groups.models.group import ActivityKind, Lifespan, Signal
from lifecycle.bulk import ARRAY_HEAD, ELEMENT, EPOCH, copy_out, copy_out_ragged, id_list
from lifecycle.rules.arrays import NO_DAY
from lifecycle.rules.counts import KNOWN
from lifecycle.rules.observations import BOUNDED, COUNTED, FLASH, LASTING, Count, Observations, Plans
from lifecycle.rules.policy import LEAD_DAYS, RETURN_DAYS, WINDOW_DAYS
from lifecycle.rules.windows import Acting

LIFESPANS = {Lifespan.FLASH: FLASH, Lifespan.BOUNDED: BOUNDED, Lifespan.LASTING: LASTING}
SHARES_OF_MEMBERS = (Signal.SPEAKERS_7, Signal.CLICKERS_7, Signal.BUYERS_7)


def load_series(group_ids: Sequence[int], first_day: date, last_day: date) -> Observations:
    """Activity of the days first_day..last_day with LEAD_DAYS before them; columns in the order of `group_ids`.

    `group_ids` must be ascending. A day without a row is a day that nobody observed.
    """
    ids = np.asarray(group_ids, dtype=np.int64)
    start = first_day - timedelta(days=LEAD_DAYS)
    shape = ((last_day - start).days + 1, len(ids))
    span = f"group_id = ANY({id_list(ids)}) AND day BETWEEN '{start}' AND '{last_day}'"
    begin = start.toordinal() - EPOCH
    with connection.cursor() as cursor:
        counts = copy_out(
            cursor,
            f"SELECT group_id, day, known, {', '.join(COUNTED)} FROM lifecycle_daily WHERE {span}",  # noqa: S608
            {"group_id": "i4", "day": "i4", "known": "i2"} | dict.fromkeys(COUNTED, "i4"),
        )
        column, day, member, acts = read_acting(
            cursor, ids, f"day BETWEEN '{first_day - timedelta(days=WINDOW_DAYS + RETURN_DAYS - 1)}' AND '{last_day}'"
        )
    cells = (counts["day"] - begin).astype(np.int64) * shape[1] + np.searchsorted(ids, counts["group_id"])
    acting = Acting.of(column, member, (day - begin).astype(np.int32), acts)
    told = {name: _count(cells, counts[name], counts["known"] & KNOWN[name] != 0, shape) for name in COUNTED}
    quiet = told["messages"].known & (told["messages"].values == 0)
    named = np.zeros(shape, dtype=np.bool_)
    named[acting.day, acting.group] = True
    return Observations(first=start.toordinal(), acting=acting, acting_known=named | quiet, **told)


def read_acting(cursor: Any, ids: np.ndarray, span: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Who acted, an entry per group, day and member: the group's place among the (ascending) ids, the day as PostgreSQL
    counts it, the member, the acts; all int32, in no order. `span` is a condition on `day`."""
    rows, arrays = copy_out_ragged(
        cursor,
        f"SELECT group_id, day, members, acts FROM lifecycle_acting"  # noqa: S608 - numbers and days of ours
        f" WHERE group_id = ANY({id_list(ids)}) AND {span}",
        {"group_id": "i4", "day": "i4"},
        {"members": ARRAY_HEAD, "acts": ARRAY_HEAD},
    )
    sizes = arrays["members"].sizes // ELEMENT.itemsize
    member, acts = (np.frombuffer(array.content, dtype=ELEMENT)["value"].astype("i4") for array in arrays.values())
    column = np.searchsorted(ids, rows["group_id"]).astype("i4")
    return np.repeat(column, sizes), np.repeat(rows["day"], sizes), member, acts


def _count(cells: np.ndarray, values: np.ndarray, known: np.ndarray, shape: tuple[int, int]) -> Count:
    filled, seen = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.bool_)
    filled.reshape(-1)[cells] = values
    seen.reshape(-1)[cells] = known
    return Count(filled, seen)


def first_days(group_ids: Sequence[int]) -> dict[int, date]:
    """The first observed day of each group that has one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT group_id, min(day) FROM lifecycle_daily WHERE group_id = ANY(%s) GROUP BY group_id",
            [list(group_ids)],
        )
        return dict(cursor.fetchall())


PLANS = """
    SELECT g.id, g.team_id, g.opened_on, g.closed_on, g.goal_met_on, p.activity_kind, p.signal, p.signal_target,
        p.lifespan, p.ends_on, p.goal_28, p.goal_people_28
    FROM groups_group g LEFT JOIN groups_plan p ON p.group_id = g.id AND p.superseded_at IS NULL
    WHERE g.id = ANY(%s) ORDER BY g.id
"""


@dataclass(frozen=True)
class Registered:
    """What the registry says about groups, in ascending order of their ids. Days as ordinals, NO_DAY for none."""

    ids: np.ndarray
    teams: np.ndarray
    opened_on: np.ndarray
    closed_on: np.ndarray
    plans: Plans

    def only(self, columns: np.ndarray) -> Registered:
        """The same for some of the columns."""
        plans = Plans(**{field.name: getattr(self.plans, field.name)[columns] for field in fields(Plans)})
        return Registered(
            self.ids[columns], self.teams[columns], self.opened_on[columns], self.closed_on[columns], plans
        )


def load_registered(group_ids: Sequence[int]) -> Registered:
    """The groups that exist, with the plan that each is judged by; without one as a lasting conversation group."""
    with connection.cursor() as cursor:
        cursor.execute(PLANS, [list(group_ids)])
        rows = cursor.fetchall()
    columns = list(zip(*rows, strict=True)) or [()] * 12
    ids, teams, opened, closed, met, kinds, signals, targets, spans, ends, goals, people = columns
    shares = [
        float(target) / 100 if target and signal in SHARES_OF_MEMBERS else np.nan
        for signal, target in zip(signals, targets, strict=True)
    ]
    plans = Plans(
        transaction=np.array([kind == ActivityKind.TRANSACTION for kind in kinds], dtype=np.bool_),
        clicks=np.array([signal == Signal.CLICKERS_7 for signal in signals], dtype=np.bool_),
        lifespan=np.array([LIFESPANS.get(span, LASTING) for span in spans], dtype=np.int8),
        opened_on=_ordinals(opened),
        ends_on=_ordinals(ends),
        goal_met_on=_ordinals(met),
        goal_acts=np.array([goal or 0 for goal in goals], dtype=np.int64),
        goal_people=np.array([goal or 0 for goal in people], dtype=np.int64),
        target_share=np.array(shares, dtype=np.float64),
    )
    return Registered(
        np.array(ids, dtype=np.int64), np.array(teams, dtype=np.int64), plans.opened_on, _ordinals(closed), plans
    )


def _ordinals(days: Sequence[date | None]) -> np.ndarray:
    return np.array([day.toordinal() if day else NO_DAY for day in days], dtype=np.int64)

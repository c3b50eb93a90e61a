"""Reads the activity of many groups into arrays of days x groups, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db import connection

from groups.models.group import ActivityKind, Lifespan, Signal
from lifecycle import valid_acts
from lifecycle.bulk import ARRAY_HEAD, ELEMENT, EPOCH, NO_DAY_SQL, among, copy_out, copy_out_ragged
from lifecycle.doubts import doubted_days
from lifecycle.rules.counts import KNOWN, LEVELS
from lifecycle.rules.observations import BOUNDED, COUNTED, FLASH, LASTING, Count, Observations, Plans
from lifecycle.rules.policy import LEAD_DAYS, RETURN_DAYS, WINDOW_DAYS
from lifecycle.rules.windows import Acting

# Many short arrays joined into one string each; an array of nobody has a shorter head.
ACTING = f"""
    SELECT string_agg(int4send(group_id), ''), string_agg(date_send(day), ''),
        string_agg(int4send(cardinality(members)), ''),
        string_agg(substr(array_send(members), {ARRAY_HEAD + 1}), ''),
        string_agg(substr(array_send(acts), {ARRAY_HEAD + 1}), '')
    FROM lifecycle_acting WHERE {{groups}} AND {{span}}
"""  # noqa: S608 - numbers and days of ours
SHARES_OF_MEMBERS = (Signal.SPEAKERS_7, Signal.CLICKERS_7, Signal.BUYERS_7)


def load_series(group_ids: Sequence[int], first_day: date, last_day: date) -> Observations:
    """Activity of the days first_day..last_day with LEAD_DAYS before them; columns in the order of `group_ids`.

    `group_ids` must be ascending. A day without a row is a day that nobody observed.
    """
    ids = np.asarray(group_ids, dtype=np.int64)
    start = first_day - timedelta(days=LEAD_DAYS)
    shape = ((last_day - start).days + 1, len(ids))
    span = f"{among('group_id', ids)} AND day BETWEEN '{start}' AND '{last_day}'"
    begin = start.toordinal() - EPOCH
    with connection.cursor() as cursor:
        counts = copy_out(
            cursor,
            f"SELECT group_id, day, known, {valid_acts.columns(COUNTED)} FROM lifecycle_daily WHERE {span}",  # noqa: S608
            {"group_id": "i4", "day": "i4", "known": "i2"} | dict.fromkeys(COUNTED, "i4"),
        )
        since = first_day - timedelta(days=WINDOW_DAYS + RETURN_DAYS - 1)
        column, day, member, acts = read_acting(cursor, ids, f"day BETWEEN '{since}' AND '{last_day}'", in_parts=True)
        doubted = doubted_days(cursor, ids, start, last_day)
    cells = (counts["day"] - begin).astype(np.int64) * shape[1] + np.searchsorted(ids, counts["group_id"])
    acting = Acting.of(column, member, (day - begin).astype(np.int32), acts)
    told = {name: _count(cells, counts[name], counts["known"] & KNOWN[name] != 0, shape) for name in COUNTED}
    _doubt(told, doubted)
    quiet = told["messages"].known & (told["messages"].values == 0)
    named = np.zeros(shape, dtype=np.bool_)
    named[acting.day, acting.group] = True
    return Observations(first=start.toordinal(), acting=acting, acting_known=named | quiet, **told)


def _doubt(told: dict[str, Count], doubted: tuple[np.ndarray, np.ndarray]) -> None:
    """Take zeros that nobody believes for not known; figures that came since hold, and so do levels."""
    flows = [count for name, count in told.items() if not KNOWN[name] & LEVELS]
    silent = ~np.any([count.values[doubted] > 0 for count in flows], axis=0)
    cells = doubted[0][silent], doubted[1][silent]
    for count in flows:
        count.known[cells] = False


def read_acting(
    cursor: Any, ids: np.ndarray, span: str, *, in_parts: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Who acted, an entry per group, day and member: the group's place among the (ascending) ids, the day as PostgreSQL
    counts it, the member, the acts; all int32, in no order. `span` is a condition on `day`.

    `in_parts`: the answer comes in a string for some groups each, for long spans; else in one. A string must stay below
    a gigabyte.
    """
    _, found = copy_out_ragged(
        cursor,
        ACTING.format(groups=among("group_id", ids), span=span) + ("GROUP BY group_id / 64" if in_parts else ""),
        {},
        {"group_id": 0, "day": 0, "size": 0, "members": 0, "acts": 0},
    )
    group, day, size = (np.frombuffer(found[name].content, dtype=">i4") for name in ("group_id", "day", "size"))
    member, acts = (
        np.frombuffer(found[name].content, dtype=ELEMENT)["value"].astype("i4") for name in ("members", "acts")
    )
    column = np.searchsorted(ids, group).astype("i4")
    return np.repeat(column, size), np.repeat(day.astype("i4"), size), member, acts


def _count(cells: np.ndarray, values: np.ndarray, known: np.ndarray, shape: tuple[int, int]) -> Count:
    filled, seen = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.bool_)
    filled.reshape(-1)[cells] = values
    seen.reshape(-1)[cells] = known
    return Count(filled, seen)


def first_days(group_ids: Sequence[int]) -> dict[int, date]:
    """The first observed day of each group that has one."""
    if not group_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT group_id, min(day) FROM lifecycle_daily WHERE group_id = ANY(%s) GROUP BY group_id",
            [list(group_ids)],
        )
        return dict(cursor.fetchall())


# A group without a plan is a lasting conversation group. COPY of a constant stride has no nulls: a day that never was
# stands for them.
PLANS = """
    SELECT g.id, g.team_id, g.opened_on, COALESCE(g.closed_on, {never}) AS closed_on,
        COALESCE(g.goal_met_on, {never}) AS goal_met_on, COALESCE(p.ends_on, {never}) AS ends_on,
        (COALESCE(p.activity_kind = '{transaction}', false))::int AS transaction,
        (COALESCE(p.signal = '{clicks}', false))::int AS clicks,
        CASE p.lifespan WHEN '{flash}' THEN {is_flash} WHEN '{bounded}' THEN {is_bounded} ELSE {is_lasting} END
            AS lifespan,
        COALESCE(p.goal_28, 0)::bigint AS goal_acts, COALESCE(p.goal_people_28, 0)::bigint AS goal_people,
        CASE WHEN p.signal IN ({shares}) AND p.signal_target <> 0 THEN p.signal_target::float8 / 100
             ELSE 'NaN' END::float8 AS target_share,
        (COALESCE(p.signal = '{answers}' AND p.activity_kind <> '{transaction}', false))::int AS service,
        CASE WHEN p.signal = '{answers}' AND p.signal_target <> 0 THEN p.signal_target::float8 / 100
             ELSE 'NaN' END::float8 AS answer_target
    FROM groups_group g LEFT JOIN groups_plan p ON p.group_id = g.id AND p.superseded_at IS NULL AND {of_plans}
    WHERE {groups} ORDER BY g.id
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


DAYS_OF_PLANS = ("opened_on", "closed_on", "goal_met_on", "ends_on")
SHAPE_OF_PLANS = (
    {"id": "i8", "team_id": "i8"}
    | dict.fromkeys(DAYS_OF_PLANS, "i4")
    | dict.fromkeys(("transaction", "clicks", "lifespan"), "i4")
    | {"goal_acts": "i8", "goal_people": "i8", "target_share": "f8", "service": "i4", "answer_target": "f8"}
)


def load_registered(group_ids: Sequence[int]) -> Registered:
    """The groups that exist, with the plan that each is judged by; without one as a lasting conversation group."""
    ids = np.asarray(group_ids, dtype=np.int64)
    query = PLANS.format(
        groups=among("g.id", ids),
        of_plans=among("p.group_id", ids),
        never=NO_DAY_SQL,
        transaction=ActivityKind.TRANSACTION.value,
        clicks=Signal.CLICKERS_7.value,
        answers=Signal.ANSWERED_24H.value,
        flash=Lifespan.FLASH.value,
        bounded=Lifespan.BOUNDED.value,
        is_flash=FLASH,
        is_bounded=BOUNDED,
        is_lasting=LASTING,
        shares=", ".join(f"'{signal.value}'" for signal in SHARES_OF_MEMBERS),
    )
    with connection.cursor() as cursor:
        rows = copy_out(cursor, query, SHAPE_OF_PLANS)
    days = {name: rows[name].astype(np.int64) + EPOCH for name in DAYS_OF_PLANS}
    plans = Plans(
        transaction=rows["transaction"] == 1,
        clicks=rows["clicks"] == 1,
        lifespan=rows["lifespan"].astype(np.int8),
        opened_on=days["opened_on"],
        ends_on=days["ends_on"],
        goal_met_on=days["goal_met_on"],
        goal_acts=rows["goal_acts"].copy(),
        goal_people=rows["goal_people"].copy(),
        target_share=rows["target_share"].copy(),
        service=rows["service"] == 1,
        answer_target=rows["answer_target"].copy(),
    )
    return Registered(rows["id"].copy(), rows["team_id"].copy(), plans.opened_on, days["closed_on"], plans)

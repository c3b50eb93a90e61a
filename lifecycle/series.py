"""Reads the activity of many groups into arrays of days x groups, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db import connection

from groups.models.group import ActivityKind, Lifespan, Signal
from lifecycle import valid_acts
from lifecycle.bulk import EPOCH, NO_DAY_SQL, among, copy_out
from lifecycle.doubts import doubted_days
from lifecycle.rules.acted import acted_after
from lifecycle.rules.counts import KNOWN, LEVELS
from lifecycle.rules.kept import LastDays
from lifecycle.rules.lately import Entries, Lately, lately_of, lately_with
from lifecycle.rules.observations import BOUNDED, COUNTED, FLASH, LASTING, Count, Observations, Plans
from lifecycle.rules.packing import Columns
from lifecycle.rules.policy import LEAD_DAYS, RETURN_DAYS, WINDOW_DAYS
from lifecycle.rules.week_packs import DAYS
from lifecycle.rules.windows import Acting
from lifecycle.week_packs import Stored, packed_weeks
from lifecycle.who_acted import read_acting

SHARES_OF_MEMBERS = (Signal.SPEAKERS_7, Signal.CLICKERS_7, Signal.BUYERS_7)


def load_series(group_ids: Sequence[int], first_day: date, last_day: date) -> Observations:
    """Activity of the days first_day..last_day with LEAD_DAYS before them; columns in the order of `group_ids`.

    `group_ids` must be ascending. A day without a row is a day that nobody observed. What lies packed is read as it
    lies (week_packs), everything else from its rows.
    """
    return Reading.through(np.asarray(group_ids, dtype=np.int64), first_day, last_day).observations()


def load_day(group_ids: Sequence[int], day: date, eve: LastDays | None = None) -> tuple[Observations, Lately]:
    """The same for one day: the rows without who acted, and who acted as of that day. `eve`: see Reading.through."""
    read = Reading.through(np.asarray(group_ids, dtype=np.int64), day, day, eve)
    about = len(group_ids), LEAD_DAYS, day.toordinal()
    if read.eve is None:
        return read.observations_alone(), lately_of(read.entries, *about)
    acted = acted_after(read.eve.acted, read.acting_on(LEAD_DAYS), read.acting_on(LEAD_DAYS - WINDOW_DAYS), about[2])
    return read.observations_alone(), lately_with(acted, read.entries, *about)


def counts_of(cursor: Any, groups: str, first: date, last: date) -> np.ndarray:
    """Rows of group_id, day (as PostgreSQL counts it), known and COUNTED; `groups` is a condition on group_id."""
    query = f"""
        SELECT group_id, day, known, {valid_acts.columns(COUNTED)} FROM lifecycle_daily
        WHERE {groups} AND day BETWEEN '{first}' AND '{last}'
    """  # noqa: S608 - names, numbers and days of ours
    return copy_out(cursor, query, {"group_id": "i4", "day": "i4", "known": "i2"} | dict.fromkeys(COUNTED, "i4"))


@dataclass
class Reading:
    """Days x groups that fill as rows and packs come in; who acted, as lists of entries."""

    begin: int  # the first day, as PostgreSQL counts it
    known: np.ndarray  # bits of counts.KNOWN
    named: np.ndarray  # days on which it is known from the eve who acted
    values: dict[str, np.ndarray]
    entries: list[Entries]
    doubted: tuple[np.ndarray, np.ndarray]
    eve: LastDays | None  # what the last seven days before the last one are taken from, instead of rows

    @classmethod
    def through(cls, ids: np.ndarray, first_day: date, last_day: date, eve: LastDays | None = None) -> Reading:
        """Everything of the days first_day..last_day with LEAD_DAYS before them, for ascending ids.

        `eve`: what was kept of the same ids on the eve of `last_day`: what was counted on the seven days before it, and
        who acted on the six, is not read again where weeks lie packed and the past of none of these groups changed.
        """
        start = first_day - timedelta(days=LEAD_DAYS)
        since = first_day - timedelta(days=WINDOW_DAYS + RETURN_DAYS - 1)
        shape = ((last_day - start).days + 1, len(ids))
        with connection.cursor() as cursor:
            packed = packed_weeks(cursor, ids, start, last_day)
            read = cls(
                begin=start.toordinal() - EPOCH,
                known=np.zeros(shape, dtype=np.int16),
                named=np.zeros(shape, dtype=np.bool_),
                values={name: np.zeros(shape, dtype=np.int32) for name in COUNTED},
                entries=[],
                doubted=doubted_days(cursor, ids, start, last_day),
                eve=eve if packed.good.size and packed.good.all() else None,
            )
            for groups, first, last in packed.left(ids, start, last_day):
                for begin, end in read.not_kept(first, last, last_day, 7):
                    read.add_rows(ids, counts_of(cursor, groups, begin, end))
                for begin, end in read.not_kept(max(first, since), last, last_day, 6):
                    span = f"day BETWEEN '{begin}' AND '{end}'"
                    read.add_acting(*read_acting(cursor, ids, groups, span, in_parts=begin < end))
        for stored in packed.weeks:
            read.add_week(stored, (since - start).days)
        if read.eve is not None:
            read.add_kept(read.eve.days)
        return read

    def not_kept(self, first: date, last: date, last_day: date, days: int) -> list[tuple[date, date]]:
        """What of the days first..last is to be read, where so many before `last_day` are known from its eve."""
        spans = [(first, last)]
        if self.eve is not None:
            spans = [(first, min(last, last_day - timedelta(days=days + 1))), (max(first, last_day), last)]
        return [(begin, end) for begin, end in spans if begin <= end]

    def add_rows(self, ids: np.ndarray, rows: np.ndarray) -> None:
        at = rows["day"] - self.begin, np.searchsorted(ids, rows["group_id"])
        self.known[at] = rows["known"]
        for name in COUNTED:
            self.values[name][at] = rows[name]

    def add_kept(self, days: Columns) -> None:
        """The seven days before the last one as they were counted on its eve."""
        self.known[-8:-1], self.named[-8:-1] = days["known"].T, days["named"].T
        for name in COUNTED:
            self.values[name][-8:-1] = days[name].T

    def add_acting(self, column: np.ndarray, day: np.ndarray, member: np.ndarray, acts: np.ndarray) -> None:
        self.entries.append((column, member, (day - self.begin).astype(np.int32), acts))

    def add_week(self, stored: Stored, since: int) -> None:
        """Days before the first one are left out; of who acted those before the row `since`."""
        week, begin = stored.week, stored.day - EPOCH - self.begin
        here = stored.place >= 0
        columns = stored.place if here.all() else stored.place[here]
        cut = slice(max(0, -begin), min(DAYS, len(self.known) - begin))
        rows = slice(begin + cut.start, begin + cut.stop)
        whole = bool(len(columns)) and int(columns[-1] - columns[0]) == len(columns) - 1
        at = slice(int(columns[0]), int(columns[-1]) + 1) if whole else columns
        for target, days in ((self.known, week.known), *((self.values[n], days) for n, days in week.counts.items())):
            target[rows, at] = (days if here.all() else days[here])[:, cut].T
        self._add_members(stored, begin, max(since - begin, 0), cut.stop)

    def _add_members(self, stored: Stored, begin: int, first: int, stop: int) -> None:
        """Who acted on the days first..stop - 1 of a week, whose first day is the row `begin`."""
        if first >= stop:
            return
        acted, column = stored.week.acted, np.repeat(stored.place.astype(np.int32), stored.week.sizes)
        who = column, acted["member"], acted["day"].astype(np.int32) + np.int32(begin), acted["acts"]
        good = column >= 0
        if (first, stop) != (0, DAYS):
            good &= (acted["day"] >= first) & (acted["day"] < stop)
        self.entries.append(who if good.all() else tuple(each[good] for each in who))  # type: ignore[arg-type]

    def acting_on(self, row: int) -> Acting:
        """Who acted on the day of this row, sorted."""
        nobody = (np.zeros(0, dtype=np.int32),) * 4
        there = []
        for part in self.entries:
            at = np.flatnonzero(part[2] == row)
            there.append(tuple(column[at] for column in part))
        return Acting.of(*(np.concatenate(parts) for parts in zip(nobody, *there, strict=True)))

    def observations(self) -> Observations:
        """All that was read."""
        nobody = (np.zeros(0, dtype=np.int32),) * 4
        column, member, row, acts = (np.concatenate(parts) for parts in zip(nobody, *self.entries, strict=True))
        return replace(self.observations_alone(), acting=Acting.of(column, member, row, acts))

    def observations_alone(self) -> Observations:
        """The same without who acted; whether that is known is told."""
        told = {name: Count(self.values[name], self.known & KNOWN[name] != 0) for name in COUNTED}
        _doubt(told, self.doubted)
        acting_known = self.named | (told["messages"].known & (told["messages"].values == 0))
        cells = acting_known.reshape(-1)  # by one wide number each: a quarter of the time of two narrow ones
        for column, _, row, _ in self.entries:
            cells[(row * np.int32(acting_known.shape[1]) + column).astype(np.intp)] = True
        return Observations(first=self.begin + EPOCH, acting=Acting.none(), acting_known=acting_known, **told)


def _doubt(told: dict[str, Count], doubted: tuple[np.ndarray, np.ndarray]) -> None:
    """Take zeros that nobody believes for not known; figures that came since hold, and so do levels."""
    flows = [count for name, count in told.items() if not KNOWN[name] & LEVELS]
    silent = ~np.any([count.values[doubted] > 0 for count in flows], axis=0)
    cells = doubted[0][silent], doubted[1][silent]
    for count in flows:
        count.known[cells] = False


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


def load_registered(group_ids: Sequence[int] | np.ndarray) -> Registered:
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

"""Keeps, in the transaction that writes a group's readings, what the next nights go on from; reads it again.

A row counts only if it is of exactly the day that is asked for. Whoever changes a group's past has it judged anew from
its beginning (DirtyGroup), and that replaces all of its rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from lifecycle.bulk import EPOCH, Ragged, copy_in_ragged, copy_out_ragged, days_of, id_list, ids_as_text
from lifecycle.readings import Judged
from lifecycle.rules.inputs import Inputs
from lifecycle.rules.judging import Judgement
from lifecycle.rules.kept import DAYS_ROW, LAYOUT, WEEKS_ROW, Acted, acted_of, days_rows, weeks_rows
from lifecycle.rules.memory import MEMORY_ROW
from lifecycle.rules.observations import Observations, Plans
from lifecycle.rules.policy import LEAD_DAYS, RULE_VERSION

STANDS = """
    SELECT s.group_id::int, s.day, {columns} FROM lifecycle_standing s
    LEFT JOIN lifecycle_kept k ON k.weekday = EXTRACT(isodow FROM s.day)::smallint AND k.group_id = s.group_id
        AND k.day = s.day AND k.layout = {layout} AND k.rule_version = {rules}
    WHERE s.group_id = ANY({ids}) ORDER BY 1
"""
WEEKS = """
    SELECT group_id, weeks FROM lifecycle_kept
    WHERE weekday = {weekday} AND group_id = ANY({ids}) AND day = '{day}'
        AND layout = {layout} AND rule_version = {rules}
    ORDER BY 1
"""
VERSIONS = {"layout": LAYOUT, "rules": RULE_VERSION}


@dataclass(frozen=True)
class Eve:
    """The day on which each of some groups was judged last, and what was kept then; empty where nothing counts.

    All have one entry per group that stands anywhere, `columns` being its place among the ids that were asked for.
    """

    columns: np.ndarray
    day: np.ndarray  # ordinals
    memory: Ragged
    days: Ragged
    acted: Ragged


def eve_of(cursor: Any, ids: np.ndarray, *, whole: bool) -> Eve:
    """Read where the groups (ascending ids) stand. Without `whole` only the memory is read."""
    columns = "k.memory, k.days, k.acted" if whole else "k.memory, NULL::bytea, NULL::bytea"
    rows, tails = copy_out_ragged(
        cursor,
        STANDS.format(columns=columns, ids=id_list(ids), **VERSIONS),
        {"group_id": "i4", "day": "i4"},
        {"memory": 0, "days": 0, "acted": 0},
    )
    return Eve(np.searchsorted(ids, rows["group_id"]), rows["day"].astype(np.int64) + EPOCH, **tails)


def weeks_of_day(cursor: Any, ids: np.ndarray, day: date) -> tuple[np.ndarray, np.ndarray]:
    """The weeks kept on exactly this day: the places among the (ascending) ids that have them, and their rows."""
    rows, tails = copy_out_ragged(
        cursor,
        WEEKS.format(weekday=day.isoweekday(), ids=id_list(ids), day=day, **VERSIONS),
        {"group_id": "i4"},
        {"weeks": 0},
    )
    good = np.flatnonzero(tails["weeks"].sizes == WEEKS_ROW.itemsize)
    places = np.searchsorted(ids, rows["group_id"][good])
    return places, np.frombuffer(tails["weeks"].only(good).content, dtype=WEEKS_ROW)


@dataclass(frozen=True)
class Keeping:
    """What is to be kept of a pass: of its last day everything, of up to six days before it the weeks."""

    days: np.ndarray
    acted: Acted
    weeks: Sequence[tuple[date, np.ndarray]]  # oldest first, the last is of the last day

    @classmethod
    def of(
        cls,
        seen: Observations,
        inputs: Inputs,
        found: Judgement,
        plans: Plans,
        orders_since: np.ndarray,
        kinds: np.ndarray,
    ) -> Keeping:
        """From the rows of the full form, the kinds of their days and what was found."""
        judged = len(inputs.acted)
        weeks = [
            (
                date.fromordinal(inputs.first + at),
                weeks_rows(inputs, at, found.score[at], plans, orders_since, kinds[at + 1 : at + 1 + LEAD_DAYS]),
            )
            for at in range(max(0, judged - 7), judged)
        ]
        return cls(days_rows(seen), acted_of(seen.acting, seen.first, inputs.first + judged - 1), weeks)


def write_kept(cursor: Any, judged: Judged, keeping: Keeping, anew: np.ndarray) -> None:
    """Replace the rows of the groups that stand. `anew`: groups judged from their beginning, which keep no others."""
    stood = np.flatnonzero(judged.stands.any(axis=0))
    ids = judged.registered.ids
    for some, weekdays in (
        (stood[~anew[stood]], [day.isoweekday() for day, _ in keeping.weeks]),
        (np.flatnonzero(anew), list(range(1, 8))),
    ):
        if some.size:
            cursor.execute(
                "DELETE FROM lifecycle_kept WHERE weekday = ANY(%s) AND group_id = ANY(%s::int[])",
                [weekdays, ids_as_text(ids[some].tolist())],
            )
    none = Ragged.none(len(stood))
    acted = Ragged.of_rows(keeping.acted.rows(), np.bincount(keeping.acted.group, minlength=len(ids))).only(stood)
    for day, weeks in keeping.weeks:
        last = day == judged.last
        copy_in_ragged(
            cursor,
            "lifecycle_kept",
            {
                "weekday": np.full(len(stood), day.isoweekday(), dtype="i2"),
                "group_id": ids[stood].astype("i4"),
                "day": days_of(np.full(len(stood), day.toordinal())),
                "layout": np.full(len(stood), LAYOUT, dtype="i2"),
                "rule_version": np.full(len(stood), RULE_VERSION, dtype="i2"),
            },
            {
                "memory": Ragged.of_rows(judged.memory.rows()[stood]) if last else none,
                "days": Ragged.of_rows(keeping.days[stood]) if last else none,
                "weeks": Ragged.of_rows(weeks[stood]),
                "acted": acted if last else none,
            },
        )


def usable(eve: Eve, day: date) -> np.ndarray:
    """The entries from which this day can be judged alone: of the day before, with everything kept."""
    found: np.ndarray = np.flatnonzero(
        (eve.day == (day - timedelta(days=1)).toordinal())
        & (eve.memory.sizes == MEMORY_ROW.itemsize)
        & (eve.days.sizes == DAYS_ROW.itemsize)
    )
    return found

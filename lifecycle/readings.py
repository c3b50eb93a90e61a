"""Writes what the judge found: a reading per group and day, each change of state, and where each group stands now."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from lifecycle.bulk import NO_DAY_SQL, among, arrays_of, bytes_of, copy_in, days_of
from lifecycle.rules.arrays import NO_DAY
from lifecycle.rules.evidence import evidence_of, evidence_rows
from lifecycle.rules.judging import Judgement
from lifecycle.rules.memory import Memory
from lifecycle.rules.policy import PARTS
from lifecycle.rules.risk import risk_of
from lifecycle.rules.rulings import Rulings
from lifecycle.series import Registered

CHANGE_COLUMNS = "group_id, day, before, after, evidence, rule_version"
STANDING_COLUMNS = (
    "team_id",
    "day",
    "state",
    "state_since",
    "score",
    "score_week_ago",
    "risk",
    "last_act_on",
    "last_observed_on",
    "acts_28",
    "people_28",
    "acts_7",
    "members",
    "spark",
    "evidence",
    "rule_version",
)
STAGED = ", ".join(
    f"NULLIF(j.{column}, {NO_DAY_SQL})" if column in ("last_act_on", "last_observed_on") else f"j.{column}"
    for column in STANDING_COLUMNS
)
STAGE_STANDINGS = """
    DROP TABLE IF EXISTS standing_judged;
    CREATE TEMP TABLE standing_judged (LIKE lifecycle_standing) ON COMMIT DROP;
"""
UPDATE_STANDINGS = f"""
    UPDATE lifecycle_standing s SET ({", ".join(STANDING_COLUMNS)}) = ROW({STAGED})
    FROM standing_judged j WHERE s.group_id = j.group_id AND {{groups}}
"""  # noqa: S608 - names of columns
NEW_STANDINGS = f"""
    INSERT INTO lifecycle_standing (group_id, {", ".join(STANDING_COLUMNS)})
    SELECT j.group_id, {STAGED} FROM standing_judged j
    WHERE NOT EXISTS (SELECT 1 FROM lifecycle_standing s WHERE s.group_id = j.group_id)
    ORDER BY j.group_id
    ON CONFLICT DO NOTHING
"""  # noqa: S608
CLEAR = "DELETE FROM {table} WHERE {groups} AND day BETWEEN %s AND %s"
SCORES = "SELECT group_id, score FROM lifecycle_health WHERE {groups} AND day = %s"


@dataclass(frozen=True)
class Judged:
    """The judged days first..last that are to be written, cut out of a pass that may have begun earlier.

    stands[day, group]: the group was open or observed and not closed yet. before: the states on the eve of `first`.
    rulings: the policies of the days, under which the pass was judged.
    """

    registered: Registered
    found: Judgement
    memory: Memory
    offset: int  # row of `first` in the judgement
    first: date
    last: date
    stands: np.ndarray
    before: np.ndarray
    rulings: Rulings

    @classmethod
    def of(
        cls,
        registered: Registered,
        found: Judgement,
        memory: Memory,
        before: np.ndarray,
        first: date,
        last: date,
        rulings: Rulings,
    ) -> Judged:
        offset = first.toordinal() - found.first
        days = np.arange(first.toordinal(), last.toordinal() + 1)[:, None]
        observed = (memory.first_observed != NO_DAY) & (days >= memory.first_observed)
        open_then = (days >= registered.opened_on) | observed
        closed = (registered.closed_on != NO_DAY) & (days > registered.closed_on)
        before = found.state[offset - 1] if offset else before
        return cls(registered, found, memory, offset, first, last, open_then & ~closed, before, rulings)

    def evidence(self, day: int, group: int) -> dict[str, Any]:
        """The figures behind a group's state on the written day number `day`."""
        ruling = self.rulings.on(self.first.toordinal() + day)
        return evidence_of(self.found, self.offset + day, group, ruling)

    @property
    def versions(self) -> np.ndarray:
        """The rule version of each written day."""
        return self.rulings.versions(self.first.toordinal(), self.last.toordinal())


def clear_days(cursor: Any, judged: Judged) -> None:
    """Take away the readings of the days and groups, which are made anew, and the changes of state with them."""
    groups, span = among("group_id", judged.registered.ids), [judged.first, judged.last]
    cursor.execute(CLEAR.format(table="lifecycle_health", groups=groups), span)
    if cursor.rowcount:
        cursor.execute(CLEAR.format(table="lifecycle_statechange", groups=groups), span)


def write_readings(cursor: Any, judged: Judged) -> int:
    """Add the readings of the days and groups; returns how many."""
    ids, found = judged.registered.ids, judged.found
    day, group = np.nonzero(judged.stands)
    row = day + judged.offset
    columns = {
        "group_id": ids[group].astype("i4"),
        "day": days_of(day + judged.first.toordinal()),
        "state": found.state[row, group],
        "score": found.score[row, group],
        "coverage": found.coverage[row, group],
    }
    columns |= {f"loss_{part}": found.losses[row, n, group] for n, part in enumerate(PARTS)}
    columns["loss_cap"] = found.cap_loss[row, group]
    for name in ("acts_7", "members"):
        columns[name] = np.nan_to_num(found.figures[name][row, group], nan=-1).astype("i4")
    columns["rule_version"] = judged.versions[day]
    copy_in(cursor, "lifecycle_health", columns)
    return len(row)


def write_state_changes(cursor: Any, judged: Judged) -> None:
    """Add the changes of state of the days and groups. The first reading of a group's life is no change."""
    ids = judged.registered.ids
    state = judged.found.state[judged.offset :]
    earlier = np.concatenate([judged.before[None], state[:-1]])
    lived = np.concatenate([_lived_before(judged)[None], judged.stands[:-1]])
    rows, versions = [], judged.versions.tolist()
    for day, group in np.argwhere((state != earlier) & judged.stands & lived).tolist():
        told = json.dumps(judged.evidence(day, group))
        on = judged.first + timedelta(days=day)
        rows.append((ids[group], on, earlier[day, group], state[day, group], told, versions[day]))
    _copy_text(cursor, "lifecycle_statechange", CHANGE_COLUMNS, rows)


def _lived_before(judged: Judged) -> np.ndarray:
    """Groups that were open or observed on the eve of the first day."""
    eve = judged.first.toordinal() - 1
    observed = (judged.memory.first_observed != NO_DAY) & (judged.memory.first_observed <= eve)
    lived: np.ndarray = (judged.registered.opened_on <= eve) | observed
    return lived


def scores_of(cursor: Any, ids: np.ndarray, day: date) -> np.ndarray:
    """The scores of a day by its readings, for ascending ids; -1 = not known."""
    found = np.full(len(ids), -1, dtype=np.int16)
    cursor.execute(SCORES.format(groups=among("group_id", ids)), [day])
    if rows := cursor.fetchall():
        groups, scores = zip(*rows, strict=True)
        found[np.searchsorted(ids, groups)] = scores
    return found


def write_standings(cursor: Any, judged: Judged, week_ago: np.ndarray) -> None:
    """Where each group stands at the end of the last day; `week_ago`: its scores of seven days before."""
    stood = np.flatnonzero(judged.stands.any(axis=0))
    cursor.execute(STAGE_STANDINGS)
    columns = _standing_columns(judged, week_ago)
    copy_in(cursor, "standing_judged", {name: column[stood] for name, column in columns.items()})
    # Without the range the planner reads the standings of all groups for each piece.
    cursor.execute(UPDATE_STANDINGS.format(groups=among("s.group_id", judged.registered.ids)))
    if cursor.rowcount < len(stood):
        cursor.execute(NEW_STANDINGS)


def _standing_columns(judged: Judged, week_ago: np.ndarray) -> dict[str, np.ndarray]:
    """The group and STANDING_COLUMNS, as the table has them."""
    found, memory, registered = judged.found, judged.memory, judged.registered
    figures = {name: found.figures[name][-1] for name in ("acts_28", "people_28", "acts_7", "members")}
    score = found.score[-1].astype(np.int64)
    groups, ruling = len(registered.ids), judged.rulings.on(judged.last.toordinal())
    return {
        "group_id": registered.ids.astype("i8"),
        "team_id": registered.teams.astype("i8"),
        "day": days_of(np.full(groups, judged.last.toordinal())),
        "state": memory.state.astype("i2"),
        "state_since": days_of(_since(judged)),
        "score": score.astype("i2"),
        "score_week_ago": week_ago.astype("i2"),
        "risk": risk_of(score, found.age, ruling.policy).astype("i2"),
        "last_act_on": days_of(memory.last_act),
        "last_observed_on": days_of(memory.last_observed),
        **{name: np.nan_to_num(values, nan=-1).astype("i4") for name, values in figures.items()},
        "spark": arrays_of(found.spark.T),
        "evidence": bytes_of(evidence_rows(found, len(found.state) - 1, ruling=ruling)),
        "rule_version": np.full(groups, ruling.version, dtype="i2"),
    }


def _since(judged: Judged) -> np.ndarray:
    """The day on which the state began; for a group that never changed it, the beginning of its life."""
    memory, opened = judged.memory, judged.registered.opened_on
    observed = np.where(memory.first_observed == NO_DAY, opened, memory.first_observed)
    return np.where(memory.since == NO_DAY, np.minimum(opened, observed), memory.since)


def _copy_text(cursor: Any, table: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    """Append rows by COPY. The values hold neither tabs, line breaks nor backslashes, but for \\N as null."""
    if rows:
        lines = "".join("\t".join(map(str, row)) + "\n" for row in rows)
        cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", io.StringIO(lines))

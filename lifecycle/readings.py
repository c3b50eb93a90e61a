"""Writes what the judge found: a reading per group and day, each change of state, and where each group stands now."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from lifecycle.bulk import copy_in, days_of
from lifecycle.rules.arrays import NO_DAY
from lifecycle.rules.evidence import evidence_of, standing_evidence
from lifecycle.rules.judging import Judgement
from lifecycle.rules.memory import Memory
from lifecycle.rules.policy import PARTS, RULE_VERSION
from lifecycle.rules.risk import risk_of
from lifecycle.series import Registered

CHANGE_COLUMNS = "group_id, day, before, after, evidence, rule_version"
STANDING_COLUMNS = (
    "group_id, team_id, day, state, state_since, score, risk, last_act_on, last_observed_on, acts_28, people_28,"
    " acts_7, members, spark, evidence, memory, rule_version"
)
STAGE_STANDINGS = """
    DROP TABLE IF EXISTS standing_judged;
    CREATE TEMP TABLE standing_judged (LIKE lifecycle_standing) ON COMMIT DROP;
    ALTER TABLE standing_judged ALTER score_week_ago DROP NOT NULL;
"""
# The literal day keeps the read of the week before to one partition.
UPSERT_STANDINGS = f"""
    INSERT INTO lifecycle_standing ({STANDING_COLUMNS}, score_week_ago)
    SELECT {", ".join(f"j.{column.strip()}" for column in STANDING_COLUMNS.split(","))}, COALESCE(h.score, -1)
    FROM standing_judged j
    LEFT JOIN lifecycle_health h ON h.group_id = j.group_id AND h.day = %(week_ago)s
    ORDER BY j.group_id
    ON CONFLICT (group_id) DO UPDATE SET
        {", ".join(f"{c.strip()} = EXCLUDED.{c.strip()}" for c in STANDING_COLUMNS.split(",")[1:])},
        score_week_ago = EXCLUDED.score_week_ago
"""  # noqa: S608


@dataclass(frozen=True)
class Judged:
    """The judged days first..last that are to be written, cut out of a pass that may have begun earlier.

    stands[day, group]: the group was open or observed and not closed yet. before: the states on the eve of `first`.
    """

    registered: Registered
    found: Judgement
    memory: Memory
    offset: int  # row of `first` in the judgement
    first: date
    last: date
    stands: np.ndarray
    before: np.ndarray

    @classmethod
    def of(
        cls, registered: Registered, found: Judgement, memory: Memory, before: np.ndarray, first: date, last: date
    ) -> Judged:
        offset = first.toordinal() - found.first
        days = np.arange(first.toordinal(), last.toordinal() + 1)[:, None]
        observed = (memory.first_observed != NO_DAY) & (days >= memory.first_observed)
        open_then = (days >= registered.opened_on) | observed
        closed = (registered.closed_on != NO_DAY) & (days > registered.closed_on)
        before = found.state[offset - 1] if offset else before
        return cls(registered, found, memory, offset, first, last, open_then & ~closed, before)

    def evidence(self, day: int, group: int) -> dict[str, Any]:
        """The figures behind a group's state on the written day number `day`."""
        return evidence_of(self.found, self.offset + day, group)


def write_readings(cursor: Any, judged: Judged) -> int:
    """Replace the readings of the days and groups; returns how many there are now."""
    ids, found = judged.registered.ids, judged.found
    cursor.execute(
        "DELETE FROM lifecycle_health WHERE group_id = ANY(%s) AND day BETWEEN %s AND %s",
        [ids.tolist(), judged.first, judged.last],
    )
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
    columns["rule_version"] = np.full(len(row), RULE_VERSION, dtype="i2")
    copy_in(cursor, "lifecycle_health", columns)
    return len(row)


def write_state_changes(cursor: Any, judged: Judged) -> None:
    """Replace the changes of state of the days and groups. The first reading of a group's life is no change."""
    ids = judged.registered.ids
    cursor.execute(
        "DELETE FROM lifecycle_statechange WHERE group_id = ANY(%s) AND day BETWEEN %s AND %s",
        [ids.tolist(), judged.first, judged.last],
    )
    state = judged.found.state[judged.offset :]
    earlier = np.concatenate([judged.before[None], state[:-1]])
    lived = np.concatenate([_lived_before(judged)[None], judged.stands[:-1]])
    rows = []
    for day, group in np.argwhere((state != earlier) & judged.stands & lived).tolist():
        told = json.dumps(judged.evidence(day, group))
        on = judged.first + timedelta(days=day)
        rows.append((ids[group], on, earlier[day, group], state[day, group], told, RULE_VERSION))
    _copy_text(cursor, "lifecycle_statechange", CHANGE_COLUMNS, rows)


def _lived_before(judged: Judged) -> np.ndarray:
    """Groups that were open or observed on the eve of the first day."""
    eve = judged.first.toordinal() - 1
    observed = (judged.memory.first_observed != NO_DAY) & (judged.memory.first_observed <= eve)
    lived: np.ndarray = (judged.registered.opened_on <= eve) | observed
    return lived


def write_standings(cursor: Any, judged: Judged) -> None:
    """Where each group stands at the end of the last day, with the memory that the next night goes on from."""
    cursor.execute(STAGE_STANDINGS)
    rows = _standing_rows(judged)
    _copy_text(cursor, "standing_judged", STANDING_COLUMNS, rows)
    cursor.execute(UPSERT_STANDINGS, {"week_ago": judged.last - timedelta(days=7)})


def _standing_rows(judged: Judged) -> list[tuple[Any, ...]]:
    """The values of STANDING_COLUMNS for each group that was open or observed on any of the days."""
    found, memory, registered = judged.found, judged.memory, judged.registered
    figures = {name: found.figures[name][-1] for name in ("acts_28", "acts_7", "people_28", "members")}
    score = found.score[-1].astype(np.int64)
    groups = len(registered.ids)
    columns: list[Iterable[Any]] = [
        registered.ids.tolist(),
        registered.teams.tolist(),
        [judged.last] * groups,
        memory.state.tolist(),
        map(_day, _since(judged).tolist()),
        score.tolist(),
        risk_of(score, found.age).tolist(),
        map(_day, memory.last_act.tolist()),
        map(_day, memory.last_observed.tolist()),
        *(_whole(figures[name]) for name in ("acts_28", "people_28", "acts_7", "members")),
        ("{" + ",".join(map(str, weeks)) + "}" for weeks in found.spark.T.tolist()),
        map(json.dumps, standing_evidence(found)),
        (json.dumps({"row": row}) for row in memory.rows()),
        [RULE_VERSION] * groups,
    ]
    stands = judged.stands.any(axis=0).tolist()
    return [row for row, stood in zip(zip(*columns, strict=True), stands, strict=True) if stood]


def _whole(values: np.ndarray) -> list[int]:
    """Whole numbers, -1 where not known."""
    numbers: list[int] = np.nan_to_num(values, nan=-1).astype(np.int64).tolist()
    return numbers


def _since(judged: Judged) -> np.ndarray:
    """The day on which the state began; for a group that never changed it, the beginning of its life."""
    memory, opened = judged.memory, judged.registered.opened_on
    observed = np.where(memory.first_observed == NO_DAY, opened, memory.first_observed)
    return np.where(memory.since == NO_DAY, np.minimum(opened, observed), memory.since)


def _day(ordinal: int) -> str | date:
    return date.fromordinal(ordinal) if ordinal else r"\N"


def _copy_text(cursor: Any, table: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    """Append rows by COPY. The values hold neither tabs, line breaks nor backslashes, but for \\N as null."""
    if rows:
        lines = "".join("\t".join(map(str, row)) + "\n" for row in rows)
        cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", io.StringIO(lines))

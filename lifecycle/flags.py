"""Raises and lowers flags: compares the causes that the judge found with the flags that stand.

A flag stands from `raised_on` up to and without `lowered_on`. History is kept. When the past is judged anew, flags that
it raised go and come back as it now says; one that a case hangs on stays, withdrawn on the day it was raised if nothing
speaks for it any more.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from lifecycle.bulk import among
from lifecycle.readings import Judged
from lifecycle.rules.causes import CAUSES

# Back to how the flags stood before the first day; those of lifecycle.circumstances have no such past.
REWIND = (
    """
    DELETE FROM lifecycle_flag f WHERE f.group_id = ANY(%(groups)s) AND f.raised_on >= %(first)s
        AND f.cause = ANY(%(causes)s) AND NOT EXISTS (SELECT 1 FROM lifecycle_caseevent e WHERE e.flag_id = f.id)
    """,
    """
    UPDATE lifecycle_flag SET lowered_on = raised_on
    WHERE group_id = ANY(%(groups)s) AND cause = ANY(%(causes)s) AND raised_on >= %(first)s AND lowered_on IS NULL
    """,
    """
    UPDATE lifecycle_flag SET lowered_on = NULL
    WHERE group_id = ANY(%(groups)s) AND cause = ANY(%(causes)s) AND raised_on < %(first)s
        AND lowered_on >= %(first)s
    """,
)
STANDING = "SELECT id, group_id, cause, severity FROM lifecycle_flag WHERE {groups} AND lowered_on IS NULL"
LOWER = """
    UPDATE lifecycle_flag f SET lowered_on = v.lowered_on FROM unnest(%s::bigint[], %s::date[]) AS v(id, lowered_on)
    WHERE f.id = v.id
"""
RESCALE = """
    UPDATE lifecycle_flag f SET severity = v.severity FROM unnest(%s::bigint[], %s::int[]) AS v(id, severity)
    WHERE f.id = v.id
"""
RAISE = """
    INSERT INTO lifecycle_flag
        (team_id, group_id, cause, severity, raised_on, earliest_sign_on, lowered_on, evidence, rule_version)
    SELECT v.team_id, v.group_id, v.cause, v.severity, v.raised_on, v.sign, v.lowered_on, v.evidence::jsonb, v.version
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::int[], %s::date[], %s::date[], %s::date[], %s::text[],
        %s::int[]) AS v(team_id, group_id, cause, severity, raised_on, sign, lowered_on, evidence, version)
    ORDER BY v.raised_on, v.group_id, v.cause
    ON CONFLICT (group_id, cause, raised_on) DO UPDATE
    SET lowered_on = EXCLUDED.lowered_on, severity = EXCLUDED.severity, earliest_sign_on = EXCLUDED.earliest_sign_on,
        rule_version = EXCLUDED.rule_version
"""


@dataclass(frozen=True)
class Run:
    """A cause that holds from one judged day up to and without another; end None = still at the last one."""

    column: int
    cause: int
    begin: int
    end: int | None
    severity: int


def settle_flags(cursor: Any, judged: Judged, rewound: np.ndarray) -> None:
    """Make the flags say what the judge found for the written days. `rewound`: ids of groups judged there before."""
    ids = judged.registered.ids
    if rewound.size:
        for statement in REWIND:
            cursor.execute(statement, {"groups": rewound.tolist(), "first": judged.first, "causes": list(CAUSES)})
    cursor.execute(STANDING.format(groups=among("group_id", ids)))
    standing = {(group, cause): (flag, severity) for flag, group, cause, severity in cursor.fetchall()}
    lowered: list[tuple[int, date]] = []
    rescaled: list[tuple[int, int]] = []
    raised: list[Run] = []
    for run in _runs(judged):
        known = standing.pop((int(ids[run.column]), CAUSES[run.cause]), None) if run.begin <= judged.offset else None
        if known is None:
            raised.append(run)
            continue
        if run.end is not None:
            lowered.append((known[0], _on(judged, run.end)))
        if known[1] != run.severity:
            rescaled.append((known[0], run.severity))
    lowered += [(flag, judged.first) for (_, cause), (flag, _) in standing.items() if cause in CAUSES]
    if lowered:
        cursor.execute(LOWER, [list(column) for column in zip(*lowered, strict=True)])
    if rescaled:
        cursor.execute(RESCALE, [list(column) for column in zip(*rescaled, strict=True)])
    if raised:
        rows = [_row(judged, run) for run in raised]
        cursor.execute(RAISE, [list(column) for column in zip(*rows, strict=True)])


def _runs(judged: Judged) -> list[Run]:
    """Each cause's spans that reach into the written days, in order of cause, group and day.

    A span that began on an earlier day of the pass keeps its beginning.
    """
    severity = judged.found.severity.copy()
    severity[judged.offset :] *= judged.stands[:, None, :]
    days = len(severity)
    on = np.zeros((days + 2, *severity.shape[1:]), dtype=np.int8)
    on[1:-1] = severity > 0
    change = np.moveaxis(np.diff(on, axis=0), 0, -1)
    begins, ends = np.argwhere(change == 1), np.argwhere(change == -1)
    reaching = ends[:, 2] > judged.offset
    return [
        Run(group, cause, begin, None if end == days else end, int(severity[end - 1, cause, group]))
        for (cause, group, begin), (_, _, end) in zip(begins[reaching].tolist(), ends[reaching].tolist(), strict=True)
    ]


def _row(judged: Judged, run: Run) -> tuple[Any, ...]:
    registered, n = judged.registered, run.column
    sign = int(judged.found.sign[run.begin, run.cause, n])
    return (
        int(registered.teams[n]),
        int(registered.ids[n]),
        CAUSES[run.cause],
        run.severity,
        _on(judged, run.begin),
        date.fromordinal(sign),
        None if run.end is None else _on(judged, run.end),
        json.dumps(judged.evidence(run.begin - judged.offset, n)),
        judged.rulings.on(judged.found.first + run.begin).version,
    )


def _on(judged: Judged, day: int) -> date:
    return date.fromordinal(judged.found.first + day)

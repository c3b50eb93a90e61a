"""Writes who acted in a group on a day: the set of members with how often each. The same again writes nothing."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import numpy as np

ACTING_STAGED = """
    DROP TABLE IF EXISTS acting_said;
    CREATE TEMP TABLE acting_said (LIKE lifecycle_acting) ON COMMIT DROP;
"""
ACTING_BEFORE = """
    COPY (
        SELECT s.group_id, s.day, a.members, a.acts FROM acting_said s
        LEFT JOIN lifecycle_acting a
            ON a.group_id = s.group_id AND a.day = s.day AND a.day BETWEEN '{first}' AND '{last}'
        WHERE (a.members, a.acts) IS DISTINCT FROM (s.members, s.acts)
    ) TO STDOUT
"""
ACTING_CHANGED = """
    WITH touched AS (
    UPDATE lifecycle_acting a SET members = s.members, acts = s.acts FROM acting_said s
    WHERE a.group_id = s.group_id AND a.day = s.day AND a.day BETWEEN %(first)s AND %(last)s
      AND (a.members, a.acts) IS DISTINCT FROM (s.members, s.acts)
    RETURNING a.group_id, a.day
    ) SELECT group_id, min(day) FROM touched GROUP BY group_id
"""
ACTING_NEW = """
    WITH touched AS (
    INSERT INTO lifecycle_acting (group_id, day, members, acts)
    SELECT s.group_id, s.day, s.members, s.acts FROM acting_said s
    WHERE cardinality(s.members) > 0 AND NOT EXISTS (
        SELECT 1 FROM lifecycle_acting a
        WHERE a.group_id = s.group_id AND a.day = s.day AND a.day BETWEEN %(first)s AND %(last)s
    )
    RETURNING group_id, day
    ) SELECT group_id, min(day) FROM touched GROUP BY group_id
"""


def write_acting(cursor: Any, acts: np.ndarray, replaced: io.BytesIO | None = None) -> dict[int, int]:
    """Replace the sets of acting members by what `acts` say: fields group_id, day (ordinal), number, acts.

    Who is named with no act did nothing that counts: a day of nobody else empties the set that stands there, and makes
    none. Returns the first day that changed, as ordinal, by group id. `replaced` takes the sets as they were, as COPY
    writes them, with nulls where there was none.
    """
    if not len(acts):
        return {}
    acts = acts[np.lexsort((acts["number"], acts["day"], acts["group_id"]))]
    starts = np.flatnonzero(np.r_[True, (np.diff(acts["group_id"]) != 0) | (np.diff(acts["day"]) != 0)]).tolist()
    groups, days = acts["group_id"].tolist(), acts["day"].tolist()
    counted = acts["acts"] > 0
    upto = np.r_[0, np.cumsum(counted)].tolist()
    numbers, counts = (list(map(str, acts[name][counted].tolist())) for name in ("number", "acts"))
    lines = io.StringIO()
    for start, end in zip(starts, [*starts[1:], len(acts)], strict=True):
        day = date.fromordinal(days[start])
        here = slice(upto[start], upto[end])
        lines.write(f"{groups[start]}\t{day}\t{{{','.join(numbers[here])}}}\t{{{','.join(counts[here])}}}\n")
    lines.seek(0)
    cursor.execute(ACTING_STAGED)
    cursor.copy_expert("COPY acting_said (group_id, day, members, acts) FROM STDIN", lines)
    cursor.execute("ANALYZE acting_said")
    span = {"first": date.fromordinal(min(days)), "last": date.fromordinal(max(days))}
    if replaced is not None:
        first, last = span.values()
        cursor.copy_expert(ACTING_BEFORE.format(first=first, last=last), replaced)
    since: dict[int, int] = {}
    for statement in (ACTING_CHANGED, ACTING_NEW):
        cursor.execute(statement, span)
        for group, day in cursor.fetchall():
            since[group] = min(day.toordinal(), since.get(group, day.toordinal()))
    return since


ACTING_PUT_BACK = """
    WITH mine AS (
        SELECT s.* FROM acting_said s
        WHERE NOT EXISTS (
            SELECT 1 FROM lifecycle_daily d
            WHERE d.group_id = s.group_id AND d.day = s.day AND d.batch_id > %(batch)s)
    ), gone AS (
        DELETE FROM lifecycle_acting a USING mine m
        WHERE a.group_id = m.group_id AND a.day = m.day AND m.members IS NULL RETURNING a.group_id, a.day
    ), back AS (
        UPDATE lifecycle_acting a SET members = m.members, acts = m.acts FROM mine m
        WHERE a.group_id = m.group_id AND a.day = m.day AND m.members IS NOT NULL RETURNING a.group_id, a.day
    ) SELECT group_id, min(day) FROM (SELECT * FROM gone UNION ALL SELECT * FROM back) touched GROUP BY group_id
"""


def take_acting_back(cursor: Any, replaced: bytes, *, batch_id: int) -> dict[int, int]:
    """Put the sets of acting members back that `write_acting` replaced, except on days that a later batch wrote.

    Returns the first day that changed, as ordinal, by group id. Call before the rows of counts are taken back.
    """
    if not replaced:
        return {}
    cursor.execute(ACTING_STAGED)
    cursor.execute("ALTER TABLE acting_said ALTER members DROP NOT NULL, ALTER acts DROP NOT NULL")
    cursor.copy_expert("COPY acting_said (group_id, day, members, acts) FROM STDIN", io.BytesIO(replaced))
    cursor.execute("ANALYZE acting_said")
    cursor.execute(ACTING_PUT_BACK, {"batch": batch_id})
    return {group: day.toordinal() for group, day in cursor.fetchall()}

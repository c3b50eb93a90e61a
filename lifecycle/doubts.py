"""The silence that says nothing, for the arrays that the nights judge: as if nobody had looked.

Days on which a broken source told zeros that nobody believes, and the quiet seasons that people told of (rests).
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from lifecycle.bulk import EPOCH, among, copy_out

DOUBTED = """
    SELECT group_id::int, day FROM lifecycle_doubtedday
    WHERE {groups} AND day BETWEEN '{first}' AND '{last}'
    UNION
    SELECT group_id::int, d::date FROM lifecycle_rest
    CROSS JOIN LATERAL generate_series(
        GREATEST(from_day, '{first}'::date), LEAST(until_day, '{last}'::date), interval '1 day') d
    WHERE {groups} AND taken_back_at IS NULL AND from_day <= '{last}' AND until_day >= '{first}'
"""
# The same of one row `d` of a group and day, as a condition.
SAYS_NOTHING = """(
    EXISTS (SELECT 1 FROM lifecycle_doubtedday x WHERE x.group_id = d.group_id AND x.day = d.day)
    OR EXISTS (SELECT 1 FROM lifecycle_rest x WHERE x.group_id = d.group_id AND x.taken_back_at IS NULL
               AND d.day BETWEEN x.from_day AND x.until_day))"""


def doubted_days(cursor: Any, ids: np.ndarray, first: date, last: date) -> tuple[np.ndarray, np.ndarray]:
    """Row (days from `first` on) and column (place among the ascending ids) of each doubted day. One statement."""
    query = DOUBTED.format(groups=among("group_id", ids), first=first, last=last)
    found = copy_out(cursor, query, {"group_id": "i4", "day": "i4"})
    rows = found["day"].astype(np.int64) + EPOCH - first.toordinal()
    return rows, np.searchsorted(ids, found["group_id"])

"""The zeros that nobody believes, for the arrays that the nights judge: as if nobody had looked."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from lifecycle.bulk import EPOCH, among, copy_out

DOUBTED = """
    SELECT group_id::int, day FROM lifecycle_doubtedday
    WHERE {groups} AND day BETWEEN '{first}' AND '{last}'
"""


def doubted_days(cursor: Any, ids: np.ndarray, first: date, last: date) -> tuple[np.ndarray, np.ndarray]:
    """Row (days from `first` on) and column (place among the ascending ids) of each doubted day. One statement."""
    query = DOUBTED.format(groups=among("group_id", ids), first=first, last=last)
    found = copy_out(cursor, query, {"group_id": "i4", "day": "i4"})
    rows = found["day"].astype(np.int64) + EPOCH - first.toordinal()
    return rows, np.searchsorted(ids, found["group_id"])

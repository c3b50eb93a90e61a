"""Reads who acted in groups on some days, as arrays (lifecycle.acting writes it)."""

from __future__ import annotations

from typing import Any

import numpy as np

from lifecycle.bulk import ARRAY_HEAD, ELEMENT, copy_out_ragged

# Many short arrays joined into one string each; an array of nobody has a shorter head.
ACTING = f"""
    SELECT string_agg(int4send(group_id), ''), string_agg(date_send(day), ''),
        string_agg(int4send(cardinality(members)), ''),
        string_agg(substr(array_send(members), {ARRAY_HEAD + 1}), ''),
        string_agg(substr(array_send(acts), {ARRAY_HEAD + 1}), '')
    FROM lifecycle_acting WHERE {{groups}} AND {{span}}
"""  # noqa: S608 - numbers and days of ours


def read_acting(
    cursor: Any, ids: np.ndarray, groups: str, span: str, *, in_parts: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Who acted, an entry per group, day and member: the group's place among the (ascending) ids, the day as PostgreSQL
    counts it, the member, the acts; all int32, in no order. `groups` and `span` are conditions on
    `group_id` and `day`.

    `in_parts`: the answer comes in a string for some groups each, for long spans; else in one. A string must stay below
    a gigabyte.
    """
    _, found = copy_out_ragged(
        cursor,
        ACTING.format(groups=groups, span=span) + ("GROUP BY group_id / 64" if in_parts else ""),
        {},
        {"group_id": 0, "day": 0, "size": 0, "members": 0, "acts": 0},
    )
    group, day, size = (np.frombuffer(found[name].content, dtype=">i4") for name in ("group_id", "day", "size"))
    member, acts = (
        np.frombuffer(found[name].content, dtype=ELEMENT)["value"].astype("i4") for name in ("members", "acts")
    )
    column = np.searchsorted(ids, group).astype("i4")
    return np.repeat(column, size), np.repeat(day.astype("i4"), size), member, acts

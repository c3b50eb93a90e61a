"""Gives each member of a group the small number that stands for the keyed hash of the platform's identifier."""

from __future__ import annotations

from typing import Any

import numpy as np

from lifecycle.bulk import copy_in, copy_out

STAGE = """
    DROP TABLE IF EXISTS members_said;
    CREATE TEMP TABLE members_said (place integer, group_id integer, hash bytea) ON COMMIT DROP;
"""
NUMBER_THE_NEW = """
    INSERT INTO lifecycle_membernumber (group_id, hash, number)
    SELECT s.group_id, s.hash,
           COALESCE(h.highest, 0) + row_number() OVER (PARTITION BY s.group_id ORDER BY s.place)
    FROM members_said s
    LEFT JOIN (
        SELECT group_id, max(number) AS highest FROM lifecycle_membernumber
        WHERE group_id IN (SELECT group_id FROM members_said) GROUP BY group_id
    ) h USING (group_id)
    WHERE NOT EXISTS (SELECT 1 FROM lifecycle_membernumber m WHERE m.group_id = s.group_id AND m.hash = s.hash)
"""
READ_BACK = """
    SELECT s.place, m.number FROM members_said s JOIN lifecycle_membernumber m USING (group_id, hash)
"""


def numbers_of(cursor: Any, group_ids: np.ndarray, hashes: np.ndarray) -> np.ndarray:
    """The numbers of members, int32, in the order of the arguments; new members get the next free numbers of their
    group.

    Call inside a transaction that holds the import lock of the team: two writers would give one number twice, which the
    constraint refuses.
    """
    if not len(hashes):
        return np.zeros(0, dtype="i4")
    cursor.execute(STAGE)
    places = np.arange(len(hashes), dtype="i4")
    copy_in(cursor, "members_said", {"place": places, "group_id": group_ids.astype("i4"), "hash": hashes})
    cursor.execute("ANALYZE members_said")
    cursor.execute(NUMBER_THE_NEW)
    found = copy_out(cursor, READ_BACK, {"place": "i4", "number": "i4"})
    numbers = np.zeros(len(hashes), dtype="i4")
    numbers[found["place"]] = found["number"]
    return numbers

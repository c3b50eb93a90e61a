"""What this installation has seen itself: weekly readings of groups that died, and of a sample of those that live.

Two statements, bounded whatever the number of groups: the newest LABELLED_GROUPS deaths, and as many living groups,
picked by a hash of their ids, each of which stands for its share of all. The demo does not teach anything. A living
group's week is a survival only when a death after it would have been told by now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.db import connection, transaction

from lifecycle.policies import rulings
from lifecycle.rules.policy import PARTS
from lifecycle.rules.refit import History
from lifecycle.rules.risk import points_of

LABELLED_GROUPS = 2000
LOOKED_BACK = 364
AHEAD = 30  # a reading is followed by a death within so many days, or not
TOLD_AFTER = 90  # silence before a death is told
WARNED_WITHIN = 90
LEAST_AGE = 56

# Mondays. `after`: days from the reading to the death; 9999 = lives. In the order of the group's days.
READINGS = """
    WITH real AS (
        SELECT g.id, g.opened_on FROM groups_group g JOIN groups_team t ON t.id = g.team_id AND NOT t.is_demo
        WHERE g.archived_at IS NULL
    ), died AS (
        SELECT r.id, r.opened_on, e.ended_on FROM real r JOIN lifecycle_groupend e ON e.group_id = r.id
        WHERE e.fate = 'died' AND e.ended_on > %(first)s ORDER BY e.ended_on DESC, r.id LIMIT %(most)s
    ), lives AS (
        SELECT r.id, r.opened_on, NULL::date AS ended_on FROM real r
        WHERE NOT EXISTS (SELECT 1 FROM lifecycle_groupend e WHERE e.group_id = r.id)
        ORDER BY md5(r.id::text) LIMIT %(most)s
    )
    SELECT w.id, h.score, h.day - w.opened_on, COALESCE(w.ended_on - h.day, 9999), h.rule_version,
        h.loss_rhythm, h.loss_level, h.loss_breadth, h.loss_regularity, h.loss_core, h.loss_cap
    FROM (TABLE died UNION ALL TABLE lives) w JOIN lifecycle_health h ON h.group_id = w.id
    WHERE h.day BETWEEN %(first)s AND %(last)s AND extract(isodow FROM h.day) = 1 AND h.score >= 0
        AND (h.day < w.ended_on OR w.ended_on IS NULL AND h.day <= %(settled)s)
    ORDER BY w.id, h.day
"""
COUNTS = """
    SELECT (SELECT max(day) FROM lifecycle_nightrun WHERE done_at IS NOT NULL),
        (SELECT count(*) FROM groups_group g JOIN groups_team t ON t.id = g.team_id AND NOT t.is_demo
         WHERE g.archived_at IS NULL AND NOT EXISTS (SELECT 1 FROM lifecycle_groupend e WHERE e.group_id = g.id)),
        (SELECT count(*) FROM lifecycle_case c JOIN groups_team t ON t.id = c.team_id AND NOT t.is_demo
         WHERE c.state = 'kept'),
        (SELECT count(*) FROM lifecycle_case c JOIN groups_team t ON t.id = c.team_id AND NOT t.is_demo
         WHERE c.state = 'recovered')
"""
NOTHING = np.zeros((0, 6 + len(PARTS)), dtype=np.int64)


@dataclass(frozen=True)
class Seen:
    """`false_alarms` and `recoveries`: cases that ended so; their groups live, and count as survivors."""

    history: History
    through: date | None
    false_alarms: int
    recoveries: int


@transaction.atomic
def own_history() -> Seen:
    """The labelled readings of a year; three queries."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        through, living, false_alarms, recoveries = cursor.fetchone()
        rows = NOTHING
        if through:
            bounds = {"first": through - timedelta(days=LOOKED_BACK), "last": through, "most": LABELLED_GROUPS}
            cursor.execute(READINGS, bounds | {"settled": through - timedelta(days=AHEAD + TOLD_AFTER)})
            rows = np.array(cursor.fetchall() or NOTHING, dtype=np.int64)
    return Seen(history_of(rows, living), through, false_alarms, recoveries)


def history_of(rows: np.ndarray, living: int) -> History:
    """From rows as READINGS gives them; `living`: how many groups the sampled ones stand for."""
    group, score, age, after, version = rows[:, :5].T
    losses, cap = rows[:, 5 : 5 + len(PARTS)], rows[:, -1]
    held = rulings()
    known = np.unique(version).tolist()
    weights = np.array([held.of(each).policy.weights for each in known], dtype=np.float64).reshape(-1, len(PARTS))
    weight_of_part = weights[np.searchsorted(known, version)]
    whole = (losses >= 0).all(axis=1) & (cap == 0) & (age >= LEAST_AGE)
    shares = 1 - losses / (100 * weight_of_part)
    lasted = points_of(np.zeros(len(rows), dtype=np.int64), age, 1.0)
    lives = after == 9999
    sampled = len(np.unique(group[lives]))
    warned = ~lives & (after <= WARNED_WITHIN)
    dead, place = np.unique(group[warned], return_inverse=True)
    lowest = np.full(len(dead), 10_000, dtype=np.int64)
    np.minimum.at(lowest, place, score[warned])
    return History(
        shares=np.clip(shares[whole], 0, 1),
        lasted=lasted[whole],
        died=after[whole] <= AHEAD,
        group=group[whole],
        weight=np.where(lives, max(living, sampled) / max(sampled, 1), 1.0)[whole],
        lowest=lowest,
    )

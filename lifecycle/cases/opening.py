"""From standing flags to cases: opens at most one per group, adds every further signal to it, and recommends.

What opens a case: a flag of severity 3 on a group that is dormant, dead or overrun by adverts, and the mission of a
group whose plan has an end, or whose goal somebody confirmed. Declining opens nothing, unless the plan of the group
says after how many days of it the group is at risk; and nothing opens on a group without data, or one that is exempt.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection, transaction

from lifecycle.bulk import among, ascending
from lifecycle.cases.ongoing import ongoing_cases
from lifecycle.cases.recommending import refresh
from lifecycle.doubts import SAYS_NOTHING
from lifecycle.models import Case, HealthState
from lifecycle.rules.calendar import is_festival
from lifecycle.rules.case_flow import TIMERS, State, due_on

AT_RISK = 3
LOOK_BACK_DAYS = 400  # a group that nobody observed for longer rests no more; also bounds the partitions read
DYING = [HealthState.DORMANT.value, HealthState.DEAD.value, HealthState.AD_OVERRUN.value]

# An ended case `e` after which its group rests until it was observed for so many days.
GIVES_REST = """(
    e.ended_on > %(immune_from)s AND (e.state IN ('recovered', 'migrated') OR e.outcome ? 'undone'))"""
ENDED = "SELECT e.id FROM lifecycle_case e WHERE {groups} AND {gives_rest}"
# Those of them after which it has. Asked apart, since it is asked of few: planning it takes longer than all of OPEN.
RESTED = """
    SELECT e.id FROM lifecycle_case e WHERE e.id = ANY(%(ended)s) AND %(immunity)s <= (
        SELECT count(*) FROM lifecycle_daily d WHERE d.group_id = e.group_id AND d.known <> 0
            AND d.day > e.ended_on AND d.day > %(immune_from)s AND d.day <= %(day)s
            AND d.day <> ALL(%(festivals)s::date[]) AND NOT {says_nothing})
"""
# A flag counts as it stood on the day, so that a night run later opens what that night would have opened. A group rests
# for some observed days after a recovery, a migration or a dissolution that was taken back, and one cause rests after a
# false alarm. Of the groups of one owner the worst come first, the others on one of the next nights.
OPEN = """
    WITH candidate AS (
        SELECT DISTINCT ON (f.group_id) f.group_id, f.cause, f.severity, f.earliest_sign_on, g.team_id, g.owner_id
        FROM lifecycle_flag f
        JOIN groups_group g ON g.id = f.group_id
        JOIN lifecycle_standing s ON s.group_id = f.group_id
        LEFT JOIN groups_plan p ON p.group_id = f.group_id AND p.superseded_at IS NULL
        WHERE {groups} AND f.raised_on <= %(day)s
          AND (f.lowered_on IS NULL OR f.lowered_on > %(day)s)
          AND g.closed_on IS NULL AND g.archived_at IS NULL
          AND NOT EXISTS (SELECT 1 FROM lifecycle_exemption x WHERE x.group_id = f.group_id
                          AND x.taken_back_at IS NULL AND %(day)s BETWEEN x.from_day AND x.until_day)
          AND ((f.severity >= %(at_risk)s AND f.cause <> 'mission_complete' AND s.state = ANY(%(dying)s))
               OR (f.cause = 'mission_complete' AND s.state = %(mission)s
                   AND (p.ends_on IS NOT NULL OR g.goal_met_on <= %(day)s))
               OR (f.cause = 'fading' AND s.state = %(declining)s
                   AND s.state_since <= %(day)s::date - p.at_risk_after_days))
          AND NOT EXISTS (SELECT 1 FROM lifecycle_case o WHERE o.group_id = f.group_id AND o.ended_on IS NULL)
          AND NOT EXISTS (
              SELECT 1 FROM lifecycle_case e WHERE e.group_id = f.group_id AND (
                  {gives_rest} AND e.id <> ALL(%(rested)s)
                  OR (e.state = 'kept' AND e.cause = f.cause AND e.ended_on > %(day)s::date - %(certified)s)))
        ORDER BY f.group_id, (f.cause = 'mission_complete') DESC, f.severity DESC, (f.cause = 'ad_overrun') DESC,
                 f.raised_on, f.id
    ), queued AS (
        SELECT c.*, row_number() OVER (PARTITION BY owner_id ORDER BY severity DESC, earliest_sign_on, group_id)
            + (SELECT count(*) FROM lifecycle_case t WHERE t.owner_id = c.owner_id AND t.opened_on = %(day)s) AS place
        FROM candidate c
    )
    INSERT INTO lifecycle_case (team_id, group_id, owner_id, state, cause, remedy, recommended, recommendation,
        playbook, playbook_version, moves_to, plans, attempts, relapse_of_id, relapsed_on, opened_on, state_since,
        due_on, decision_reason, outcome, version)
    SELECT team_id, group_id, owner_id, 'open', cause, '', '', '{{}}', '', 0, '', 0, 0, earlier_id,
        CASE WHEN earlier_id IS NOT NULL THEN %(day)s::date END, %(day)s, %(day)s, %(due)s, '', '{{}}', 1
    FROM queued LEFT JOIN LATERAL (
        SELECT e.id AS earlier_id FROM lifecycle_case e WHERE e.group_id = queued.group_id AND e.ended_on <= %(day)s
        AND e.ended_on > %(day)s::date - %(relapse)s ORDER BY e.ended_on DESC, e.id DESC LIMIT 1) earlier ON true
    WHERE place <= %(new_per_owner)s
    ORDER BY group_id
    ON CONFLICT DO NOTHING
    RETURNING id
"""
ADD_SIGNALS = """
    INSERT INTO lifecycle_caseevent (team_id, case_id, flag_id, kind, at, content)
    SELECT c.team_id, c.id, f.id, 'signal', %(now)s, jsonb_build_object(
        'cause', f.cause, 'severity', f.severity, 'raised_on', f.raised_on, 'earliest_sign_on', f.earliest_sign_on,
        'evidence', f.evidence)
    FROM lifecycle_case c JOIN lifecycle_flag f ON f.group_id = c.group_id
    WHERE c.id = ANY(%(cases)s) AND c.ended_on IS NULL AND f.raised_on <= %(day)s
      AND (f.lowered_on IS NULL OR f.lowered_on > %(day)s)
    ORDER BY c.id, f.raised_on, f.id
    ON CONFLICT DO NOTHING
"""


@transaction.atomic
def open_cases(group_ids: Sequence[int], day: date, *, now: datetime) -> int:
    """Open the cases of these groups as of `day`; returns how many are new. Running it again, or twice at once, opens
    no second case and adds no signal twice. Who is to be told of a case finds it in the table."""
    ids = ascending(group_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            OPEN.format(groups=among("f.group_id", ids), gives_rest=GIVES_REST),
            {
                "day": day,
                "at_risk": AT_RISK,
                "dying": DYING,
                "declining": HealthState.DECLINING.value,
                "mission": HealthState.MISSION_COMPLETE.value,
                "relapse": TIMERS.relapse,
                "immune_from": day - timedelta(days=LOOK_BACK_DAYS),
                "rested": _rested(cursor, ids, day),
                "certified": TIMERS.certified,
                "new_per_owner": TIMERS.new_per_owner,
                "due": due_on(State.OPEN, day),
            },
        )
        new = cursor.fetchall()
        ongoing = list(ongoing_cases(group_ids))
        if not ongoing:
            return 0
        cursor.execute(ADD_SIGNALS, {"cases": ongoing, "day": day, "now": now})
    refresh(Case.objects.filter(pk__in=ongoing), day)
    return len(new)


def _rested(cursor: Any, ids: np.ndarray, day: date) -> list[int]:
    """The ended cases of these groups after which their groups have rested long enough."""
    immune_from = day - timedelta(days=LOOK_BACK_DAYS)
    cursor.execute(ENDED.format(groups=among("e.group_id", ids), gives_rest=GIVES_REST), {"immune_from": immune_from})
    ended = [case for (case,) in cursor.fetchall()]
    if not ended:
        return []
    festivals = [each for n in range(LOOK_BACK_DAYS) if is_festival(each := day - timedelta(days=n))]
    cursor.execute(
        RESTED.format(says_nothing=SAYS_NOTHING),
        {
            "ended": ended,
            "immunity": TIMERS.immunity,
            "immune_from": immune_from,
            "day": day,
            "festivals": festivals,
        },
    )
    return [case for (case,) in cursor.fetchall()]

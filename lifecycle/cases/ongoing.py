"""Finds the few ongoing cases among many groups: what the stages of a night look at instead of every group."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.db import connection

from lifecycle.bulk import among, ascending

# Only an ended case has a last day (a constraint says so).
ONGOING = "SELECT id, state FROM lifecycle_case WHERE {groups} AND ended_on IS NULL ORDER BY id"
CONCERNED = """
    SELECT c.id, c.state, g.closed_on IS NOT NULL OR g.archived_at IS NOT NULL AS gone,
        c.snoozed_until IS NOT NULL OR c.snoozed_until_worse_than IS NOT NULL AS asleep,
        c.state = 'open' AND c.state_since = %(day)s AND c.opened_on < %(day)s AS back
    FROM lifecycle_case c JOIN groups_group g ON g.id = c.group_id
    WHERE {groups} AND c.ended_on IS NULL ORDER BY c.id
"""


class Ongoing(NamedTuple):
    """An ongoing case and what of it a night may have to look at; `back`: it came back to triage on that day."""

    id: int
    state: str
    gone: bool  # the group is closed or archived
    asleep: bool
    back: bool


def ongoing_cases(group_ids: Sequence[int]) -> dict[int, str]:
    """The states of the ongoing cases of these groups by the ids of the cases, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(ONGOING.format(groups=_among("group_id", group_ids)))
        return dict(cursor.fetchall())


def concerned_cases(group_ids: Sequence[int], day: date) -> list[Ongoing]:
    """The ongoing cases of these groups as a night of `day` finds them, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(CONCERNED.format(groups=_among("c.group_id", group_ids)), {"day": day})
        return [Ongoing(*row) for row in cursor.fetchall()]


def _among(column: str, group_ids: Sequence[int]) -> str:
    return among(column, ascending(group_ids))

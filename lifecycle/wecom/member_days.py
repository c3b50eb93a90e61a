"""Turns the stays of members into what the registry's groups are judged by: members, joins and leaves of whole days.

Only days that are over and were watched: a group that was read at least every day and a half, before the day ended (how
many members) or before it began (who came and went), and again after it ended. Other days stay unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection
from django.utils import timezone

from lifecycle.coverage import write_spans
from lifecycle.ingest import INCOMING, LOCK, PATIENCE, write_as
from lifecycle.models import Source, WecomGroup
from lifecycle.partitions import ensure_months
from lifecycle.rules.counts import KNOWN
from lifecycle.rules.coverage import Span

SOURCE = "wecom"
FLOWS = KNOWN["joins"] | KNOWN["leaves"]
# What the stays say of each asked day of each group.
COUNTED = """
    SELECT a.group_id, a.day, a.flows,
        count(*) FILTER (WHERE s.joined_on <= a.day AND (s.left_on IS NULL OR s.left_on > a.day)) AS members,
        count(*) FILTER (WHERE s.joined_on = a.day) AS joins,
        count(*) FILTER (WHERE s.left_on = a.day) AS leaves
    FROM unnest(%(chats)s::bigint[], %(groups)s::int[], %(days)s::date[], %(flows)s::boolean[])
        AS a(chat_id, group_id, day, flows)
    JOIN lifecycle_wecomstay s ON s.chat_id = a.chat_id
    GROUP BY a.group_id, a.day, a.flows ORDER BY a.group_id, a.day
"""


@dataclass(frozen=True)
class Asked:
    """A whole day of a group; `flows`: watched from its beginning."""

    chat: int
    group: int
    day: date
    flows: bool


def write(chats: Sequence[int], read_before: Mapping[int, datetime | None], *, now: datetime) -> None:
    """Write the days that are over with the last reading of these groups. In the transaction of the reading."""
    linked = WecomGroup.objects.filter(pk__in=chats, group__isnull=False).select_related("group").order_by("group")
    rows = list(linked)
    asked = [each for row in rows for each in days_of(row, read_before.get(row.pk))]
    if not asked:
        return
    days = [each.day for each in asked]
    ensure_months(min(days), max(days))
    team_of = {row.group.pk: row.group.team_id for row in rows if row.group}
    with connection.cursor() as cursor:
        cursor.execute(PATIENCE)
        for team in sorted(set(team_of.values())):
            cursor.execute(LOCK, [team])
        cursor.execute(
            COUNTED,
            {
                "chats": [each.chat for each in asked],
                "groups": [each.group for each in asked],
                "days": days,
                "flows": [each.flows for each in asked],
            },
        )
        write_for_teams(cursor, _rows(cursor.fetchall()), team_of, now)
    _cover(asked, team_of)


def write_for_teams(cursor: Any, rows: np.ndarray, team_of: Mapping[int, int], now: datetime) -> None:
    """Write rows of groups of several teams, for each team as its WeCom source. Call it under their import locks."""
    teams = np.array([team_of[group] for group in rows["group_id"].tolist()], dtype=np.int64)
    for team in np.unique(teams).tolist():
        write_as(cursor, source_of(team), rows[teams == team], now=now)


def days_of(chat: WecomGroup, read_before: datetime | None) -> list[Asked]:
    """The whole days between two readings of a group, as far as the group was watched."""
    if chat.group_id is None or chat.read_at is None or chat.watched_since is None or read_before is None:
        return []
    since, until = timezone.localdate(chat.watched_since), timezone.localdate(chat.read_at)
    first = max(since, timezone.localdate(read_before))
    days = [first + timedelta(days=n) for n in range((until - first).days)]
    return [Asked(chat.pk, chat.group_id, day, day > since) for day in days]


def _cover(asked: Sequence[Asked], team_of: Mapping[int, int]) -> None:
    """Say that the flows of these days were watched. The days of a group follow each other, so they are one span."""
    by_team: dict[int, dict[int, tuple[Span, int]]] = {}
    for each in asked:
        if each.flows:
            spans = by_team.setdefault(team_of[each.group], {})
            first, _last = spans.get(each.group, ((each.day, each.day), 0))[0]
            spans[each.group] = ((first, each.day), FLOWS)
    for team, said in by_team.items():
        write_spans(source_of(team), said)


def source_of(team: int) -> Source:
    """The source that WeCom is for a team."""
    return Source.objects.get_or_create(team_id=team, kind=SOURCE, name=SOURCE)[0]


def _rows(counted: Sequence[tuple[int, date, bool, int, int, int]]) -> np.ndarray:
    rows = np.zeros(len(counted), dtype=INCOMING)
    for row, (group, day, flows, members, joins, leaves) in zip(rows, counted, strict=True):
        row["group_id"], row["day"], row["members"] = group, day.toordinal(), members
        row["known"] = KNOWN["members"] | (FLOWS if flows else 0)
        if flows:
            row["joins"], row["leaves"] = joins, leaves
    return rows

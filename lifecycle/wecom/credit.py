"""Credits figures of owners to groups of the registry: messages and speakers, where they can be no other group's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from django.db import connection, transaction
from django.db.models import Count, Q

from lifecycle.coverage import write_spans
from lifecycle.failpoints import reach
from lifecycle.ingest import INCOMING, LOCK, PATIENCE
from lifecycle.models import WecomConnection, WecomGroup, WecomOwner, WecomOwnerDay, WecomStep
from lifecycle.partitions import ensure_months
from lifecycle.rules.counts import KNOWN
from lifecycle.rules.coverage import Span
from lifecycle.rules.owner_days import OwnerDay, alone_since, counts_of
from lifecycle.wecom import runs, steps
from lifecycle.wecom.figures import DAYS_KEPT
from lifecycle.wecom.member_days import source_of, write_for_teams

# A running total never falls; two neighbouring days of one owner are enough to see that it is none.
FIRST_FALL = """
    SELECT min(d.day) FROM lifecycle_wecomownerday d
    JOIN lifecycle_wecomownerday b ON b.owner_id = d.owner_id AND b.day = d.day - 1
    WHERE d.chats >= b.chats AND (d.messages < b.messages OR d.members_with_messages < b.members_with_messages)
"""
CREDITED = """
    UPDATE lifecycle_wecomownerday d SET credited_to_id = c.group_id
    FROM unnest(%(owners)s::bigint[], %(days)s::date[], %(groups)s::bigint[]) AS c(owner_id, day, group_id)
    WHERE d.owner_id = c.owner_id AND d.day = c.day
"""


@dataclass(frozen=True)
class Credit:
    """What one day of an owner says of the only group."""

    owner: int
    group: int
    team: int
    day: date
    counts: Mapping[str, int]


def credit(step: WecomStep, at: datetime) -> None:
    """Credit what is certain of the owners of a step and was not credited before. Repeatable."""
    counting = resolve_counting()
    credits = [] if counting is None else _credits(step, running=counting == WecomConnection.Counting.RUNNING)
    if credits:
        ensure_months(min(each.day for each in credits), max(each.day for each in credits))
    with transaction.atomic():
        if credits:
            _write(credits, at)
        reach("after_upsert")
        steps.go_on(step, done=True)


def resolve_counting() -> str | None:
    """Whether figures are those of a day or running totals; None while nobody knows.

    Found out, that is kept: a figure that once fell cannot be a running total.
    """
    connected = WecomConnection.objects.get()
    if connected.counting != WecomConnection.Counting.AUTO:
        return connected.counting
    if connected.seen_daily_on is None:
        with connection.cursor() as cursor:
            cursor.execute(FIRST_FALL)
            connected.seen_daily_on = cursor.fetchone()[0]
        if connected.seen_daily_on is None:
            return None
        WecomConnection.objects.update(seen_daily_on=connected.seen_daily_on)
    return WecomConnection.Counting.DAILY.value


def _credits(step: WecomStep, *, running: bool) -> list[Credit]:
    last = runs.yesterday_of(step.run)
    groups = _only_groups(step.ids)
    days: dict[int, dict[date, OwnerDay]] = {owner: {} for owner in groups}
    credited: set[tuple[int, date]] = set()
    told = WecomOwnerDay.objects.filter(owner__in=list(groups), day__gt=last - timedelta(days=DAYS_KEPT), day__lte=last)
    for owner, day, chats, speakers, messages, to in told.values_list(
        "owner", "day", "chats", "members_with_messages", "messages", "credited_to"
    ):
        days[owner][day] = OwnerDay(chats, speakers, messages)
        if to == groups[owner].group_id:
            credited.add((owner, day))
    found = []
    for owner, chat in groups.items():
        since = alone_since(days[owner], {day: each.chats for day, each in days[owner].items()}, _first_day(chat))
        for day in sorted(days[owner]):
            if since is None or day < since or (owner, day) in credited or chat.group is None:
                continue
            if counts := counts_of(day, days[owner], running=running):
                found.append(Credit(owner, chat.group.pk, chat.group.team_id, day, counts))
    return found


def _only_groups(owners: Sequence[int]) -> dict[int, WecomGroup]:
    """The group of each owner that has exactly one, if it is in the registry."""
    running = Count("groups", filter=Q(groups__dismissed_at=None))
    alone = WecomOwner.objects.filter(pk__in=owners).annotate(n=running).filter(n=1)
    chats = WecomGroup.objects.filter(owner__in=alone.values("pk"), dismissed_at=None, group__isnull=False)
    return {chat.owner_id: chat for chat in chats.select_related("group") if chat.owner_id}


def _first_day(chat: WecomGroup) -> date:
    """From when on the owner's only group can be this one: made, registered, and already this owner's."""
    bounds = [chat.group.opened_on] if chat.group else []
    bounds += [chat.made_on] if chat.made_on else []
    bounds += [chat.owner_since + timedelta(days=1)] if chat.owner_since else []
    return max(bounds)


def _write(credits: Sequence[Credit], at: datetime) -> None:
    ordered = sorted(credits, key=lambda each: (each.group, each.day))
    rows = np.zeros(len(ordered), dtype=INCOMING)
    spans: dict[int, dict[int, tuple[Span, int]]] = {}
    for row, each in zip(rows, ordered, strict=True):
        row["group_id"], row["day"] = each.group, each.day.toordinal()
        row["known"] = sum(KNOWN[name] for name in each.counts)
        for name, value in each.counts.items():
            row[name] = value
    with connection.cursor() as cursor:
        cursor.execute(PATIENCE)
        for team in sorted({each.team for each in ordered}):
            cursor.execute(LOCK, [team])
        write_for_teams(cursor, rows, {each.group: each.team for each in ordered}, at)
        cursor.execute(
            CREDITED,
            {
                "owners": [each.owner for each in ordered],
                "days": [each.day for each in ordered],
                "groups": [each.group for each in ordered],
            },
        )
    for each in ordered:
        known = sum(KNOWN[name] for name in each.counts)
        spans.setdefault(each.team, {})
        (first, last), bits = spans[each.team].get(each.group, ((each.day, each.day), known))
        if (each.day - last).days > 1 or bits != known:
            write_spans(source_of(each.team), {each.group: ((first, last), bits)})
            first, bits = each.day, known
        spans[each.team][each.group] = ((first, each.day), bits)
    for team, said in spans.items():
        write_spans(source_of(team), said)

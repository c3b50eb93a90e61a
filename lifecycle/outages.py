"""Notices sources that broke, keeps each outage from its first to its last day, and doubts the zeros they told.

Looked at when a source tells something, in the transaction of its import, and before nights are opened. The nights
take a doubted zero for a day that nobody observed (lifecycle.doubts), so a broken source freezes groups and never kills
them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import numpy as np
from django.db import connection, transaction
from django.utils import timezone

from groups import audit
from groups.models import User
from lifecycle.bulk import EPOCH, copy_out, id_list
from lifecycle.marks import mark_dirty
from lifecycle.models import DoubtedDay, Source, SourceOutage
from lifecycle.rules.calendar import day_kinds
from lifecycle.rules.counts import KNOWN
from lifecycle.rules.outages import DEFAULT_LIMITS, spells_of, zeros_of
from lifecycle.rules.policy import DEFAULT_POLICY

SILENT, ZEROS = SourceOutage.Kind.SILENT, SourceOutage.Kind.ZEROS
LOOKED_AT = timedelta(days=14)  # the last days are looked at again whenever something new is told of them
SILENT_AFTER = timedelta(days=DEFAULT_POLICY.unknown_after_silent_source)
LONG_AGO = timedelta(days=35)  # a source that ended before is not noticed any more
LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('activity of a team'), %s)"
ACTS = sum(KNOWN[name] for name in ("messages", "speakers", "clicks", "orders", "buyers", "revenue_cents"))
# What a source watched: its coverage, and the rows of its files that came without one.
GROUPS = """
    SELECT DISTINCT c.group_id::int FROM lifecycle_coveragespan c
    WHERE c.source_id = %(source)s AND c.observed_until >= %(first)s
    UNION
    SELECT d.group_id FROM lifecycle_daily d JOIN lifecycle_import i ON i.id = d.batch_id
    WHERE i.source_id = %(source)s AND d.day BETWEEN %(first)s AND %(last)s
        AND d.group_id IN (SELECT id FROM groups_group WHERE team_id = %(team)s)
"""
ROWS = """
    SELECT group_id, day, (messages + speakers + clicks + orders + buyers + revenue_cents > 0)::int AS acted
    FROM lifecycle_daily WHERE group_id = ANY({ids}) AND day BETWEEN '{first}' AND '{last}' AND known & {acts} <> 0
"""
LAST_TOLD = """
    SELECT s.id, max(t.last), count(DISTINCT g.id)
    FROM lifecycle_source s
    JOIN (
        SELECT c.source_id, c.group_id, max(c.observed_until) AS last
        FROM lifecycle_coveragespan c {covered} GROUP BY 1, 2
        UNION ALL
        SELECT i.source_id, d.group_id, max(d.day) FROM lifecycle_daily d JOIN lifecycle_import i ON i.id = d.batch_id
        WHERE d.day >= %(since)s AND i.source_id IS NOT NULL {told} GROUP BY 1, 2
    ) t ON t.source_id = s.id
    LEFT JOIN groups_group g ON g.id = t.group_id AND g.closed_on IS NULL AND g.archived_at IS NULL
        AND t.last >= %(since)s
    WHERE s.kind <> 'manual'
    GROUP BY s.id
"""
# An import looks at its own source only: at what that one covered, and at rows of its team's groups.
OF_ALL = {"covered": "", "told": ""}
OF_SOME = {
    "covered": "WHERE c.source_id = ANY(%(sources)s)",
    "told": """AND i.source_id = ANY(%(sources)s) AND d.group_id = ANY(ARRAY(
            SELECT g.id::int FROM groups_group g
            WHERE g.team_id IN (SELECT team_id FROM lifecycle_source WHERE id = ANY(%(sources)s))
        ))""",
}


def look_at_all(*, through: date, now: datetime) -> None:
    """Look at every source that told something lately, up to this day. Repeatable; a team that imports is left to its
    import, which looks itself."""
    for source in Source.objects.filter(pk__in=last_told(through)).order_by("pk"):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(LOCK, [source.team_id])
            if cursor.fetchone()[0]:
                look_at(source, through=through, now=now)


def look_at(source: Source, *, through: date, now: datetime) -> None:
    """Bring the outages and doubts of a source to what is known now. Call it in a transaction that holds the import
    lock of the team."""
    last, groups = last_told(through, [source.pk]).get(source.pk, (None, 0))
    if last is not None:
        _settle_silence(source, last, groups, through, now)
        _settle_zeros(source, through, now)


@transaction.atomic
def believe(*, outage: SourceOutage, by: User, now: datetime) -> bool:
    """A person knows that the zeros are real: they count from their first day on. False if it was ended before."""
    ended_on = max(outage.began_on + timedelta(days=1), timezone.localdate(now))
    changed = SourceOutage.objects.filter(pk=outage.pk, ended_at=None, kind=ZEROS).update(
        ended_at=now, ended_on=ended_on, believed_by=by
    )
    if not changed:
        return False
    doubts = DoubtedDay.objects.filter(source=outage.source_id, day__gte=outage.began_on)
    with connection.cursor() as cursor:
        mark_dirty(cursor, _first_days(list(doubts.values_list("group_id", "day"))), now)
    doubts.delete()
    audit.record(verb="zeros believed", thing=outage, by=by, now=now, after={"since": outage.began_on.isoformat()})
    return True


def last_told(through: date, sources: Sequence[int] | None = None) -> dict[int, tuple[date, int]]:
    """By source the last day that it told of, and how many running groups it watched lately; typed figures are none."""
    asked = {"since": through - LONG_AGO} | ({} if sources is None else {"sources": list(sources)})
    with connection.cursor() as cursor:
        cursor.execute(LAST_TOLD.format(**(OF_ALL if sources is None else OF_SOME)), asked)
        return {pk: (last, groups) for pk, last, groups in cursor.fetchall()}


def _settle_silence(source: Source, last: date, groups: int, through: date, now: datetime) -> None:
    standing = SourceOutage.objects.filter(source=source, kind=SILENT, ended_at=None).first()
    if standing and last >= standing.began_on:
        _end(standing, max(last, standing.began_on + timedelta(days=1)), now)
        standing = None
    elif standing and (not groups or through - last > LONG_AGO):  # nobody waits for it any more
        _end(standing, through, now)
        return
    if standing is None and groups and SILENT_AFTER < through - last <= LONG_AGO:
        SourceOutage.objects.get_or_create(
            source=source,
            kind=SILENT,
            began_on=last + timedelta(days=1),
            defaults={"team_id": source.team_id, "groups": groups, "noticed_at": now},
        )


def _settle_zeros(source: Source, through: date, now: datetime) -> None:
    outages = SourceOutage.objects.filter(source=source, kind=ZEROS)
    standing = outages.filter(ended_at=None).first()
    believed = outages.exclude(believed_by=None).order_by("-began_on").first()
    first = min(standing.began_on if standing else through, through - LOOKED_AT + timedelta(days=1))
    start = first - timedelta(days=DEFAULT_LIMITS.look_back)
    if believed:  # what was usual before counts no more
        start, first = max(start, believed.began_on), max(first, believed.began_on)
    ids, acted, known = _matrix(source, start, through)
    at = (first - start).days
    zeros = zeros_of(acted, known, day_kinds(start, through).kinds, at)
    doubted = {
        (int(ids[group]), start + timedelta(days=int(day))) for day, group in np.argwhere(zeros.doubted) if day >= at
    }
    _settle_doubts(source, first, doubted, now)
    found = {start + timedelta(days=a): b and start + timedelta(days=b) for a, b in spells_of(zeros, at)}
    touched = {day: len({group for group, on in doubted if on >= day}) for day in found}
    if standing and standing.began_on not in found:  # better data came for its days
        _end(standing, standing.began_on + timedelta(days=1), now)
    stored = {outage.began_on: outage for outage in outages.filter(began_on__in=found)}
    for began, ended in found.items():
        outage = stored.get(began) or SourceOutage(
            source=source, team_id=source.team_id, kind=ZEROS, began_on=began, groups=0, noticed_at=now
        )
        if (outage.groups, outage.ended_on) != (touched[began], ended):
            outage.groups, outage.ended_on, outage.ended_at = touched[began], ended, now if ended else None
            outage.save()


def _end(outage: SourceOutage, ended_on: date, now: datetime) -> None:
    outage.ended_on, outage.ended_at = ended_on, now
    outage.save(update_fields=["ended_on", "ended_at"])


def _matrix(source: Source, first: date, last: date) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The groups of the source, and days x groups whether something happened and whether the day is known."""
    height = (last - first).days + 1
    with connection.cursor() as cursor:
        asked = {"source": source.pk, "team": source.team_id, "first": first, "last": last}
        cursor.execute(GROUPS, asked)
        ids = np.array(sorted(pk for (pk,) in cursor.fetchall()), dtype=np.int64)
        acted, known = (np.zeros((height, len(ids)), dtype=np.bool_) for _ in range(2))
        if len(ids):
            query = ROWS.format(ids=id_list(ids), first=first, last=last, acts=ACTS)
            rows = copy_out(cursor, query, {"group_id": "i4", "day": "i4", "acted": "i4"})
            cells = rows["day"] + EPOCH - first.toordinal(), np.searchsorted(ids, rows["group_id"])
            known[cells], acted[cells] = True, rows["acted"] == 1
    return ids, acted, known


def _settle_doubts(source: Source, first: date, doubted: set[tuple[int, date]], now: datetime) -> None:
    """Write what differs, and have those groups judged again."""
    stands = DoubtedDay.objects.filter(source=source, day__gte=first)
    before = set(stands.values_list("group_id", "day"))
    gone, added = before - doubted, doubted - before
    if gone:
        groups, days = zip(*gone, strict=True)
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM lifecycle_doubtedday d USING unnest(%s::bigint[], %s::date[]) AS t (group_id, day)"
                " WHERE d.group_id = t.group_id AND d.day = t.day AND d.source_id = %s",
                [list(groups), list(days), source.pk],
            )
    DoubtedDay.objects.bulk_create(
        [DoubtedDay(group_id=group, day=day, source=source) for group, day in sorted(added)],
        batch_size=5000,
        ignore_conflicts=True,
    )
    with connection.cursor() as cursor:
        mark_dirty(cursor, _first_days([*gone, *added]), now)


def _first_days(cells: list[tuple[int, date]]) -> dict[int, int]:
    first: dict[int, int] = {}
    for group, day in cells:
        first[group] = min(day.toordinal(), first.get(group, day.toordinal()))
    return first

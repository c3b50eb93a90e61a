"""Writes figures that a person typed for single days of groups: the manual source."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import numpy as np
from django.db import connection, transaction

from groups import audit
from groups.models import Group, User
from lifecycle.coverage import write_spans
from lifecycle.ingest import INCOMING, LOCK, write_as
from lifecycle.models import Source
from lifecycle.partitions import ensure_months
from lifecycle.rules.counts import COUNTS, KNOWN, LEVELS
from lifecycle.rules.coverage import Span

MANUAL = "manual"


Figures = Mapping[date, Mapping[str, int]]  # counts (keys of COUNTS) by day


def enter_figures(*, group: Group, figures: Figures, by: User, now: datetime) -> tuple[int, int]:
    """Write the counts of each day as observed; returns how many days are new and how many changed.

    Absolute values: entering them again changes nothing. A count that is not given stays as it was, known or not.
    """
    return enter_many(figures={group: figures}, by=by, now=now)


def enter_many(*, figures: Mapping[Group, Figures], by: User, now: datetime) -> tuple[int, int]:
    """The same for several groups, all or none; the number of statements does not grow with the number of groups."""
    said = {
        group: {day: counts for day, counts in sorted(days.items()) if counts}
        for group, days in sorted(figures.items(), key=lambda each: each[0].pk)
    }
    said = {group: days for group, days in said.items() if days}
    if not said:
        return 0, 0
    every_day = {day for days in said.values() for day in days}
    ensure_months(min(every_day), max(every_day))
    new = changed = 0
    with transaction.atomic(), connection.cursor() as cursor:
        for team_id in sorted({group.team_id for group in said}):
            cursor.execute(LOCK, [team_id])
            of_team = {group: days for group, days in said.items() if group.team_id == team_id}
            for platform in sorted({group.platform for group in of_team}):
                there = {group: days for group, days in of_team.items() if group.platform == platform}
                source = Source.objects.get_or_create(team_id=team_id, kind=MANUAL, name=platform)[0]
                written = write_as(cursor, source, _rows(there), now=now)
                _watched(source, there)
                _record({group: days for group, days in there.items() if group.pk in written.since}, by, now)
                new, changed = new + written.new, changed + written.changed
    return new, changed


def _watched(source: Source, said: Mapping[Group, Figures]) -> None:
    """What was typed was seen: a day of coverage for the flows of each group."""
    spans: dict[date, dict[int, tuple[Span, int]]] = {}
    for group, days in said.items():
        for day, counts in days.items():
            if flows := _bits(counts) & ~LEVELS:
                spans.setdefault(day, {})[group.pk] = ((day, day), flows)
    for _day, by_group in sorted(spans.items()):
        write_spans(source, by_group)


def _record(said: Mapping[Group, Figures], by: User, now: datetime) -> None:
    told = [
        audit.Told(group.pk, group.team_id, str(group), after={day.isoformat(): dict(of) for day, of in days.items()})
        for group, days in said.items()
    ]
    audit.record_many(told, verb="figures entered", object_type="group", by=by, now=now)


def _rows(said: Mapping[Group, Figures]) -> np.ndarray:
    """One row for each group and day, in their order."""
    rows = np.zeros(sum(len(days) for days in said.values()), dtype=INCOMING)
    typed = [(group, day, counts) for group, days in said.items() for day, counts in days.items()]
    for row, (group, day, counts) in zip(rows, typed, strict=True):
        row["group_id"], row["day"], row["known"] = group.pk, day.toordinal(), _bits(counts)
        for name in COUNTS:
            row[name] = counts.get(name, 0)
    return rows


def _bits(counts: Mapping[str, int]) -> int:
    return sum(KNOWN[name] for name in counts)

"""Writes figures that a person typed for single days of one group: the manual source."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db import connection, transaction

from groups import audit
from groups.models import Group, User
from lifecycle.activity import write_counts
from lifecycle.coverage import write_spans
from lifecycle.ingest import INCOMING, LOCK, mark_dirty
from lifecycle.models import Source
from lifecycle.partitions import ensure_months
from lifecycle.rules.counts import COUNTS, KNOWN, LEVELS

MANUAL = "manual"


def enter_figures(
    *, group: Group, figures: Mapping[date, Mapping[str, int]], by: User, now: datetime
) -> tuple[int, int]:
    """Write the counts of each day (keys of COUNTS) as observed; returns how many days are new and how many changed.

    Absolute values: entering them again changes nothing. A count that is not given stays as it was, known or not.
    """
    days = {day: counts for day, counts in sorted(figures.items()) if counts}
    if not days:
        return 0, 0
    ensure_months(min(days), max(days))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK, [group.team_id])
        written = write_counts(cursor, _rows(group, days), batch_id=0)
        source = Source.objects.get_or_create(team_id=group.team_id, kind=MANUAL, name=group.platform)[0]
        for day, counts in days.items():
            flows = _bits(counts) & ~LEVELS
            if flows:
                write_spans(source, {group.pk: ((day, day), flows)})
        mark_dirty(cursor, written.since, now)
        if written.new or written.changed:
            told: dict[str, Any] = {day.isoformat(): dict(counts) for day, counts in days.items()}
            audit.record(verb="figures entered", thing=group, by=by, now=now, after=told)
    return written.new, written.changed


def _rows(group: Group, days: Mapping[date, Mapping[str, int]]) -> np.ndarray:
    rows = np.zeros(len(days), dtype=INCOMING)
    rows["group_id"] = group.pk
    for row, (day, counts) in zip(rows, days.items(), strict=True):
        row["day"], row["known"] = day.toordinal(), _bits(counts)
        for name in COUNTS:
            row[name] = counts.get(name, 0)
    return rows


def _bits(counts: Mapping[str, int]) -> int:
    return sum(KNOWN[name] for name in counts)

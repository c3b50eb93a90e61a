"""Where each source of some teams stands: what it watched, how far it told, and whether it broke."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import F, QuerySet

from lifecycle import outages
from lifecycle.import_words import kind_name
from lifecycle.models import CoverageSpan, DailyActivity, DoubtedDay, Source, SourceOutage
from lifecycle.rules.counts import LEVELS
from lifecycle.rules.watched import LATE_DAYS


@dataclass(frozen=True)
class SourceState:
    """A source with the last day that it told of, its running groups, and the outage that stands."""

    source: Source
    last: date
    groups: int
    late: bool
    outage: SourceOutage | None


def name_of(source: Source) -> str:
    """What people call a source: its kind, and its own name where it has one."""
    return called(source.kind, source.name)


def called(kind: str, name: str) -> str:
    """The same from its two columns."""
    return str(kind_name(kind)) if name in ("", kind) else f"{kind_name(kind)} · {name}"


def source_states(sources: QuerySet[Source], yesterday: date) -> list[SourceState]:
    """Those that told something, broken ones first, then by the last day. Three queries."""
    rows = list(sources.select_related("team"))
    told = outages.last_told(yesterday, [source.pk for source in rows])
    standing = {each.source_id: each for each in standing_outages(sources)}
    found = [
        SourceState(
            source,
            told[source.pk][0],
            told[source.pk][1],
            (yesterday - told[source.pk][0]).days in range(1, LATE_DAYS + 1),
            standing.get(source.pk),
        )
        for source in rows
        if source.pk in told
    ]
    return sorted(found, key=lambda each: (each.outage is None, -each.last.toordinal(), each.source.pk))


def standing_outages(sources: QuerySet[Source]) -> QuerySet[SourceOutage]:
    """The outages that are not over, oldest first."""
    outage = SourceOutage.objects.filter(ended_at=None, source__in=sources.values("pk"))
    return outage.select_related("source__team").order_by("began_on", "pk")


# The oldest outage by which days of a group are doubted, or whose source watched it while no flow was told since. A
# group that the source had left long before is not frozen by its silence.
FREEZING = f"""
    SELECT o.kind, o.began_on, s.kind, s.name
    FROM lifecycle_sourceoutage o JOIN lifecycle_source s ON s.id = o.source_id
    WHERE o.ended_at IS NULL AND (
        EXISTS (
            SELECT 1 FROM lifecycle_doubtedday d
            WHERE d.group_id = %(group)s AND d.source_id = o.source_id AND d.day >= o.began_on
        ) OR EXISTS (
            SELECT 1 FROM lifecycle_coveragespan c
            WHERE c.group_id = %(group)s AND c.source_id = o.source_id AND c.observed_until >= o.began_on - {LATE_DAYS}
        ) AND NOT EXISTS (
            SELECT 1 FROM lifecycle_daily a
            WHERE a.group_id = %(group)s AND a.day >= o.began_on AND a.known & ~{LEVELS} <> 0
        )
    ) ORDER BY o.began_on, o.id LIMIT 1
"""  # noqa: S608 - numbers of ours


@dataclass(frozen=True)
class Freezing:
    """What freezes a group: the kind of the outage (SourceOutage.Kind), its first day, what people call the source."""

    kind: str
    began_on: date
    source: str


def outage_of_group(group_id: int) -> Freezing | None:
    """The outage that freezes a group now: its source is silent, or tells zeros that are doubted. One query."""
    with connection.cursor() as cursor:
        cursor.execute(FREEZING, {"group": group_id})
        found = cursor.fetchone()
    return Freezing(found[0], found[1], called(found[2], found[3])) if found else None


def observed_days(group_ids: Sequence[int], first: date, last: date) -> dict[int, set[date]]:
    """By group the days of which more than the number of members is known. One query."""
    rows = DailyActivity.objects.filter(group_id__in=group_ids, day__range=(first, last))
    rows = rows.annotate(flows=F("known").bitand(~LEVELS)).exclude(flows=0)
    return _by_group(rows.values_list("group_id", "day"))


def doubted_days(group_ids: Sequence[int], first: date, last: date) -> dict[int, set[date]]:
    """By group the days whose zeros nobody believes. One query."""
    rows = DoubtedDay.objects.filter(group_id__in=group_ids, day__range=(first, last))
    return _by_group(rows.values_list("group_id", "day"))


def sources_of(group_ids: Collection[int]) -> Mapping[int, list[tuple[Source, date]]]:
    """By group its sources, each with the last day that it watched, latest first. One query."""
    latest: dict[int, dict[int, tuple[Source, date]]] = {}
    spans = CoverageSpan.objects.filter(group_id__in=group_ids).select_related("source").order_by("-observed_until")
    for span in spans:
        latest.setdefault(span.group_id, {}).setdefault(span.source_id, (span.source, span.observed_until))
    return {group: list(sources.values()) for group, sources in latest.items()}


def _by_group(rows) -> dict[int, set[date]]:
    found: dict[int, set[date]] = {}
    for group, day in rows:
        found.setdefault(group, set()).add(day)
    return found

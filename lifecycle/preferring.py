"""Which source holds for a group: who speaks of it, where they differ, and whose word a person prefers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Q

from groups import audit
from groups.models import Group, User
from lifecycle.activity import settle_again
from lifecycle.ingest import LOCK, PATIENCE, mark_dirty
from lifecycle.models import CoverageSpan, DailyActivity, PreferredSource, Source, SourceDay
from lifecycle.rules.counts import COUNTS, KNOWN

DAYS_COMPARED = 60  # the last ones of which several speak


@dataclass(frozen=True)
class Difference:
    """A count of a day on which sources differ: what each says, in the order of the sources, and what holds."""

    day: date
    count: str
    said: list[int | None]
    holds: int | None


def sources_of(group: Group) -> list[Source]:
    """Who speaks of the group on days of which others speak as well, or is known to watch it."""
    told = SourceDay.objects.filter(group_id=group.pk).values("source")
    watching = CoverageSpan.objects.filter(group=group).values("source")
    return list(Source.objects.filter(Q(pk__in=told) | Q(pk__in=watching)).order_by("pk"))


def differences(group: Group, sources: list[Source]) -> list[Difference]:
    """Where they differ, newest first, within the last days of which several speak. Two queries."""
    days = SourceDay.objects.filter(group_id=group.pk).order_by("-day").values_list("day", flat=True).distinct()
    words: dict[date, dict[int, SourceDay]] = defaultdict(dict)
    for word in SourceDay.objects.filter(group_id=group.pk, day__in=list(days[:DAYS_COMPARED])):
        words[word.day][word.source_id] = word
    rows = {row.day: row for row in DailyActivity.objects.filter(group_id=group.pk, day__in=list(words))}
    found = []
    for day in sorted(words, reverse=True):
        for name in COUNTS:
            said = [_count(words[day].get(source.pk), name) for source in sources]
            if len({value for value in said if value is not None}) > 1:
                found.append(Difference(day, name, said, rows[day].count(name) if day in rows else None))
    return found


@transaction.atomic
def prefer(*, group: Group, source: Source | None, by: User, now: datetime) -> bool:
    """Have this source hold for the group from now on and for the days it has spoken of; None: whoever spoke last.

    False if that is so already. Health is judged anew from the first day that changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(PATIENCE)
        cursor.execute(LOCK, [group.team_id])
        before = PreferredSource.objects.select_related("source").filter(group=group).first()
        if (before.source if before else None) == source:
            return False
        if source is None:
            PreferredSource.objects.filter(group=group).delete()
        else:
            chosen = {"source": source, "chosen_at": now, "chosen_by": by}
            PreferredSource.objects.update_or_create(group=group, defaults=chosen)
        mark_dirty(cursor, settle_again(cursor, group.pk), now)
    was, told = (each and f"{each.kind} {each.name}" for each in (before and before.source, source))
    audit.record(verb="source preferred", thing=group, by=by, now=now, before={"source": was}, after={"source": told})
    return True


def _count(word: SourceDay | None, name: str) -> int | None:
    return getattr(word, name) if word and word.known & KNOWN[name] else None

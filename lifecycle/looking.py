"""Works out what an import would write, and writes nothing but that: the preview that a person decides on."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection, transaction

from groups.leases import Lease
from lifecycle.activity import Written, forecast
from lifecycle.coverage import Asked
from lifecycle.failpoints import reach
from lifecycle.group_matches import Matches, choice_key, same_named, without_skipped
from lifecycle.ingest import (
    PATIENCE,
    content_hash_of,
    finish,
    first_of,
    flows_of,
    incoming,
    matches_of,
    source_of,
    spans_of,
    voice_of,
)
from lifecycle.models import Import, Source
from lifecycle.rules.counts import COUNTS, KNOWN
from lifecycle.rules.coverage import Span
from lifecycle.sources.canonical import Canonical, GroupSaid

ROWS_SHOWN = 5
CHANGES_SHOWN = 10
UNKNOWN_SHOWN = 100


def look(*, upload: Import, lease: Lease, found: Canonical, asked: Asked, today: date, now: datetime) -> None:
    """Leave the preview and wait for a decision; or say that the same content is in already.

    Raises FileRefused for a group that cannot be told apart and TakenOver when the claim was lost.
    """
    whole, found = found, without_skipped(found, upload.group_choices)
    spans = spans_of(found, asked, today - timedelta(days=1))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PATIENCE)
        matches = matches_of(upload, found, asked)
        content_hash = content_hash_of(upload, found, spans, matches)
        if first := first_of(upload, content_hash):
            finish(lease, found, now, state=Import.State.REPEATED, repeats=first, content_hash=content_hash)
            return
        suggested = _suggested(upload, whole, found, matches)
        ids = _as_the_page_says(upload, found, matches, suggested)
        source = Source.objects.filter(**source_of(upload, found)).first()
        voice = voice_of(source.pk if source else -1, now)
        written = forecast(cursor, incoming(found, ids, spans, flows_of(found)), voice, shown=CHANGES_SHOWN)
        preview = _told(upload, whole, found, matches, spans, suggested) | {
            "new": written.new,
            "changed": written.changed,
            "unchanged": written.unchanged,
            "zero_days": written.zero_days,
            "changes": _changes(written, {int(pk): group for pk, group in zip(ids, found.groups, strict=True)}),
        }
        finish(lease, found, now, state=Import.State.READY, preview=preview, finished_at=None)
        reach("before_commit")


def _suggested(upload: Import, whole: Canonical, found: Canonical, matches: Matches) -> dict[str, int]:
    """The registered group of the same name for those that a person is asked about, by choice_key."""
    shown = _to_choose(upload, whole, found, matches)
    taken = set(matches.ids.tolist())
    return {key: pk for key, pk in same_named(upload.team_id, shown.values()).items() if pk not in taken}


def _to_choose(upload: Import, whole: Canonical, found: Canonical, matches: Matches) -> dict[str, GroupSaid]:
    chosen = [group for group in whole.groups if choice_key(group) in upload.group_choices]
    unknown = [found.groups[place] for place in _unknown(matches)[:UNKNOWN_SHOWN]]
    return {choice_key(group): group for group in [*chosen, *unknown]}


def _unknown(matches: Matches) -> list[int]:
    return sorted(place for where in matches.missing.values() for place in where.values())


def _as_the_page_says(upload: Import, found: Canonical, matches: Matches, suggested: dict[str, int]) -> np.ndarray:
    """The ids with those that the page suggests, which hold if nobody objects; below zero for groups to be made."""
    ids = matches.ids.copy()
    for place in _unknown(matches):
        key = choice_key(found.groups[place])
        if key not in upload.group_choices:
            ids[place] = suggested.get(key, 0)
    unknown = ids == 0
    ids[unknown] = -np.arange(1, int(unknown.sum()) + 1)
    return ids


def _told(
    upload: Import,
    whole: Canonical,
    found: Canonical,
    matches: Matches,
    spans: dict[int, Span],
    suggested: dict[str, int],
) -> dict[str, Any]:
    """The preview but for its figures. Names of groups and counts only: nothing of members."""
    days = found.rows["day"]
    known = int(np.bitwise_or.reduce(found.rows["known"])) if len(found.rows) else 0
    return {
        "groups": len(found.groups),
        "unknown": len(_unknown(matches)),
        "skipped": len(whole.groups) - len(found.groups),
        "to_choose": [
            {"at": key, "key": group.key, "name": group.name, "suggested": suggested.get(key)}
            for key, group in _to_choose(upload, whole, found, matches).items()
        ],
        "first_day": _iso(days.min()) if len(days) else None,
        "last_day": _iso(days.max()) if len(days) else None,
        "watched_groups": len(spans),
        "watched_from": str(min(first for first, _ in spans.values())) if spans else None,
        "watched_until": str(max(last for _, last in spans.values())) if spans else None,
        "counts": [name for name in COUNTS if known & KNOWN[name]],
        "rows": [_row(found, row) for row in found.rows[:ROWS_SHOWN]],
    }


def _row(found: Canonical, row: np.void) -> dict[str, Any]:
    group = found.groups[row["group"]]
    counts = {name: int(row[name]) for name in COUNTS if row["known"] & KNOWN[name]}
    return {"group": group.name or group.key, "day": _iso(row["day"]), "counts": counts}


def _changes(written: Written, groups: dict[int, GroupSaid]) -> list[dict[str, Any]]:
    """Some of the rows that would change, each with its counts that do: before and after, None for unknown."""
    pairs = [
        pair for was, now in zip(written.replaced, written.becomes, strict=True) for pair in zip(was, now, strict=True)
    ]
    return [
        {
            "group": groups[int(was["group_id"])].name or groups[int(was["group_id"])].key,
            "day": _iso(was["day"]),
            "counts": {
                name: [_known(was, name), _known(now, name)]
                for name in COUNTS
                if _known(was, name) != _known(now, name)
            },
        }
        for was, now in pairs
    ]


def _known(row: np.void, name: str) -> int | None:
    return int(row[name]) if row["known"] & KNOWN[name] else None


def _iso(ordinal: int) -> str:
    return str(date.fromordinal(int(ordinal)))

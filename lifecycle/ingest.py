"""Brings the canonical rows of one file into the tables: all of it in one transaction, or nothing.

The claim of the import commits with the rows that it vouches for. Set-based: the number of statements does not grow
with the number of groups or rows.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.utils import timezone

from groups import audit
from groups.leases import Lease
from groups.models import Team, User
from groups.registration import ensure_groups
from groups.rules.plan_terms import PlanTerms
from lifecycle.acting import write_acting
from lifecycle.activity import SHAPE, Written, ordered, write_counts
from lifecycle.coverage import Asked, cover_days, write_spans
from lifecycle.failpoints import reach
from lifecycle.group_matches import SKIP, Matches, match_groups, without_skipped
from lifecycle.marks import mark_dirty
from lifecycle.member_numbers import numbers_of
from lifecycle.models import Import, Source
from lifecycle.outages import LOOKED_AT, look_at
from lifecycle.partitions import ensure_months
from lifecycle.rules.counts import COUNTS, KNOWN, LEVELS
from lifecycle.rules.coverage import Span, holding
from lifecycle.sources.canonical import Canonical, GroupSaid
from lifecycle.undo_records import keep_for_undo
from lifecycle.voices import Voice

INCOMING = np.dtype([(name, kind) for name, kind in SHAPE.items()] + [("weak", "?")])
# A long import may outlast what a page or a night may take.
PATIENCE = "SET LOCAL statement_timeout = '1800s'; SET LOCAL lock_timeout = '600s'"
LOCK = "SELECT pg_advisory_xact_lock(hashtext('activity of a team'), %s)"


@dataclass(frozen=True)
class Outcome:
    """What became of a file."""

    groups_seen: int
    groups_made: int
    rows_new: int
    rows_changed: int
    rows_unchanged: int
    zero_days: int


def bring_in(
    *,
    upload: Import,
    lease: Lease,
    found: Canonical,
    asked: Asked,
    owner: User,
    by: User | None,
    now: datetime,
    today: date,
) -> Outcome | None:
    """Write what a file says and finish its import; None when the same content was imported before.

    Raises FileRefused for a group that cannot be told apart and TakenOver when the claim was lost; both leave nothing
    behind.

    An upload that names its source is what a connected system sent: it waits no longer than a page may, and the same
    content counts again, since other content may have come in between.
    """
    found = without_skipped(found, upload.group_choices)
    spans = spans_of(found, asked, today - timedelta(days=1))
    connected = upload.source
    _make_months(found, spans)
    with transaction.atomic(), connection.cursor() as cursor:
        if not connected:
            cursor.execute(PATIENCE)
        cursor.execute(LOCK, [upload.team_id])
        matches = matches_of(upload, found, asked)
        content_hash = "" if connected else content_hash_of(upload, found, spans, matches)
        if first := first_of(upload, content_hash):
            finish(lease, found, now, state=Import.State.REPEATED, repeats=first, content_hash=content_hash)
            return None
        group_ids = _all_registered(matches, found, upload, asked, owner, by, now)
        made = [int(group_ids[place]) for places in matches.missing.values() for place in places.values()]
        source = connected or Source.objects.get_or_create(**source_of(upload, found))[0]
        flows = flows_of(found)
        written = write_counts(
            cursor, incoming(found, group_ids, spans, flows), batch_id=upload.pk, voice=voice_of(source.pk, now)
        )
        reach("after_upsert")
        acts_before = io.BytesIO()
        since = earliest(written.since, _write_acts(cursor, found, group_ids, acts_before))
        covered = {int(group_ids[at]): (span, int(flows[at])) for at, span in spans.items() if flows[at]}
        spans_before = write_spans(source, covered)
        if connected:  # what it tells of a day, it has watched
            rows = found.rows
            told = rows["known"] & ~LEVELS
            cover_days(source, group_ids[rows["group"]], rows["day"], told, today - timedelta(days=1))
        else:
            keep_for_undo(upload, written, acts_before.getvalue(), spans_before, made, now)
        mark_dirty(cursor, since, now)
        if _last_day(found, spans) > today - LOOKED_AT:
            look_at(source, through=today - timedelta(days=1), now=now)
        outcome = _outcome(found, len(made), written)
        finish(
            lease, found, now, state=Import.State.DONE, source=source, content_hash=content_hash,
            **asdict(outcome),
        )  # fmt: skip
        audit.record(verb="activity imported", thing=upload, by=by, now=now, after=asdict(outcome))
        reach("before_commit")
        return outcome


def source_of(upload: Import, found: Canonical) -> dict[str, Any]:
    """What tells the source of a file."""
    return {"team_id": upload.team_id, "kind": found.kind, "name": upload.platform or found.kind}


def voice_of(source_id: int, now: datetime) -> Voice:
    """The word of a source at this moment."""
    return Voice(source_id, int(now.timestamp() * 1000))


def write_as(cursor: Any, source: Source, rows: np.ndarray, *, now: datetime) -> Written:
    """Write what a source says without a file, and mark what must be judged again; `rows` as write_counts takes them.

    A batch below zero names the source itself, since there is no import to name. Call it under the import lock of the
    source's team, with groups of that team only.
    """
    written = write_counts(cursor, rows, batch_id=-source.pk, voice=voice_of(source.pk, now))
    mark_dirty(cursor, written.since, now)
    return written


def first_of(upload: Import, content_hash: str) -> Import | None:
    """The import that brought the same content in, if there is one."""
    if not content_hash:
        return None
    return Import.objects.filter(team=upload.team_id, content_hash=content_hash, state=Import.State.DONE).first()


def matches_of(upload: Import, found: Canonical, asked: Asked) -> Matches:
    """The registered groups of what the file says."""
    return match_groups(
        found, team_id=upload.team_id, platform=upload.platform, asked=asked, choices=upload.group_choices
    )


def spans_of(found: Canonical, asked: Asked, yesterday: date) -> dict[int, Span]:
    """The coverage of each group of the file that has one, by its place in the file."""
    places = np.arange(len(found.groups))
    lasts = np.searchsorted(found.rows["group"], places, side="right") - 1
    spans = {}
    for place, (group, last) in enumerate(zip(found.groups, lasts.tolist(), strict=True)):
        has_rows = last >= 0 and found.rows["group"][last] == place
        last_row = date.fromordinal(int(found.rows["day"][last])) if has_rows else group.first_day
        span = holding(
            given=asked.of(group.key),
            asked=(asked.first, asked.last),
            said=group.span,
            first_row=group.first_day,
            last_row=last_row,
            yesterday=yesterday,
        )
        if span:
            spans[place] = span
    return spans


def _last_day(found: Canonical, spans: dict[int, Span]) -> date:
    """The last day that the file tells of."""
    rows = [date.fromordinal(int(found.rows["day"].max()))] if len(found.rows) else []
    return max([*rows, *(last for _, last in spans.values())], default=date.min)


def content_hash_of(upload: Import, found: Canonical, spans: dict[int, Span], matches: Matches) -> str:
    """Equal for equal rows of the same groups and equal coverage, whatever the name, encoding or format of the file.

    What was put down for the first file is remembered for the second, so it counts the same for both.
    """
    told: list[Any] = [upload.platform, found.content_hash]
    told.append({place: [str(day) for day in span] for place, span in spans.items()})
    skipped = {key: said for key, said in upload.group_choices.items() if said == SKIP}
    if choices := dict(sorted((skipped | matches.put_down).items())):
        told.append(choices)
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _make_months(found: Canonical, spans: dict[int, Span]) -> None:
    """The partitions for all days, a year at a time: each table made holds locks until its transaction ends."""
    days = (
        [date.fromordinal(int(day)) for day in (found.rows["day"].min(), found.rows["day"].max())]
        if len(found.rows)
        else []
    )
    days += [day for span in spans.values() for day in span]
    if not days:
        return
    for year in range(min(days).year, max(days).year + 1):
        ensure_months(max(min(days), date(year, 1, 1)), min(max(days), date(year, 12, 31)))


def _all_registered(
    matches: Matches, found: Canonical, upload: Import, asked: Asked, owner: User, by: User | None, now: datetime
) -> np.ndarray:
    """The ids of the groups of the file, in its order; those that are missing are registered now."""
    if not matches.missing:
        return matches.ids
    team = Team.objects.get(pk=upload.team_id)
    ids = matches.ids.copy()
    terms = _terms(found, now)
    for platform, places in matches.missing.items():
        named = {key: _named(found.groups[place], asked) for key, place in places.items()}
        made = ensure_groups(
            team=team, platform=platform, keys_with_names=named, owner=owner, by=by, now=now, terms=terms
        )
        for key, place in places.items():
            ids[place] = made[key]
    return ids


def _named(group: GroupSaid, asked: Asked) -> tuple[str, date]:
    told = asked.by_group.get(group.key)
    return group.name or (told[3] if told else "") or group.key, group.first_day


def _terms(found: Canonical, now: datetime) -> PlanTerms | None:
    """Groups of a file that tells orders and no messages are judged by their orders until somebody plans otherwise."""
    known = int(np.bitwise_or.reduce(found.rows["known"])) if len(found.rows) else 0
    if known & KNOWN["orders"] and not known & KNOWN["messages"]:
        today = timezone.localdate(now)
        return PlanTerms(monetization="none", activity_kind="transaction", lifespan="lasting", starts_on=today)
    return None


def flows_of(found: Canonical) -> np.ndarray:
    """For each group the flows that the file watches: known in any of its rows, or without rows in every group."""
    flows = np.zeros(len(found.groups), dtype="i2")
    np.bitwise_or.at(flows, found.rows["group"], found.rows["known"])
    spoken = flows[np.unique(found.rows["group"])]
    flows[flows == 0] = np.bitwise_and.reduce(spoken) if len(spoken) else 0
    return flows & ~LEVELS


def incoming(found: Canonical, group_ids: np.ndarray, spans: dict[int, Span], flows: np.ndarray) -> np.ndarray:
    """The rows of the file and, marked weak, a row of zeros for each day of a span that has none; ordered."""
    said = np.zeros(len(found.rows), dtype=INCOMING)
    for name in ("day", "known", *COUNTS):
        said[name] = found.rows[name]
    said["group_id"] = group_ids[found.rows["group"]]
    pieces = [said]
    for place, (first, last) in spans.items():
        if not flows[place]:
            continue
        start, end = np.searchsorted(found.rows["group"], [place, place + 1])
        silent = np.setdiff1d(
            np.arange(first.toordinal(), last.toordinal() + 1), found.rows["day"][start:end], assume_unique=True
        )
        zeros = np.zeros(len(silent), dtype=INCOMING)
        zeros["group_id"], zeros["day"], zeros["known"], zeros["weak"] = group_ids[place], silent, flows[place], True
        pieces.append(zeros)
    return ordered(np.concatenate(pieces) if len(pieces) > 1 else said)


def _write_acts(cursor, found: Canonical, group_ids: np.ndarray, before: io.BytesIO) -> dict[int, int]:
    if not len(found.acts):
        return {}
    numbers = numbers_of(cursor, group_ids[found.members["group"]], found.members["hash"])
    acts = np.zeros(len(found.acts), dtype=[("group_id", "i4"), ("day", "i4"), ("number", "i4"), ("acts", "i4")])
    acts["group_id"], acts["day"] = group_ids[found.acts["group"]], found.acts["day"]
    acts["number"], acts["acts"] = numbers[found.acts["member"]], found.acts["acts"]
    return write_acting(cursor, acts, before)


def earliest(*since: dict[int, int]) -> dict[int, int]:
    """The first of the days (ordinals) of each group."""
    first: dict[int, int] = {}
    for days in since:
        for group, day in days.items():
            first[group] = min(day, first.get(group, day))
    return first


def _outcome(found: Canonical, made: int, written: Written) -> Outcome:
    return Outcome(
        groups_seen=len(found.groups),
        groups_made=made,
        rows_new=written.new,
        rows_changed=written.changed,
        rows_unchanged=written.unchanged,
        zero_days=written.zero_days,
    )


def finish(lease: Lease, found: Canonical, now: datetime, **fields: Any) -> None:
    """End this reading of an import, if the claim still holds; else raises TakenOver."""
    told = {
        "kind": found.kind,
        "encoding": found.encoding,
        "rows_refused": found.rows_refused,
        "refusals": [refusal.as_json() for refusal in found.refusals],
        "progress_done": len(found.rows),
        "progress_total": len(found.rows),
        "finished_at": now,
    }
    lease.finish(**told | fields)

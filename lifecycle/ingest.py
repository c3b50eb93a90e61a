"""Brings the canonical rows of one file into the tables: all of it in one transaction, or nothing.

The claim of the import commits with the rows that it vouches for. Set-based: the number of statements does not grow
with the number of groups or rows.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

import numpy as np
from django.db import connection, transaction

from groups import audit
from groups.models import Group, Team, User
from groups.registration import ensure_groups
from groups.rules.plan_terms import PlanTerms
from groups.sheets.refusal import FileRefused
from lifecycle.activity import SHAPE, Written, write_acting, write_counts
from lifecycle.coverage import Asked, cover_days, write_spans
from lifecycle.failpoints import reach
from lifecycle.marks import mark_dirty
from lifecycle.member_numbers import numbers_of
from lifecycle.models import Import, Source
from lifecycle.outages import LOOKED_AT, look_at
from lifecycle.partitions import ensure_months
from lifecycle.rules.counts import COUNTS, KNOWN, LEVELS
from lifecycle.rules.coverage import Span, holding
from lifecycle.sources.canonical import Canonical, GroupSaid

INCOMING = np.dtype([(name, kind) for name, kind in SHAPE.items()] + [("weak", "?")])
# A long import may outlast what a page or a night may take.
PATIENCE = "SET LOCAL statement_timeout = '1800s'; SET LOCAL lock_timeout = '600s'"
LOCK = "SELECT pg_advisory_xact_lock(hashtext('activity of a team'), %s)"


class ImportTakenOver(Exception):
    """Another worker claimed the import meanwhile: what this one did is rolled back."""


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
    attempt: int,
    found: Canonical,
    asked: Asked,
    owner: User,
    by: User | None,
    now: datetime,
    today: date,
) -> Outcome | None:
    """Write what a file says and finish its import; None when the same content was imported before.

    `attempt` is the number under which the caller claimed the import. Raises FileRefused for a group that cannot be
    told apart and ImportTakenOver when the claim was lost; both leave nothing behind.

    An upload that names its source is what a connected system sent: it waits no longer than a page may, and the same
    content counts again, since other content may have come in between.
    """
    spans = _spans(found, asked, today - timedelta(days=1))
    connected = upload.source
    content_hash = "" if connected else _content_hash(upload, found, spans)
    _make_months(found, spans)
    with transaction.atomic(), connection.cursor() as cursor:
        if not connected:
            cursor.execute(PATIENCE)
        cursor.execute(LOCK, [upload.team_id])
        done = Import.objects.filter(team=upload.team_id, state=Import.State.DONE)
        first = done.filter(content_hash=content_hash).first() if content_hash else None
        if first:
            _finish(upload, attempt, found, now, state=Import.State.REPEATED, repeats=first, content_hash=content_hash)
            return None
        group_ids, made = _groups(found, upload, asked, owner, by, now)
        source = connected or _source(upload, found.kind)
        flows = _flows(found)
        written = write_counts(cursor, _incoming(found, group_ids, spans, flows), batch_id=upload.pk)
        reach("after_upsert")
        since = _earliest(written.since or {}, _write_acts(cursor, found, group_ids))
        write_spans(source, {int(group_ids[at]): (span, int(flows[at])) for at, span in spans.items() if flows[at]})
        if connected:  # what it tells of a day, it has watched
            rows = found.rows
            told = rows["known"] & ~LEVELS
            cover_days(source, group_ids[rows["group"]], rows["day"], told, today - timedelta(days=1))
        mark_dirty(cursor, since, now)
        if _last_day(found, spans) > today - LOOKED_AT:
            look_at(source, through=today - timedelta(days=1), now=now)
        outcome = _outcome(found, made, written)
        _finish(
            upload, attempt, found, now, state=Import.State.DONE, source=source, content_hash=content_hash,
            **asdict(outcome),
        )  # fmt: skip
        audit.record(verb="activity imported", thing=upload, by=by, now=now, after=asdict(outcome))
        reach("before_commit")
        return outcome


def _source(upload: Import, kind: str) -> Source:
    name = upload.platform or kind
    return Source.objects.get_or_create(team_id=upload.team_id, kind=kind, name=name)[0]


def _spans(found: Canonical, asked: Asked, yesterday: date) -> dict[int, Span]:
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


def _content_hash(upload: Import, found: Canonical, spans: dict[int, Span]) -> str:
    """Equal for equal rows and equal coverage, whatever the name, encoding or format of the file."""
    told = [upload.platform, found.content_hash, {place: [str(day) for day in span] for place, span in spans.items()}]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _last_day(found: Canonical, spans: dict[int, Span]) -> date:
    """The last day that the file tells of."""
    rows = [date.fromordinal(int(found.rows["day"].max()))] if len(found.rows) else []
    return max([*rows, *(last for _, last in spans.values())], default=date.min)


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


def _groups(
    found: Canonical, upload: Import, asked: Asked, owner: User, by: User | None, now: datetime
) -> tuple[np.ndarray, int]:
    """The ids of the groups of the file, in its order, and how many of them were registered now."""
    team = Team.objects.get(pk=upload.team_id)
    keys = [group.key for group in found.groups]
    registered: dict[str, dict[str, int]] = {}
    for pk, platform, key in Group.objects.filter(team=team, archived_at=None, external_id__in=keys).values_list(
        "pk", "platform", "external_id"
    ):
        registered.setdefault(key, {})[platform] = pk
    ids = np.zeros(len(keys), dtype="i4")
    missing: dict[str, dict[str, int]] = {}
    for place, group in enumerate(found.groups):
        told = asked.by_group.get(group.key)
        platform = group.platform or upload.platform or (told[2] if told else "")
        here = registered.get(group.key, {})
        if not platform and len(here) > 1:
            raise FileRefused("which_platform", group=group.key, platforms=sorted(here))
        pk = here.get(platform) if platform else next(iter(here.values()), None)
        if pk is None:
            missing.setdefault(platform or "other", {})[group.key] = place
        else:
            ids[place] = pk
    terms = _terms(found, now)
    for platform, places in missing.items():
        named = {key: _named(found.groups[place], asked) for key, place in places.items()}
        made = ensure_groups(
            team=team, platform=platform, keys_with_names=named, owner=owner, by=by, now=now, terms=terms
        )
        for key, place in places.items():
            ids[place] = made[key]
    return ids, sum(len(places) for places in missing.values())


def _named(group: GroupSaid, asked: Asked) -> tuple[str, date]:
    told = asked.by_group.get(group.key)
    return group.name or (told[3] if told else "") or group.key, group.first_day


def _terms(found: Canonical, now: datetime) -> PlanTerms | None:
    """Groups of a file that tells orders and no messages are judged by their orders until somebody plans otherwise."""
    known = int(np.bitwise_or.reduce(found.rows["known"])) if len(found.rows) else 0
    if known & KNOWN["orders"] and not known & KNOWN["messages"]:
        return PlanTerms(monetization="none", activity_kind="transaction", lifespan="lasting", starts_on=now.date())
    return None


def _flows(found: Canonical) -> np.ndarray:
    """For each group the flows that the file watches: known in any of its rows, or without rows in every group."""
    flows = np.zeros(len(found.groups), dtype="i2")
    np.bitwise_or.at(flows, found.rows["group"], found.rows["known"])
    spoken = flows[np.unique(found.rows["group"])]
    flows[flows == 0] = np.bitwise_and.reduce(spoken) if len(spoken) else 0
    return flows & ~LEVELS


def _incoming(found: Canonical, group_ids: np.ndarray, spans: dict[int, Span], flows: np.ndarray) -> np.ndarray:
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
    rows = np.concatenate(pieces)
    return rows[np.lexsort((rows["day"], rows["group_id"]))]


def _write_acts(cursor, found: Canonical, group_ids: np.ndarray) -> dict[int, int]:
    if not len(found.acts):
        return {}
    numbers = numbers_of(cursor, group_ids[found.members["group"]], found.members["hash"])
    acts = np.zeros(len(found.acts), dtype=[("group_id", "i4"), ("day", "i4"), ("number", "i4"), ("acts", "i4")])
    acts["group_id"], acts["day"] = group_ids[found.acts["group"]], found.acts["day"]
    acts["number"], acts["acts"] = numbers[found.acts["member"]], found.acts["acts"]
    return write_acting(cursor, acts)


def _earliest(*since: dict[int, int]) -> dict[int, int]:
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


def _finish(upload: Import, attempt: int, found: Canonical, now: datetime, **fields) -> None:
    """Close the import if the claim still holds."""
    closed = Import.objects.filter(pk=upload.pk, state=Import.State.RUNNING, attempts=attempt).update(
        kind=found.kind,
        rows_refused=found.rows_refused,
        refusals=[refusal.as_json() for refusal in found.refusals],
        progress_done=len(found.rows),
        progress_total=len(found.rows),
        lease_until=None,
        finished_at=now,
        **fields,
    )
    if not closed:
        raise ImportTakenOver(upload.pk)

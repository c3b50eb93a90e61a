"""Takes an import back within 7 days: its rows become what they were, unless something later changed them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

import numpy as np
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from groups import audit
from groups.models import Group, LedgerLine, User
from lifecycle.acting import take_acting_back
from lifecycle.activity import KEY, take_back
from lifecycle.coverage import put_spans_back
from lifecycle.failpoints import reach
from lifecycle.ingest import LOCK, PATIENCE, earliest
from lifecycle.marks import mark_dirty
from lifecycle.models import DailyActivity, Import, ImportUndo
from lifecycle.undo_records import Before, read_back
from lifecycle.voices import keys_of

State = Import.State


@dataclass(frozen=True)
class Undone:
    """Rows that are gone again, rows that are as before, rows left alone as `later` imports (or a person) changed
    them since, and groups that the import had registered and that went with it."""

    removed: int
    restored: int
    kept: int
    later: list[int]
    groups_archived: int


def may_undo(upload: Import, now: datetime) -> bool:
    """Whether the rows as they were are still kept."""
    kept = ImportUndo.objects.filter(upload=upload, delete_after__gte=timezone.localdate(now))
    return upload.state == State.DONE and kept.exists()


@transaction.atomic
def undo(*, upload: Import, by: User, now: datetime) -> Undone | None:
    """Put back what stood there before; None if it was undone already or the 7 days are over.

    The content may be imported again afterwards, and so may everything that came later: a later file may have told the
    same of rows that go now.
    """
    with connection.cursor() as cursor:
        cursor.execute(PATIENCE)
        cursor.execute(LOCK, [upload.team_id])
        upload = Import.objects.select_for_update(of=("self",)).get(pk=upload.pk)
        if not may_undo(upload, now):
            return None
        before = _through_undone(read_back(ImportUndo.objects.get(upload=upload)))
        acts = take_acting_back(cursor, before.acts, batch_id=upload.pk)
        taken = take_back(
            cursor, before.made, before.replaced, before.told, batch_id=upload.pk, source_id=upload.source_id or 0
        )
        reach("after_upsert")
        if upload.source:
            put_spans_back(upload.source, before.spans)
        archived = _archive_empty(before.groups_made, by, now)
        mark_dirty(cursor, earliest(taken.since, acts), now)
        undone = Undone(
            removed=taken.removed,
            restored=taken.restored,
            kept=taken.kept,
            later=sorted(batch for batch in taken.later if batch > 0),
            groups_archived=archived,
        )
        Import.objects.filter(pk=upload.pk).update(
            state=State.UNDONE, undone_at=now, undone_by=by, undo_outcome=asdict(undone)
        )
        Import.objects.filter(team=upload.team_id, pk__gt=upload.pk, state=State.DONE).update(content_hash="")
        audit.record(verb="import undone", thing=upload, by=by, now=now, after=asdict(undone))
        reach("before_commit")
        return undone


def _through_undone(before: Before) -> Before:
    """What stood there before, also where that came from an import that was undone since."""
    made, replaced = before.made, before.replaced
    while True:
        wrote = [int(batch) for batch in np.unique(replaced["batch_id"]) if batch > 0]
        undone = ImportUndo.objects.filter(upload__in=wrote, upload__state=State.UNDONE).order_by("-pk").first()
        if undone is None:
            return replace(before, made=made, replaced=replaced)
        theirs = read_back(undone)
        of_theirs = replaced["batch_id"] == undone.pk
        keys = keys_of(replaced)
        was_made = of_theirs & np.isin(keys, keys_of(theirs.made))
        older = theirs.replaced[np.isin(keys_of(theirs.replaced), keys[of_theirs])]
        made = np.concatenate([made, replaced[was_made][list(KEY.names or ())].astype(KEY)])
        replaced = np.concatenate([replaced[~of_theirs], older])


def _archive_empty(group_ids: Sequence[int], by: User, now: datetime) -> int:
    """Archive groups that the import registered, where nothing was observed, booked or edited since."""
    observed = DailyActivity.objects.filter(group_id=OuterRef("pk"))
    booked = LedgerLine.objects.filter(group=OuterRef("pk"))
    empty = Group.objects.filter(pk__in=list(group_ids), archived_at=None, version=1)
    groups = list(empty.exclude(Exists(observed)).exclude(Exists(booked)).select_for_update())
    Group.objects.filter(pk__in=[group.pk for group in groups]).update(archived_at=now, version=F("version") + 1)
    told = [audit.Told(group.pk, group.team_id, group.name) for group in groups]
    audit.record_many(told, verb="archived", object_type="group", by=by, now=now)
    return len(groups)

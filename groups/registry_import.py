"""The life of an imported list: received, read, its columns matched, previewed as often as wanted, written, undoable.

A worker does what takes long (reading, previewing, writing); the row of the list is its queue. A message to a worker
only says "go and look": it may come late, twice or never. A list may be cancelled at any moment before it is written.
"""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from groups import audit, column_presets, leases, outbox, registry_preview
from groups.leases import Lease, TakenOver
from groups.models import ListPage, OutboxMessage, RegistryImport, Team, User
from groups.registry_preview import FileIsGone, sealed_json
from groups.registry_writing import NotAllGood, write
from groups.sealing import seal, unseal
from groups.sheets import limited
from groups.sheets.group_list import LIMITS, fields_of
from groups.sheets.recognition import is_workbook
from groups.sheets.refusal import FileRefused

log = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=30)
MOST_ATTEMPTS = 3
LOST_AFTER = timedelta(minutes=2)
EXAMPLES = 3  # rows that are shown while columns are matched
WHAT = "groups"
State = RegistryImport.State


def receive(*, team: Team, platform: str, file_name: str, content: bytes, by: User, now: datetime) -> RegistryImport:
    """Keep an upload, encrypted, for a worker. Raises FileRefused for what is plainly no list.

    `platform` holds for rows that do not name one; empty: they must.
    """
    with tempfile.TemporaryDirectory(prefix="list-") as folder:
        path = Path(folder) / "upload"
        path.write_bytes(content)
        is_workbook(path, LIMITS)
    upload = RegistryImport(
        team=team,
        platform=platform,
        file_name=file_name,
        file_bytes=len(content),
        sealed=seal(content),
        delete_after=timezone.localdate(now + KEPT_FOR),
        uploaded_at=now,
        uploaded_by=by,
        asked_by=by,
    )
    with transaction.atomic():
        upload.save(force_insert=True)
        _call_a_worker(upload.pk, now)
        audit.record(verb="list uploaded", thing=upload, by=by, now=now, after={"bytes": len(content)})
    return upload


@transaction.atomic
def match(*, upload: RegistryImport, mapping: Mapping[str, int], remember: bool, by: User, now: datetime) -> bool:
    """Say which column fills which field, and have the preview worked out. False once the list is being written."""
    matched = {"mapping": dict(mapping), "remembered": False, "problem": "", "asked_by": by}
    if not _move(upload, (State.COLUMNS, State.READY), State.JUDGING, **matched):
        return False
    if remember:
        column_presets.remember(upload.team_id, WHAT, upload.headers, mapping, by=by, now=now)
    else:
        column_presets.forget(upload.team_id, WHAT, upload.headers)
    _call_a_worker(upload.pk, now)
    return True


@transaction.atomic
def ask(*, upload: RegistryImport, only_good: bool, with_same_names: bool, by: User, now: datetime) -> bool:
    """Have the list written. False if that was asked for before, or it is over."""
    asked = {"only_good": only_good, "with_same_names": with_same_names, "asked_by": by, "problem": ""}
    if not _move(upload, (State.READY,), State.WRITING, **asked):
        return False
    _call_a_worker(upload.pk, now)
    return True


@transaction.atomic
def cancel(*, upload: RegistryImport, by: User, now: datetime) -> bool:
    """Give the list up and forget its rows; a worker that is writing it takes everything back. False if it is over."""
    before = [state for state in State if state not in RegistryImport.OVER]
    if not _move(upload, before, State.CANCELLED, sealed=None, finished_at=now):
        return False
    ListPage.objects.filter(upload=upload).delete()
    audit.record(verb="list cancelled", thing=upload, by=by, now=now)
    return True


def work(list_id: int, *, now: datetime) -> bool:
    """Do what a list waits for, stage after stage; False if there was nothing to do or somebody else is at it.

    Repeatable. Killed anywhere it leaves the state before or the state after, and the next one goes on.
    """
    worked = False
    while (lease := leases.claim(RegistryImport, list_id, RegistryImport.AT_WORK)) is not None:
        worked = True
        upload = RegistryImport.objects.select_related("team", "asked_by", "uploaded_by").get(pk=list_id)
        try:
            if lease.attempt > MOST_ATTEMPTS:
                _give_up(lease, now)
            else:
                STAGES[lease.state](upload, lease, now)
        except TakenOver:
            return False
        except (OperationalError, InterfaceError):
            lease.release()
            raise
        except Exception:
            log.exception("list %s failed while %s, attempt %s", list_id, lease.state, lease.attempt)
            lease.release()
            raise
    return worked


def _read(upload: RegistryImport, lease: Lease, now: datetime) -> None:
    """Turn the kept file into kept rows, with its columns matched as far as they name themselves."""
    try:
        found = _rows_in_file(upload, lease)
    except FileRefused as refused:
        told = {"refusal_code": refused.code, "refusal_figures": refused.figures}
        lease.finish(state=State.REFUSED, sealed=None, finished_at=now, **told)
        return
    headers, rows = found["headers"], found["rows"]
    preset = column_presets.remembered(upload.team_id, WHAT, headers)
    with transaction.atomic():
        head = [cells for _line, cells in rows[:EXAMPLES]]
        ListPage.objects.filter(upload=upload).delete()
        ListPage.objects.create(upload=upload, kind=ListPage.Kind.HEAD, number=1, sealed=sealed_json(head))
        lease.finish(
            state=State.JUDGING if preset else State.COLUMNS,
            encoding=found["encoding"],
            headers=headers,
            mapping=preset or fields_of(headers),
            remembered=bool(preset),
            rows_read=len(rows),
            sealed=sealed_json(rows),
        )


def _rows_in_file(upload: RegistryImport, lease: Lease) -> dict[str, Any]:
    if upload.sealed is None:
        raise FileRefused("gone")
    with tempfile.TemporaryDirectory(prefix="list-") as folder:
        path, target = Path(folder) / "upload", Path(folder) / "rows.json"
        path.write_bytes(unseal(bytes(upload.sealed)))
        limited.run("groups.sheets.child", {"path": str(path), "target": str(target)}, LIMITS, lease.tell)
        return dict(json.loads(target.read_text(encoding="utf-8")))


def _judge(upload: RegistryImport, lease: Lease, now: datetime) -> None:
    """Work the preview out and keep it."""
    try:
        found = registry_preview.preview(upload, by=upload.asked_by or upload.uploaded_by, lease=lease)
    except FileIsGone:
        lease.finish(state=State.REFUSED, refusal_code="gone", finished_at=now)
        return
    with transaction.atomic():
        registry_preview.keep_pages(upload, found)
        lease.finish(state=State.READY, foreseen=found.counts, fates_hash=found.fates_hash, judged_at=now)


def _write(upload: RegistryImport, lease: Lease, now: datetime) -> None:
    """Write it; if that cannot be, it waits again, with its problem and with a preview of how things stand now."""
    try:
        with lease.beside_a_transaction():
            write(upload=upload, lease=lease, now=now)
    except NotAllGood:
        lease.finish(state=State.JUDGING, problem="not_all_good")
    except IntegrityError:
        lease.finish(state=State.JUDGING, problem="changed")
    except FileIsGone:
        lease.finish(state=State.REFUSED, refusal_code="gone", finished_at=now)


STAGES: dict[str, Callable[[RegistryImport, Lease, datetime], None]] = {
    State.READING: _read,
    State.JUDGING: _judge,
    State.WRITING: _write,
}


def _give_up(lease: Lease, now: datetime) -> None:
    """A list that nobody can read or judge is refused; one that cannot be written waits as it did before."""
    if lease.state == State.WRITING:
        lease.finish(state=State.READY, problem="gave_up")
    else:
        lease.finish(state=State.REFUSED, refusal_code="gave_up", sealed=None, finished_at=now)


def lost(now: datetime) -> list[int]:
    """Lists that wait for a worker although their message is out: the broker lost it, or the worker died."""
    unsent = OutboxMessage.objects.filter(kind="work_on_list", sent_at=None).values_list("payload__list_id", flat=True)
    waiting = RegistryImport.objects.filter(state__in=RegistryImport.AT_WORK, asked_at__lt=now - LOST_AFTER)
    waiting = waiting.filter(Q(lease_until=None) | Q(lease_until__lt=Now())).exclude(pk__in=list(unsent))
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:20])


def delete_old(today: date) -> int:
    """Delete the kept rows whose time is over; what became of them stays."""
    old = RegistryImport.objects.filter(sealed__isnull=False, delete_after__lt=today)
    ids = list(old.exclude(state__in=RegistryImport.AT_WORK).values_list("pk", flat=True))
    with transaction.atomic():
        ListPage.objects.filter(upload__in=ids).delete()
        return RegistryImport.objects.filter(pk__in=ids).update(sealed=None)


def _move(upload: RegistryImport, states: Any, to: str, **fields: Any) -> bool:
    """Take the list from one of the states to another, once: of two at the same time one wins."""
    rows = RegistryImport.objects.filter(pk=upload.pk, state__in=list(states))
    return bool(rows.update(state=to, claim=None, lease_until=None, attempts=0, progress_done=0, **fields))


def _call_a_worker(list_id: int, now: datetime) -> None:
    RegistryImport.objects.filter(pk=list_id).update(asked_at=now)
    outbox.post(key=f"work_on_list:{uuid4()}", kind="work_on_list", payload={"list_id": list_id}, now=now)

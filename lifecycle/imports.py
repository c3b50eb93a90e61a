"""The life of an import: received, looked at, decided on, brought in or refused. Killed anywhere, it goes on.

A worker reads the file twice: to look (nothing is written), and, once a person has confirmed, to bring it in. Each
reading is claimed by lease. The row of the import is the queue. A message to a worker only says "go and look": it may
come late, twice or never.
"""

from __future__ import annotations

import hashlib
import logging
import tempfile
import zlib
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from groups import audit, outbox
from groups.leases import Lease, TakenOver, begun, claim
from groups.models import Team, User
from groups.names import shown_file_name
from groups.sealing import seal, unseal
from groups.sheets.limits import UPLOAD, Limits
from groups.sheets.refusal import FileRefused
from lifecycle.adverts import advert_words_of
from lifecycle.coverage import Asked
from lifecycle.failpoints import reach
from lifecycle.file_safety import read_in_child
from lifecycle.import_decisions import choice_for
from lifecycle.ingest import Outcome, bring_in
from lifecycle.looking import look
from lifecycle.models import Import, ImportFile
from lifecycle.sources.reading import Terms

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
KEPT_FOR = timedelta(days=30)
WAITING = (Import.State.LOOKING, Import.State.QUEUED, Import.State.RUNNING)


@transaction.atomic
def receive(
    *,
    team: Team,
    file_name: str,
    content: bytes,
    platform: str = "",
    asked: Asked | None = None,
    by: User | None,
    now: datetime,
) -> Import:
    """Keep an upload, encrypted, and have a worker look at it."""
    upload = _new(team, file_name, len(content), hashlib.sha256(content).hexdigest(), platform, asked, by, now)
    upload.state = Import.State.LOOKING
    upload.save(force_insert=True)
    ImportFile.objects.create(upload=upload, sealed=seal(content), delete_after=timezone.localdate(now + KEPT_FOR))
    outbox.post(key=f"read_import:{upload.pk}", kind="read_import", payload={"import_id": upload.pk}, now=now)
    audit.record(verb="file uploaded", thing=upload, by=by, now=now, after={"bytes": len(content)})
    return upload


def run(import_id: int, *, now: datetime, today: date) -> bool:
    """Look at an import, or bring in a confirmed one; False if there is nothing to do or somebody else is at it.

    Repeatable.
    """
    lease = claim(Import, import_id, WAITING, becomes={Import.State.QUEUED: Import.State.RUNNING})
    if lease is None:
        return False
    reach("after_claim")
    upload = Import.objects.select_related("uploaded_by", "decided_by", "file").get(pk=import_id)
    if lease.attempt > MOST_ATTEMPTS:
        _refuse(lease, FileRefused("gave_up"), now)
        return False
    try:
        with tempfile.TemporaryDirectory(prefix="import-") as name:
            path = Path(name) / "upload"
            path.write_bytes(unseal(bytes(upload.file.sealed)))
            asked = Asked.from_json(upload.observed_from, upload.observed_until, upload.coverage)
            by = upload.decided_by or upload.uploaded_by
            work = _read_and_look if lease.state == Import.State.LOOKING else _read_and_write
            work(upload, lease, path, Path(name), UPLOAD, asked, upload.uploaded_by, by, now, today)
    except (OperationalError, InterfaceError):
        _release(lease)
        raise
    except TakenOver:
        return False
    except Exception:
        log.exception("import %s failed at attempt %s", import_id, lease.attempt)
        _release(lease)
        raise
    reach("after_commit")
    return True


def bring_in_file(
    *,
    path: Path,
    team: Team,
    platform: str,
    asked: Asked,
    owner: User,
    limits: Limits,
    now: datetime,
    today: date,
) -> Import:
    """Read a file of this machine here and now, for an administrator. The file is not kept."""
    with path.open("rb") as file:
        file_hash = hashlib.file_digest(file, "sha256").hexdigest()
    upload = _new(team, path.name, path.stat().st_size, file_hash, platform, asked, None, now)
    upload.state, upload.attempts, upload.claim = Import.State.RUNNING, 1, uuid4()
    upload.save(force_insert=True)
    try:
        with tempfile.TemporaryDirectory(prefix="import-") as name:
            _read_and_write(upload, begun(upload), path, Path(name), limits, asked, owner, None, now, today)
    except BaseException:
        Import.objects.filter(pk=upload.pk, state=Import.State.RUNNING).update(
            state=Import.State.REFUSED, refusal_code="interrupted", finished_at=now, claim=None
        )
        raise
    upload.refresh_from_db()
    return upload


def _read_and_write(
    upload: Import,
    lease: Lease,
    path: Path,
    folder: Path,
    limits: Limits,
    asked: Asked,
    owner: User | None,
    by: User | None,
    now: datetime,
    today: date,
) -> Outcome | None:
    terms = _terms(upload, limits, today)
    spool = folder / "spool"
    spool.mkdir(mode=0o700)
    try:
        found = read_in_child(path, spool, terms, settings.MEMBER_KEY.encode(), tell=lease.tell)
        lease.reach(len(found.rows), len(found.rows))
        if owner is None:
            raise FileRefused("no_owner")
        return bring_in(upload=upload, lease=lease, found=found, asked=asked, owner=owner, by=by, now=now, today=today)
    except FileRefused as refused:
        _refuse(lease, refused, now)
        return None


def _read_and_look(
    upload: Import,
    lease: Lease,
    path: Path,
    folder: Path,
    limits: Limits,
    asked: Asked,
    owner: User | None,
    by: User | None,
    now: datetime,
    today: date,
) -> None:
    terms = _terms(upload, limits, today)
    spool = folder / "spool"
    spool.mkdir(mode=0o700)
    try:
        found = read_in_child(path, spool, terms, settings.MEMBER_KEY.encode(), tell=lease.tell, look=True)
        _keep_what_was_seen(upload, lease, spool)
        look(upload=upload, lease=lease, found=found, asked=asked, today=today, now=now)
    except FileRefused as refused:
        _keep_what_was_seen(upload, lease, spool)
        _refuse(lease, refused, now)


def _terms(upload: Import, limits: Limits, today: date) -> Terms:
    return Terms(
        zone=settings.TIME_ZONE,
        last_day=today,
        limits=limits,
        file_name=upload.file_name,
        choice=choice_for(upload),
        adverts=advert_words_of(upload.team_id, upload.group_choices),
    )


def _keep_what_was_seen(upload: Import, lease: Lease, folder: Path) -> None:
    """Seal what the child left for the person: header, first rows, refused rows."""
    with transaction.atomic():
        if lease.rows.update(is_table=(folder / "peek.json").exists()):
            ImportFile.objects.filter(upload=upload).update(
                sealed_peek=_sealed_file(folder / "peek.json"), sealed_refused=_sealed_file(folder / "mend.json")
            )


def _sealed_file(path: Path) -> bytes | None:
    return seal(zlib.compress(path.read_bytes())) if path.exists() else None


def _new(
    team: Team,
    file_name: str,
    size: int,
    file_hash: str,
    platform: str,
    asked: Asked | None,
    by: User | None,
    now: datetime,
) -> Import:
    asked = asked or Asked()
    return Import(
        team=team,
        platform=platform,
        file_name=shown_file_name(file_name),
        file_bytes=size,
        file_hash=file_hash,
        observed_from=asked.first,
        observed_until=asked.last,
        coverage=asked.as_json() or None,
        uploaded_at=now,
        uploaded_by=by,
    )


def _release(lease: Lease) -> None:
    """Let the next attempt begin at once."""
    try:
        lease.release()
    except (OperationalError, InterfaceError):
        log.warning("import %s keeps its lease until it runs out", lease.pk)


def _refuse(lease: Lease, refused: FileRefused, now: datetime) -> None:
    told = {"refusal_code": refused.code, "refusal_figures": refused.figures, "finished_at": now}
    with suppress(TakenOver):  # whoever is at it now says what becomes of it
        lease.finish(state=Import.State.REFUSED, **told)

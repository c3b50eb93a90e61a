"""Writes a backup: dump, figures and deletions of one moment, while people go on working."""

from __future__ import annotations

import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from community_ops.backing_up import contents, deletions, manifest
from community_ops.backing_up.failures import BackupFailed
from community_ops.backing_up.manifest import Manifest
from community_ops.backing_up.programs import program, run
from community_ops.bootstrap import make_folder, replace_file
from groups import audit_chain

DUMP = "database"
PROCESSES = 2


def save(folder: Path, *, now: datetime) -> Manifest:
    """Fill the folder, which must not be there yet or be empty. It gets its name when everything is in it.

    Raises BackupFailed.
    """
    folder = folder.resolve()
    if folder.exists() and any(folder.iterdir()):
        raise BackupFailed(format_lazy(_("{folder} is not empty: name a new folder for each backup"), folder=folder))
    draft = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(draft, ignore_errors=True)
    make_folder(draft)
    try:
        made = _filled(draft, now)
        if folder.exists():
            folder.rmdir()
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return made


def _filled(draft: Path, now: datetime) -> Manifest:
    began = time.monotonic()
    dump = program("pg_dump")
    audit_chain.seal()
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")  # while pg_dump works
        cursor.execute("SELECT pg_export_snapshot(), current_setting('server_version')")
        snapshot, postgres = cursor.fetchone()
        run(
            dump,
            "--format=directory",
            f"--jobs={PROCESSES}",
            "--compress=6",
            "--no-owner",
            "--no-privileges",
            "--lock-wait-timeout=60s",
            f"--snapshot={snapshot}",
            f"--file={draft / DUMP}",
        )
        replace_file(draft / deletions.NAME, deletions.as_json(deletions.present()))
        held = contents.read()
        applied = sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
    made = Manifest(
        format=manifest.FORMAT,
        made_at=now.astimezone(UTC).isoformat(timespec="seconds"),
        postgres=postgres,
        migrations=applied,
        contents=held,
        files=manifest.digests(draft),
        keys=manifest.marks(),
        seconds=round(time.monotonic() - began, 1),
    )
    manifest.write(draft, made)
    return made

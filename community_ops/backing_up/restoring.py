"""Reads a backup into an empty database, and looks whether everything came."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from community_ops.backing_up import contents, deletions, manifest
from community_ops.backing_up.failures import BackupFailed
from community_ops.backing_up.manifest import Manifest
from community_ops.backing_up.programs import program, run
from community_ops.backing_up.saving import DUMP
from community_ops.doctor.database import unapplied
from groups import audit_chain, money_check
from lifecycle.cases import closing

SHOWN = 10
TABLES = """
    SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE 'pg_temp%%'
        AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
"""
# People sign in anew: a session that was ended after the backup must not come back.
SIGNED_IN = ("DELETE FROM groups_personsession", "DELETE FROM django_session")


@dataclass
class Restored:
    manifest: Manifest
    groups_forgotten: int  # groups whose people were deleted again
    rows_forgotten: int | None  # rows that lost a person who had asked for it; None: the tables are of an older release
    seconds: dict[str, float] = field(default_factory=dict)  # by stage


def restore(folder: Path, later: list[Path], *, now: datetime, without_keys: bool = False) -> Restored:
    """`later` are backups, or lists of deletions, made after this one. Raises BackupFailed.

    All of the dump comes in or nothing. What is looked at afterwards is said together.
    """
    made = manifest.read(folder)
    must_be_whole(folder, made)
    must_be_known(made)
    if not without_keys:
        must_be_opened(made)
    must_be_empty()
    deleted = deletions.of_places([folder, *later])
    seconds = {}
    began = time.monotonic()
    run(
        program("pg_restore"),
        "--exit-on-error",
        "--single-transaction",
        "--no-owner",
        "--no-privileges",
        "--no-comments",
        f"--dbname={connection.settings_dict['NAME']}",
        str(folder / DUMP),
    )
    seconds["restore"] = time.monotonic() - began
    began = time.monotonic()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        if faults := faults_of(made):
            raise BackupFailed(
                format_lazy(
                    _("The database is not what was saved, throw it away: {faults}"), faults="; ".join(faults[:SHOWN])
                )
            )
    seconds["check"] = time.monotonic() - began
    began = time.monotonic()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        groups = closing.forget_again(deleted.groups)
        rows = None if unapplied() else deletions.forget_people_again(deleted.people, now=now)
        for sql in SIGNED_IN:
            cursor.execute(sql)
        cursor.execute("ANALYZE")
    seconds["deletions and statistics"] = time.monotonic() - began
    return Restored(made, groups, rows, seconds)


def must_be_whole(folder: Path, made: Manifest) -> None:
    if faults := manifest.faults_of_files(folder, made):
        raise BackupFailed(
            format_lazy(
                _("Files of the backup are missing, changed or too many; take another backup: {names}"),
                names=", ".join(faults[:SHOWN]),
            )
        )


def must_be_known(made: Manifest) -> None:
    """The tables of a later release are nothing that this one could work with."""
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    ours = {f"{app}.{name}" for app, name in loader.disk_migrations}
    if unknown := [name for name in made.migrations if name not in ours]:
        raise BackupFailed(
            format_lazy(_("The backup is of a newer release ({name}): install that release first"), name=unknown[-1])
        )


def must_be_opened(made: Manifest) -> None:
    if missing := manifest.missing_keys(made):
        raise BackupFailed(
            format_lazy(
                _(
                    "The keys of the backup are not here ({names}): set them as they were, or put keys.env back."
                    " --without-keys restores what can be read without them"
                ),
                names=", ".join(missing),
            )
        )


def must_be_empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        (tables,) = cursor.fetchone()
    if tables:
        raise BackupFailed(
            format_lazy(
                _("The database {name} is not empty: restore into a new one"), name=connection.settings_dict["NAME"]
            )
        )


def later_beside(folder: Path) -> list[Path]:
    """The finished backups in the same place that were made later."""
    made_at = manifest.read(folder).made_at
    found = []
    for other in sorted(folder.resolve().parent.glob(f"*/{manifest.NAME}")):
        try:
            if manifest.read(other.parent).made_at > made_at:
                found.append(other.parent)
        except BackupFailed:  # torn; it is not the one that is restored
            continue
    return found


def faults_of(made: Manifest) -> list[str]:
    """Counts, sums by month, the record and the months of money: what does not fit."""
    found = contents.differences(made.contents, contents.read())
    found += [f"seal {each.number}" for each in islice(audit_chain.broken(), SHOWN)]
    found += [f"month {each.key} {each.number} {each.month:%Y-%m} {each.name}" for each in money_check.differences()]
    return found

"""A backup comes back whole into an empty database, and nothing else does."""

from __future__ import annotations

import contextlib
import json
import shutil
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import InternalError, connection, transaction
from django.utils import timezone

from community_ops.backing_up import contents, deletions, manifest, restoring, saving
from community_ops.backing_up.failures import BackupFailed
from community_ops.backing_up.manifest import Manifest
from community_ops.people.forgetting import forget
from groups import audit
from groups.models import AuditEntry, BackupCodes, LedgerLine
from groups.tests.making import make_group, make_user
from groups.tests.making_money import make_line
from lifecycle.partitions import ensure_months

DAY = date(2026, 6, 1)
NOW = datetime(2026, 6, 2, 3, 0, tzinfo=UTC)


@contextlib.contextmanager
def another_database():
    """For the block Django speaks to a new, empty database on the same server."""
    ours, name = connection.settings_dict["NAME"], f"{connection.settings_dict['NAME']}_restored"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = ours
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}"')


def sql(statement: str, *values) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def installation(transactional_db, tmp_path) -> Path:
    """Money, days, members, sealed codes, a record and a session; the folder for its backups."""
    group = make_group(name="茶友 1 群")
    make_line(group, "12.34", on=DAY)
    make_line(group, "0.01", on=DAY + timedelta(days=40))
    ensure_months(DAY, DAY)
    sql(
        "INSERT INTO lifecycle_daily (group_id, day, known, messages) VALUES (%s, %s, 8, 7), (%s, %s, 8, 0)",
        group.pk, DAY, group.pk, DAY + timedelta(days=1),
    )  # fmt: skip
    sql("INSERT INTO lifecycle_acting VALUES (%s, %s, '{1}', '{7}')", group.pk, DAY)
    BackupCodes.fresh(make_user())[0].save()
    with transaction.atomic():
        audit.record(verb="made", thing=group, by=None, now=timezone.now(), after={"name": group.name})
    sql("INSERT INTO django_session VALUES ('k', 'd', now() + interval '1 day')")
    return tmp_path / "backups"


def saved(folder: Path, now: datetime = NOW) -> Manifest:
    folder.parent.mkdir(exist_ok=True)
    return saving.save(folder, now=now)


def test_what_was_saved_comes_back_as_it_was_and_is_only_let_into_an_empty_database(installation, capsys):
    made = saved(installation / "1")
    sealed, group = bytes(BackupCodes.objects.get().sealed), AuditEntry.objects.get(verb="made").object_id
    head = f"{made.contents.seal_number}:{made.contents.seal_digest}"
    assert json.loads(made.contents.ledger) == {"2026-06": ["12.34", "1"], "2026-07": ["0.01", "1"]}
    assert json.loads(made.contents.days) == {"2026-06": ["7", "2"]} and made.contents.rows["lifecycle_daily"] == 2
    with another_database():
        call_command("restore", installation / "1")
        assert "the record are the same" in capsys.readouterr().out
        assert bytes(BackupCodes.objects.get().sealed) == sealed and BackupCodes.objects.get().left()
        assert sorted(LedgerLine.objects.values_list("amount", flat=True)) == [Decimal("0.01"), Decimal("12.34")]
        assert sql("SELECT count(*) FROM django_session") == [(0,)]
        with pytest.raises(InternalError, match="append-only"):
            sql("UPDATE groups_auditentry SET verb = 'x'")
        assert make_group().pk > group  # the numbers go on
        with pytest.raises(CommandError, match="not empty"):
            call_command("restore", installation / "1")
        # Whoever rewrites a dump cannot rewrite a seal that was written down elsewhere.
        call_command("check_record", head=head)
        with transaction.atomic():
            sql("SET LOCAL session_replication_role = replica")
            sql("UPDATE groups_auditentry SET actor_name = 'nobody'")
        with pytest.raises(CommandError, match="was changed"):
            call_command("check_record", head=head)


def largest(folder: Path) -> Path:
    return max((folder / "database").iterdir(), key=lambda path: path.stat().st_size)


HARMS = {
    "a byte changed": lambda folder: largest(folder).write_bytes(largest(folder).read_bytes()[:-1] + b"!"),
    "cut": lambda folder: largest(folder).write_bytes(largest(folder).read_bytes()[:-7]),
    "missing": lambda folder: largest(folder).unlink(),
    "too many": lambda folder: (folder / "deletions.json.old").write_text("[]"),
    "manifest cut": lambda folder: (folder / manifest.NAME).write_text((folder / manifest.NAME).read_text()[:-9]),
    "never finished": lambda folder: (folder / manifest.NAME).unlink(),
}


def test_a_torn_or_changed_backup_is_refused_before_anything_is_written(installation, tmp_path):
    saved(installation / "1")
    with another_database():
        for name, harm in HARMS.items():
            folder = shutil.copytree(installation / "1", tmp_path / name / "1")
            harm(folder)
            with pytest.raises(CommandError, match="missing, changed or too many|no finished backup"):
                call_command("restore", folder)
        assert sql("SELECT count(*) FROM pg_class WHERE relname = 'groups_group'") == [(0,)]


def test_a_backup_of_a_newer_release_is_refused(installation):
    folder = installation / "1"
    made = saved(folder)
    told = json.loads((folder / manifest.NAME).read_text())
    told["migrations"].append("groups.9999_of_tomorrow")
    (folder / manifest.NAME).write_text(json.dumps(told))
    with pytest.raises(BackupFailed, match="newer release"):
        restoring.must_be_known(manifest.read(folder))
    restoring.must_be_known(made)


def test_without_the_keys_only_if_that_is_meant_and_people_deleted_since_are_deleted_again(installation, settings):
    left = make_user(username="left-us", is_active=False)
    saved(installation / "1")
    group = AuditEntry.objects.get(verb="made").object_id
    forget("left-us", by=None, now=NOW)
    later = installation / "2"
    saved(later, NOW + timedelta(days=1))
    told = json.loads((later / manifest.NAME).read_text())
    listed = json.loads((later / deletions.NAME).read_text())
    assert listed["groups"] == [] and len(listed["people"]) == 1
    (later / deletions.NAME).write_text(json.dumps(listed | {"groups": [[group, "2026-06-03"]]}))
    told["files"] = manifest.digests(later)
    (later / manifest.NAME).write_text(json.dumps(told))
    assert restoring.later_beside(installation / "1") == [later.resolve()]
    assert restoring.later_beside(later) == []
    settings.FILE_KEYS, settings.SECRET_KEY = [Fernet.generate_key().decode()], "another"
    with another_database():
        with pytest.raises(CommandError, match="SECRET_KEY|FILE_KEYS"):
            call_command("restore", installation / "1")
        call_command("restore", installation / "1", without_keys=True)
        left.refresh_from_db()
        assert left.username == f"former-{left.pk}"
        assert AuditEntry.objects.filter(verb="person forgotten").count() == 1
        assert sql("SELECT count(*) FROM lifecycle_acting") == [(0,)]
        assert sql("SELECT sum(messages) FROM lifecycle_daily") == [(7,)]


def test_a_folder_with_something_in_it_is_left_alone(installation):
    installation.mkdir()
    (installation / "mine").write_text("x")
    with pytest.raises(CommandError, match="not empty"):
        call_command("backup", installation)
    assert [path.name for path in installation.iterdir()] == ["mine"]


def test_what_fails_halfway_leaves_nothing_that_looks_like_a_backup(installation, monkeypatch):
    monkeypatch.setattr(saving, "PROCESSES", "many")  # pg_dump refuses that
    with pytest.raises(CommandError, match="pg_dump"):
        call_command("backup", installation / "1")
    assert list(installation.iterdir()) == []


def test_every_difference_is_named():
    was = contents.Contents({"a": 1, "b": 2}, "{}", "{}", 1, "x")
    found = contents.Contents({"a": 2, "c": 1}, "{}", '{"2026-06": ["1", "1"]}', 1, "y")
    assert contents.differences(was, found) == ["a: 1 -> 2", "b: 2 -> 0", "c: 0 -> 1", "days", "seal_digest"]
    assert contents.differences(was, was) == []

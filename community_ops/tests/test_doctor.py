"""What `doctor` makes of what it measured, and that it looks at everything of a real installation."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone

from community_ops import supervisor
from community_ops.both_languages import in_both
from community_ops.doctor import broker, clockwork, database, keys, machine, outside
from community_ops.doctor.findings import State, fault
from community_ops.watching import figures
from groups.models import BackupCodes, OutboxMessage
from groups.tests.making import make_group, make_user
from lifecycle import upkeep
from lifecycle.models import NightFault, NightRun, Tick

SERVER = database.Server(180006, "18.6", "UTF8", [], ["btree_gist"], False, "127.0.0.1", 9, 120, 4_000_000, 5)
FIGURES = figures.Figures(
    database_clock=0, set_up=9e6, unsent=0, oldest_unsent=None, ticks={"ensure_nights": 30},
    first_night=date(2026, 6, 1),
    last_night=date(2026, 6, 30), due_night=date(2026, 6, 30), pieces_to_do=0, put_aside=0, to_judge_anew=0,
    imports_waiting=0, oldest_import=None, imports_refused=0, silent_sources=0, robots_paused=0, messages_waiting=0,
)  # fmt: skip
URL = "http://127.0.0.1:8115"
KEY = Fernet.generate_key().decode()


def rung(since=9e6, **ticks):
    return replace(FIGURES, ticks=ticks, set_up=since)


def states(found):
    return {each.part: each.state.value for each in (found if isinstance(found, list) else [found])}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (machine.of_disk(Path("/x"), 2_000_000_000), {"disk": "good"}),
        (machine.of_disk(Path("/x"), 1_999_999_999), {"disk": "note"}),
        (machine.of_disk(Path("/x"), 199_999_999), {"disk": "fault"}),
        (machine.of_clock(2.0), {"clock": "good"}), (machine.of_clock(-2.1), {"clock": "note"}),
        (machine.of_clock(-30.1), {"clock": "fault"}),
        (machine.of_calendar(date(2026, 11, 30)), {"calendar": "good"}),
        (machine.of_calendar(date(2035, 1, 1)), {"calendar": "note"}),
        (machine.of_calendar(date(2034, 12, 1)), {"calendar": "note"}),
        (machine.of_fonts(Path("/nowhere")), {"fonts": "fault"}),
        (database.of_server(SERVER), {"database": "good"}),
        (database.of_server(replace(SERVER, number=149999)), {"database": "fault"}),
        (database.of_server(replace(SERVER, encoding="SQL_ASCII"))[1], {"database encoding": "fault"}),
        (database.of_server(replace(SERVER, careless=["fsync"]))[1], {"database safety": "fault"}),
        (database.of_server(replace(SERVER, extensions=[]))[1], {"database extensions": "fault"}),
        (database.of_server(replace(SERVER, host="db.example.com"))[1], {"database encryption": "note"}),
        (database.of_server(replace(SERVER, host="db.example.com", encrypted=True)), {"database": "good"}),
        (database.of_server(replace(SERVER, host="/run/postgresql")), {"database": "good"}),
        (database.of_server(replace(SERVER, connections=97))[1], {"database connections": "note"}),
        (database.of_server(replace(SERVER, oldest_transaction=1_500_000_000))[1], {"database age": "fault"}),
        (database.of_migrations([]), {"migrations": "good"}),
        (database.of_migrations(["groups.0200"]), {"migrations": "fault"}),
        (broker.of_broker({"redis_version": "6.2.0"}, "noeviction"), {"broker": "good", "broker memory": "good"}),
        (broker.of_broker({"redis_version": "6.0.16"}, "noeviction")[0], {"broker": "fault"}),
        (broker.of_broker({"redis_version": "7.0.15"}, "allkeys-lru")[1], {"broker memory": "fault"}),
        (broker.of_broker({"redis_version": "7.0.15"}, None)[1], {"broker memory": "note"}),
        (keys.of_settings("s" * 50, "m" * 50, [KEY]), {"keys": "good"}),
        (keys.of_settings("short", "m" * 50, [KEY]), {"SECRET_KEY": "fault"}),
        (keys.of_settings("s" * 50, "s" * 50, []), {"MEMBER_KEY": "note", "FILE_KEYS": "note"}),
        (keys.of_sealed({"": 4}), {"sealed files": "good"}),
        (keys.of_sealed({"": 4, "groups_backupcodes.sealed": 1}), {"sealed files": "fault"}),
        (clockwork.of_queues({"default": 1, "sweep": 2}), {"workers": "good"}),
        (clockwork.of_queues({"default": 1, "sweep": 0}), {"workers": "fault"}),
        (clockwork.of_beat(rung(ensure_nights=900)), {"beat": "good"}),
        (clockwork.of_beat(rung(ensure_nights=901)), {"beat": "fault"}),
        (clockwork.of_beat(rung(since=900)), {"beat": "note"}), (clockwork.of_beat(rung(since=901)), {"beat": "fault"}),
        (clockwork.of_nights(FIGURES, 23), {"nights": "good"}),
        (clockwork.of_nights(replace(FIGURES, due_night=date(2026, 7, 1)), 8), {"nights": "good"}),
        (clockwork.of_nights(replace(FIGURES, due_night=date(2026, 7, 1)), 9), {"nights": "fault"}),
        (clockwork.of_nights(replace(FIGURES, due_night=date(2026, 7, 2)), 3), {"nights": "fault"}),
        (clockwork.of_nights(replace(FIGURES, last_night=None), 3), {"nights": "fault"}),
        (clockwork.of_nights(replace(FIGURES, first_night=None, last_night=None), 12), {"nights": "note"}),
        (clockwork.of_outbox(300, 1), {"outbox": "good"}), (clockwork.of_outbox(301, 1), {"outbox": "fault"}),
        (clockwork.of_outbox(None, 0), {"outbox": "good"}),
        (clockwork.of_aside(0), {"put aside": "good"}), (clockwork.of_aside(1), {"put aside": "note"}),
        (clockwork.of_imports(1800), {"imports": "good"}), (clockwork.of_imports(1801), {"imports": "fault"}),
        (clockwork.of_sources(1), {"sources": "note"}), (clockwork.of_robots(1), {"robots": "note"}),
        (outside.of_site("https://ops.example.com", True, "ok"), {"SITE_URL": "good"}),
        (outside.of_site("http://ops.example.com", True, "ok"), {"SITE_URL": "fault"}),
        (outside.of_site("http://127.0.0.1:8000", False, "ConnectError"), {"SITE_URL": "fault"}),
        (outside.of_mail(), {"EMAIL_URL": "note"}),
    ],
)  # fmt: skip
def test_what_was_measured_is_judged(found, expected):
    assert states(found) == expected
    for each in found if isinstance(found, list) else [found]:
        assert bool(each.remedy) is (each.state is not State.GOOD)


def test_a_finding_is_said_in_both_languages_and_once_where_they_are_the_same():
    said = in_both(database.of_migrations([]).said)
    assert said.endswith(" / All migrations are applied") and len(said) > len("All migrations are applied") * 1.2
    assert in_both("PostgreSQL 18.6") == "PostgreSQL 18.6"


@pytest.mark.django_db
def test_the_figures_are_those_of_the_rows():
    now = timezone.now()
    assert figures.read(now=now).nights_late == 0 and figures.read(now=now).oldest_unsent is None
    due = figures.read(now=now).due_night
    run = NightRun.objects.create(day=due - timedelta(days=2), made_at=now, done_at=now)
    NightRun.objects.create(day=due, made_at=now)
    NightFault.objects.create(run=run, group=make_group(), attempts=3, state="poison", last_at=now)
    NightFault.objects.create(run=run, group=make_group(), attempts=1, state="trying", last_at=now)
    OutboxMessage.objects.create(key="late", kind="night_chunk", available_at=now - timedelta(hours=1))
    OutboxMessage.objects.create(key="soon", kind="night_chunk", available_at=now + timedelta(hours=1))
    upkeep.note_tick("ensure_nights")
    found = figures.read(now=now)
    assert (found.nights_late, found.put_aside, found.unsent) == (2, 1, 2)
    assert 3590 < found.oldest_unsent < 3700 and 0 <= found.ticks["ensure_nights"] < 60


@pytest.mark.django_db
def test_what_no_key_opens_is_counted_by_its_column(settings):
    BackupCodes.fresh(make_user())[0].save()
    assert keys.unreadable() == {"": 1}
    settings.FILE_KEYS = [KEY]
    assert keys.unreadable() == {"": 1, "groups_backupcodes.sealed": 1}


@pytest.mark.django_db
def test_a_machine_without_workers_is_told_what_to_do_and_ends_with_one(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(clockwork, "consumers", lambda: {"default": 0})
    monkeypatch.setattr(outside, "answer_of", lambda address: "ok")
    Tick.objects.update_or_create(name="ensure_nights", defaults={"at": timezone.now() - timedelta(hours=1)})
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", json=tmp_path / "found.json")
    assert ended.value.code == 1
    rows = {row["part"]: row for row in json.loads((tmp_path / "found.json").read_text())}
    assert (rows["workers"]["state"], rows["beat"]["state"], rows["migrations"]["state"]) == ("fault", "fault", "good")
    assert rows["database"]["state"] == rows["broker"]["state"] == rows["sealed files"]["state"] == "good"
    assert "-> " in capsys.readouterr().out


@pytest.mark.django_db
def test_a_database_that_is_away_is_one_finding_and_the_rest_is_looked_at(monkeypatch, capsys):
    def away():
        raise OperationalError("connection refused: app:s3cr3tword@db")

    monkeypatch.setattr(connection, "cursor", away)
    monkeypatch.setattr(outside, "look", lambda: [fault("SITE_URL", "away", "start it")])
    with pytest.raises(SystemExit):
        call_command("doctor")
    said = capsys.readouterr().out
    assert "BAD   database: " in said and "broker memory" in said and "SITE_URL" in said and "s3cr3tword" not in said


@pytest.mark.parametrize(
    ("pid", "given", "found"),
    [
        pytest.param(os.getpid(), {}, URL, id="serve runs"),
        pytest.param(os.getpid(), {"SITE_URL": "x"}, "x", id="serve runs and another address is given"),
        pytest.param(1 << 22, {}, None, id="serve is over"),
    ],
)
def test_beside_a_running_serve_its_address_is_the_one_that_is_asked(tmp_path, monkeypatch, pid, given, found):
    monkeypatch.setattr(supervisor, "LOCAL", tmp_path)
    monkeypatch.setattr(os, "getpid", lambda: pid)
    monkeypatch.setattr(os, "environ", given)
    (tmp_path / "run").mkdir()
    supervisor.note_environment({"SITE_URL": URL, "SECRET_KEY": "not for the file"})
    supervisor.follow_serve()
    assert given.get("SITE_URL") == found
    assert "SECRET_KEY" not in (tmp_path / "run" / "serve.json").read_text()

"""The servers that come along: they keep their data, and nothing that died before them is in their way."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis

from community_ops import embedded
from community_ops.bootstrap import ROOT, SetUpFailed
from community_ops.embedded import postgres, processes

pytestmark = pytest.mark.services

CHILD = """
import sys, time
from pathlib import Path
from community_ops import embedded
from community_ops.embedded import processes
if sys.argv[2] == "orphans":
    processes.PR_SET_PDEATHSIG = 0  # as on a system without it
with embedded.servers(Path(sys.argv[1]), "import_activity"):
    print("up", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder for servers; addresses of this test run's own servers are out of sight."""
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("BROKER_URL")
    folder = tmp_path / "社群 数据" / ".local"
    folder.mkdir(parents=True)
    return folder


def sql(statement: str) -> list[tuple]:
    opened = psycopg2.connect(os.environ["DATABASE_URL"])
    with contextlib.closing(opened) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def start_elsewhere(place: Path, how: str) -> subprocess.Popen:
    """Another process that owns the servers of the folder."""
    environment = {name: value for name, value in os.environ.items() if name != "LOCAL_DIR"}
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(place), how], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout.readline() == "up\n"
    return child


def test_data_outlives_a_stop(place):
    with embedded.servers(place, "migrate"):
        sql("CREATE TABLE kept (name text)")
        sql("INSERT INTO kept VALUES ('社群')")
        with redis.Redis.from_url(os.environ["BROKER_URL"]) as client:
            client.lpush("kept", "message")
        pids = [entry[0] for entry in json.loads((place / "run" / "children.json").read_text()).values()]
    assert "DATABASE_URL" not in os.environ
    assert not any(psutil.pid_exists(pid) for pid in pids)
    with embedded.servers(place, "migrate"):
        assert sql("SELECT name FROM kept") == [("社群",)]
        with redis.Redis.from_url(os.environ["BROKER_URL"]) as client:
            assert client.lrange("kept", 0, -1) == [b"message"]
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_only_who_has_the_password_gets_in(place):
    with embedded.servers(place, "migrate"):
        address = os.environ["DATABASE_URL"]
        wrong = address.replace(address.split(":")[2].split("@")[0], "wrong")
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(wrong)
        port = os.environ["BROKER_URL"].rsplit(":", 1)[1].split("/")[0]
        with redis.Redis(port=int(port)) as client, pytest.raises(redis.AuthenticationError):
            client.ping()


@pytest.mark.parametrize("how", ["dies-with-parent", "orphans"])
def test_kill_9_of_the_owner_does_not_block_the_next_start(place, how):
    owner = start_elsewhere(place, how)
    left = json.loads((place / "run" / "children.json").read_text())
    os.kill(owner.pid, signal.SIGKILL)
    owner.communicate()
    if how == "orphans":
        time.sleep(0.3)
        assert all(psutil.pid_exists(pid) for pid, _, _ in left.values())
    with embedded.servers(place, "migrate"):
        assert sql("SELECT 1") == [(1,)]
        assert not any(processes.started_at(pid) == started for pid, started, _ in left.values())


def test_a_second_command_uses_the_servers_of_the_first(place):
    owner = start_elsewhere(place, "dies-with-parent")
    try:
        before = (place / "run" / "servers.json").read_text()
        with embedded.servers(place, "run_night") as ours:
            assert ours.urls() == {}
            assert sql("SELECT 1") == [(1,)]
        assert (place / "run" / "servers.json").read_text() == before
        assert owner.poll() is None
    finally:
        owner.kill()
        owner.communicate()


def test_serve_says_that_it_runs_already(place):
    with (
        embedded.servers(place, "serve"),
        pytest.raises(SetUpFailed, match="running already"),
        embedded.servers(place, "serve"),
    ):
        pytest.fail("two owners")


def test_pids_that_others_use_now_are_left_alone(place):
    run = place / "run"
    run.mkdir()
    mine = os.getpid()
    (run / "children.json").write_text(json.dumps({"web": [mine, 1.0, int(signal.SIGKILL)]}))
    with embedded.servers(place, "migrate"):
        pass
    # A killed server's own note may name a process that lives and is not it.
    (place / "postgres" / "postmaster.pid").write_text(f"{mine}\n{place / 'postgres'}\n")
    with embedded.servers(place, "migrate"):
        assert sql("SELECT 1") == [(1,)]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become another user")
def test_root_without_user_namespaces_runs_the_database_as_nobody(place, monkeypatch, tmp_path):
    monkeypatch.setattr(postgres, "is_allowed", lambda become: False)
    elsewhere = Path("/var/tmp") / f"community-ops-test-{os.getpid()}"
    monkeypatch.setattr(postgres, "ELSEWHERE", elsewhere)
    monkeypatch.setattr(postgres, "is_open_to_all", lambda folder: False)
    try:
        with embedded.servers(place, "migrate") as ours:
            assert psutil.Process(ours.postgres.process.pid).uids().real == processes.NOBODY
            assert sql("SELECT 1") == [(1,)]
    finally:
        subprocess.run(["rm", "-r", str(elsewhere)], check=True)


def test_a_full_disk_is_said_before_anything_starts(place, monkeypatch):
    monkeypatch.setattr(embedded, "NEEDED_BYTES", 10**18)
    with pytest.raises(SetUpFailed, match="disk is full"), embedded.servers(place, "migrate"):
        pytest.fail("started")

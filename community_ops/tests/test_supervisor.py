"""`serve`, from the pauses between starts to the whole stack in a copied tree."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import psutil
import pytest

from community_ops import supervisor
from community_ops.bootstrap import ROOT, SetUpFailed
from community_ops.embedded import processes
from community_ops.embedded.access import free_port
from community_ops.embedded.processes import Register

OURS = ("DATABASE_URL", "BROKER_URL", "SECRET_KEY", "MEMBER_KEY", "FILE_KEYS", "LOCAL_DIR", "STATIC_ROOT", "DEBUG")
SKIPPED = shutil.ignore_patterns(".git", ".venv", ".local", "__pycache__", "*.mo")


@pytest.mark.parametrize(("failures", "seconds"), [(1, 1), (2, 2), (3, 4), (5, 16), (6, 30), (50, 30)])
def test_the_pause_before_a_new_start_grows(failures, seconds):
    assert supervisor.pause_after(failures) == seconds


def sleeper(seconds):
    return subprocess.Popen([sys.executable, "-c", f"import time; time.sleep({seconds})"], start_new_session=True)


def test_what_died_is_started_again_after_its_pause():
    child = supervisor.Child("sleeper", lambda: sleeper(60))
    child.keep(now=100.0)
    first = child.process
    child.keep(now=101.0)
    assert child.process is first
    first.kill()
    first.wait()
    child.keep(now=102.0)
    assert child.process is None
    child.keep(now=102.9)
    assert child.process is None
    child.keep(now=103.1)
    assert child.process.pid != first.pid
    # It lived for less than a minute again: the pause doubles. After a steady life it starts from one second.
    child.process.kill()
    child.process.wait()
    child.keep(now=104.0)
    assert child.due == 106.0
    child.keep(now=107.0)
    child.process.kill()
    child.process.wait()
    child.keep(now=200.0)
    assert child.due == 201.0


def test_a_port_in_use_is_said_in_one_line():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SetUpFailed, match=f"PORT={port + 1}") as refused:
            supervisor.bound("127.0.0.1", port)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("text", ["", "http", "0", "65536", "-1"])
def test_a_port_is_a_number_in_range(text):
    with pytest.raises(SetUpFailed, match="PORT"):
        supervisor.port_of(text)


@pytest.mark.parametrize(("own", "demo"), [(True, "true"), (False, "false")], ids=["embedded", "given"])
def test_a_given_database_gets_no_demo_by_itself(monkeypatch, own, demo):
    monkeypatch.delenv("DEMO", raising=False)
    assert supervisor.environment_of("127.0.0.1", 8000, has_own_database=own)["DEMO"] == demo


def test_a_child_gets_sigterm_and_what_ignores_it_is_killed(tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 0.5)
    stubborn = [sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"]
    child = supervisor.Child("stubborn", lambda: subprocess.Popen(stubborn, start_new_session=True))
    child.keep(now=0.0)
    supervisor.Supervisor("127.0.0.1", 1, {}, Register(tmp_path / "children.json"), [child]).stop()
    assert child.process.wait(60) is not None


def test_a_long_log_is_kept_aside_and_its_writer_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "LOG_LIMIT_BYTES", 10)
    log = tmp_path / "web.log"
    with open(log, "a") as writer:
        for text in ("short\n", "and long\n", "new\n"):
            writer.write(text)
            writer.flush()
            processes.turn_over(log)
    assert log.read_text() == "new\n"
    assert (tmp_path / "web.log.1").read_text() == "short\nand long\n"


# ---- the whole ---------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def serving(tree, port):
    """`manage.py serve` in the tree, as a person starts it; yields the process once it says Ready."""
    environment = {name: value for name, value in os.environ.items() if name not in OURS} | {
        "PORT": str(port),
        "DEMO": "false",
        "PYTHON_ENV": "given",
    }
    with open(tree / "said.txt", "w") as said:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"], cwd=tree, env=environment, stdout=said, stderr=said
        )
    try:
        until = time.monotonic() + 120
        while f"Ready: http://127.0.0.1:{port}" not in (tree / "said.txt").read_text():
            assert process.poll() is None, (tree / "said.txt").read_text()
            assert time.monotonic() < until, (tree / "said.txt").read_text()
            time.sleep(0.1)
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def status_of(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
        return answer.status


def of_tree(tree):
    """The running processes that were started from the tree."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.status() != psutil.STATUS_ZOMBIE and process.cwd().startswith(str(tree)):
                found.append(process)
    return found


@pytest.mark.services
def test_serve_starts_survives_kill_9_and_stops(tmp_path):
    tree = tmp_path / "社群 规划台"
    shutil.copytree(ROOT, tree, ignore=SKIPPED)
    port = free_port()
    with serving(tree, port) as process:
        assert status_of(port, "/healthz") == 200
        assert status_of(port, "/readyz") == 200
        os.kill(process.pid, signal.SIGKILL)
    with serving(tree, port) as process:
        worker = next(child for child in of_tree(tree) if "sweep@%h" in child.cmdline())
        worker.kill()
        until = time.monotonic() + 120
        while "worker-sweep" not in (tree / "said.txt").read_text():
            assert time.monotonic() < until
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        stopping = time.monotonic()
        assert process.wait(30) == 0
        assert time.monotonic() - stopping < 30
    assert of_tree(tree) == []

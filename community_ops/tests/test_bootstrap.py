"""The first minutes of an installation: keys, the environment, and one clear line when something is missing."""

import os
import stat
import subprocess
import sys
import threading
import time

import pytest

from community_ops import bootstrap, chromium


@pytest.fixture
def installation(tmp_path, monkeypatch):
    """An empty project folder, with a space and Chinese in its path, in place of this one."""
    root = tmp_path / "社群 规划"
    local = root / ".local"
    local.mkdir(parents=True)
    for name in bootstrap.REQUIREMENTS.values():
        (root / name).write_text("django==5.2.19\n")
    monkeypatch.setattr(bootstrap, "ROOT", root)
    monkeypatch.setattr(bootstrap, "VENV", root / ".venv")
    monkeypatch.setattr(bootstrap, "STAMP", root / ".venv" / "community-ops.json")
    monkeypatch.setattr(bootstrap, "LOCAL", local)
    return root


def fake_install(root, seconds=0.0):
    """An installer that makes the file that counts, and a list of its runs."""
    runs = []

    def install(wanted, log):
        runs.append(wanted.name)
        time.sleep(seconds)
        python = root / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True, exist_ok=True)
        if not python.exists():
            python.symlink_to(sys.executable)
        return True

    return install, runs


def test_two_set_ups_at_once_install_once(installation, monkeypatch):
    install, runs = fake_install(installation, seconds=0.3)
    monkeypatch.setattr(bootstrap, "install_with_uv", install)
    threads = [threading.Thread(target=bootstrap.make_ready, args=(False,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert runs == ["requirements.txt"]
    assert bootstrap.is_ready(dev=False)


def test_tests_need_more_than_running_and_the_more_is_enough_for_both(installation, monkeypatch):
    install, runs = fake_install(installation)
    monkeypatch.setattr(bootstrap, "install_with_uv", install)
    bootstrap.make_ready(dev=False)
    assert not bootstrap.is_ready(dev=True)
    bootstrap.make_ready(dev=True)
    assert bootstrap.is_ready(dev=True)
    assert bootstrap.is_ready(dev=False)
    assert runs == ["requirements.txt", "requirements-dev.txt"]


def test_a_changed_requirement_is_noticed(installation, monkeypatch):
    install, _ = fake_install(installation)
    monkeypatch.setattr(bootstrap, "install_with_uv", install)
    bootstrap.make_ready(dev=False)
    (installation / "requirements.txt").write_text("django==5.2.20\n")
    assert not bootstrap.is_ready(dev=False)


def test_pip_is_tried_when_uv_does_not_succeed(installation, monkeypatch):
    install, runs = fake_install(installation)
    monkeypatch.setattr(bootstrap, "install_with_uv", lambda wanted, log: False)
    monkeypatch.setattr(bootstrap, "install_with_pip", install)
    bootstrap.make_ready(dev=False)
    assert runs == ["requirements.txt"]


def test_a_linked_environment_without_a_stamp_is_trusted(installation, tmp_path):
    (installation / ".venv").symlink_to(sys.prefix)
    if not bootstrap.STAMP.exists():
        assert bootstrap.is_ready(dev=True)


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("... NewConnectionError('Failed to establish a new connection') ...", "package index cannot be reached"),
        ("Temporary failure in name resolution", "package index cannot be reached"),
        ("ERROR: Could not install packages: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: No matching distribution found for django==9", "No matching distribution found for django==9"),
    ],
    ids=["no network", "no name server", "disk full", "no such version"],
)
def test_what_stopped_the_set_up_is_said_in_one_line(installation, said, line):
    (bootstrap.LOCAL / "setup.log").write_text(f"Collecting django\n{said}\n")
    message = bootstrap.why_set_up_failed()
    assert line in message
    assert "\n" not in message


def test_keys_are_made_once_for_their_owner_only(installation, monkeypatch):
    for name in bootstrap.KEYS:
        monkeypatch.delenv(name, raising=False)
    bootstrap.load_keys()
    path = bootstrap.LOCAL / "keys.env"
    first = path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {line.split("=")[0] for line in first.splitlines()} == set(bootstrap.KEYS)
    assert f"SECRET_KEY={os.environ['SECRET_KEY']}" in first
    for name in bootstrap.KEYS:
        monkeypatch.delenv(name)
    bootstrap.load_keys()
    assert path.read_text() == first


def test_a_given_key_is_used_and_not_written(installation, monkeypatch):
    for name in bootstrap.KEYS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SECRET_KEY", "given")
    bootstrap.load_keys()
    assert os.environ["SECRET_KEY"] == "given"
    assert "given" not in (bootstrap.LOCAL / "keys.env").read_text()


def test_an_older_python_gets_one_line(tmp_path):
    # The interpreter is this one; only what it says about itself is old.
    script = (
        "import sys, runpy; sys.version_info = (3, 9, 2); sys.version = '3.9.2 (x)';"
        f" runpy.run_path({str(bootstrap.ROOT / 'manage.py')!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.strip().endswith("Python 3.11 or newer is needed, this is 3.9.2")
    assert done.stderr.count("\n") == 1


def test_without_a_browser_and_without_rights_one_line_says_what_is_missing(monkeypatch):
    monkeypatch.setattr(chromium, "find_chromium", lambda: None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(bootstrap.SetUpFailed, match="Browser tests need Chromium"):
        chromium.ensure_chromium()


@pytest.mark.parametrize(
    ("found", "environment", "shell_is_offered", "installed"),
    [
        (None, {}, True, ["fonts-wqy-microhei", "chromium-headless-shell"]),
        (None, {}, False, ["fonts-wqy-microhei", "chromium-headless-shell", "chromium"]),
        ("/usr/bin/chromium", {}, True, []),
        ("/usr/bin/chromium", {"CI": "true"}, True, ["chromium-headless-shell"]),
        ("/usr/bin/chromium", {"CI": "true"}, False, ["chromium-headless-shell"]),
        ("/opt/chrome", {"CI": "true", "CHROMIUM_PATH": "/opt/chrome"}, True, []),
        ("/usr/bin/chromium-headless-shell", {"CI": "true"}, True, []),
    ],
)
def test_the_light_browser_is_installed_where_there_is_none_and_on_machines_of_ci(
    monkeypatch, found, environment, shell_is_offered, installed
):
    asked = []

    def apt(command, *packages):
        asked.extend(packages)
        return int(chromium.SHELL in packages and not shell_is_offered)

    for name in ("CI", "CHROMIUM_PATH"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(chromium, "apt", apt)
    monkeypatch.setattr(chromium, "find_chromium", lambda: found or (asked and f"/usr/bin/{asked[-1]}") or None)
    monkeypatch.setattr(chromium, "has_chinese_font", lambda: True)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(chromium.shutil, "which", lambda name: f"/usr/bin/{name}")
    assert chromium.ensure_chromium() == (found or f"/usr/bin/{installed[-1]}")
    assert asked == installed

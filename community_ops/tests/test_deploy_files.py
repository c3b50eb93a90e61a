"""What docs/deploy starts is what the product starts and what settings know; read as text, without a container."""

from __future__ import annotations

import json
import re
import shlex

import pytest
from django.conf import settings
from gunicorn.config import Config

from community_ops import settings as given
from community_ops import supervisor
from community_ops.bootstrap import ROOT

DEPLOY = ROOT / "docs" / "deploy"
# Read by the shell, bootstrap or serve, before or beside the settings.
BESIDE = {"PYTHON_ENV", "PORT", "HOST", "DEMO"}


def commands_of(text: str) -> list[list[str]]:
    """Every command that starts a process of the product, as words from `-m` or `manage.py` on."""
    found = [json.loads(line) for line in re.findall(r"(?:CMD|command:) (\[.*\])", text)]
    found += [shlex.split(line.replace("%%", "%")) for line in re.findall(r"^ExecStart=(.*)", text, re.MULTILINE)]
    found += [shlex.split(line) for line in re.findall(r"^\.venv/bin/python -m .*", text, re.MULTILINE)]
    return [words[1:] for words in found if "python" in words[0]]


def files() -> list[str]:
    return ["README.md", *sorted(f"docs/deploy/{path.name}" for path in DEPLOY.iterdir())]


LIMITS = {"nginx.conf": r"client_max_body_size (\d+)m", "Caddyfile": r"max_size (\d+)MB"}
COMMANDS = [(name, words) for name in files() for words in commands_of((ROOT / name).read_text())]


def test_there_is_something_to_look_at():
    assert len(COMMANDS) >= 16


@pytest.mark.parametrize(
    ("name", "words"), COMMANDS, ids=[f"{name}: {' '.join(words)[:60]}" for name, words in COMMANDS]
)
def test_each_command_is_one_that_the_product_starts_itself(name, words):
    """`serve` starts the same, and tests of it do; here only numbers of processes, addresses and levels may differ."""
    if words[0] == "manage.py":
        assert words[1:] in (["prepare"], ["catalogues", "--compile"])
    elif words[:2] == ["-m", "gunicorn"]:
        parsed = Config().parser().parse_args(words[2:])
        assert parsed.args == ["community_ops.wsgi:application"] and parsed.bind[0].endswith(":8000")
    elif "beat" in words:
        assert words == ["-m", "celery", "-A", "community_ops", "beat", "--pidfile="]
    else:
        node, queues = words[words.index("-n") + 1], words[words.index("-Q") + 1]
        count = words[words.index("-c") + 1]
        assert words == supervisor.worker(node.removesuffix("@%h"), queues, int(count))[:-2]


@pytest.mark.parametrize("name", ["README.md", "docs/deploy/compose.yaml", "units"])
def test_every_queue_has_a_worker(name):
    chosen = [words for file, words in COMMANDS if file == name or (name == "units" and file.endswith(".service"))]
    listened = {queue for words in chosen if "-Q" in words for queue in words[words.index("-Q") + 1].split(",")}
    assert listened == {queue.name for queue in settings.CELERY_TASK_QUEUES}


def test_the_example_names_only_what_is_read_and_the_table_names_all_of_it():
    example = re.findall(r"^([A-Z_]+)=", (DEPLOY / "example.env").read_text(), re.MULTILINE)
    assert set(example) <= set(given.env.names) | BESIDE
    told = set(re.findall(r"`([A-Z_]{4,})`", (ROOT / "docs" / "operations.md").read_text()))
    assert set(given.env.names) | BESIDE <= told
    assert {"SECRET_KEY", "MEMBER_KEY", "FILE_KEYS", "DATABASE_URL", "BROKER_URL", "ALLOWED_HOSTS"} <= set(example)


@pytest.mark.parametrize(
    ("name", "limit"), [("nginx.conf", r"client_max_body_size (\d+)m"), ("Caddyfile", r"max_size (\d+)MB")]
)
def test_a_proxy_lets_an_upload_through_and_the_figures_of_the_machine_not(name, limit):
    text = (DEPLOY / name).read_text()
    assert int(re.search(limit, text)[1]) * 1_000_000 > settings.UPLOAD_MAX_BYTES
    assert "/metrics" in text and "404" in text and "X-Forwarded-Proto" in text


def test_a_proxy_reads_a_request_whole_before_it_passes_it_on():
    """Else who sends a byte at a time holds a thread of ours, and a dozen of them all."""
    caddy = (DEPLOY / "Caddyfile").read_text()
    assert int(re.search(r"request_buffers (\d+)MB", caddy)[1]) >= int(re.search(LIMITS["Caddyfile"], caddy)[1])
    assert "read_header" in caddy and "read_body" in caddy
    assert "proxy_request_buffering off" not in (DEPLOY / "nginx.conf").read_text(), "it is on where nothing is said"


def test_units_wait_for_work_to_end_and_stand_in_the_target():
    units = [path for path in DEPLOY.glob("*.service") if "Restart=always" in path.read_text()]
    wanted = re.search(r"Wants=(.*)", (DEPLOY / "community-ops.target").read_text())[1].split()
    assert {path.name for path in units} == set(wanted)
    for path in units:
        assert "TimeoutStopSec=60" in path.read_text() and "User=community-ops" in path.read_text()


def test_what_the_image_copies_is_there_and_nothing_of_the_installation_is():
    text = (DEPLOY / "Dockerfile").read_text()
    copied = [line.split()[1] for line in text.splitlines() if line.startswith("COPY ")]
    assert all((ROOT / path).exists() for path in copied) and "USER community-ops" in text
    assert {".git", ".venv", ".local"} <= set((DEPLOY / "Dockerfile.dockerignore").read_text().split())
    assert "noeviction" in (DEPLOY / "compose.yaml").read_text()

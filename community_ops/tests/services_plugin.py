"""Gives the tests their servers and keys before Django reads its settings (so not a conftest, which is later).

Without DATABASE_URL the run starts servers of its own in a free place below .local/test and throws them away at the
end; workers of pytest-xdist use those of their run, each with its own database and its own broker number.
"""

import contextlib
import fcntl
import itertools
import os
import re
from pathlib import Path

import pytest

from community_ops import catalogues, embedded
from community_ops.bootstrap import LOCAL, SetUpFailed, make_folder
from community_ops.chromium import find_chromium

os.environ.setdefault("SECRET_KEY", "tests-only")
os.environ.setdefault("SECURE_COOKIES", "false")
os.environ.setdefault("STATICFILES_BACKEND", "django.contrib.staticfiles.storage.StaticFilesStorage")
# Three workers and their browsers may keep the database from answering for a while.
os.environ.setdefault("DATABASE_CONNECT_SECONDS", "30")
# WhiteNoise serves the files as they are; nothing has to be collected first.
os.environ.setdefault("STATIC_ROOT", str(Path(__file__).resolve().parents[2] / "static"))
# Playwright runs an event loop in the thread that also reads the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
if browser := find_chromium():
    os.environ.setdefault("CHROMIUM_PATH", browser)
# TransactionTestCase empties the tables between tests; see groups/migrations/0002.
os.environ["PG_OPTIONS"] = (
    "-c statement_timeout=30s -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s"
    " -c community_ops.tests_may_truncate=on"
)

running = contextlib.ExitStack()


def free_place(base: Path) -> Path:
    """A folder below `base` that no other run uses, held until this process ends."""
    for number in itertools.count():
        place = base / str(number)
        make_folder(place)
        lock = running.enter_context(open(place / "place.lock", "w"))  # noqa: SIM115
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return place
    raise AssertionError("count() does not end")


def broker_of_worker(url: str, worker: str) -> str:
    """The same broker with a database number of the worker's own: gw0 -> 1, gw1 -> 2."""
    return re.sub(r"/\d+$", f"/{int(worker.removeprefix('gw')) % 14 + 1}", url)


def start() -> None:
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        os.environ["BROKER_URL"] = broker_of_worker(os.environ["BROKER_URL"], worker)
        return
    for app in catalogues.APPS:
        catalogues.compile_catalogue(app)
    if os.environ.get("DATABASE_URL") and os.environ.get("BROKER_URL"):
        return
    make_folder(LOCAL)
    place = free_place(LOCAL / "test")
    os.environ["LOCAL_DIR"] = str(place)
    try:
        running.enter_context(embedded.servers(place, "test", throwaway=True))
    except SetUpFailed as failure:
        pytest.exit(str(failure), returncode=1)


def pytest_unconfigure():
    running.close()


start()

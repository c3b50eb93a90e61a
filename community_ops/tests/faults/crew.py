"""A private broker with real workers and beats on the test database; everything ends with the test."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import psutil
import redis
from celery import Task
from django.conf import settings
from django.db import connection
from kombu.exceptions import OperationalError

from community_ops.celery import app
from community_ops.embedded.access import free_port
from community_ops.embedded.processes import Register, kill_group, spawn
from community_ops.embedded.valkey import Valkey
from lifecycle.tasks import ensure_nights

LEASE_SECONDS = 1
PATIENCE_SECONDS = 150  # only a failure waits so long; a busy machine may need it


def address_of_database() -> str:
    """DATABASE_URL of the database that this test uses."""
    told = connection.settings_dict
    secret = f":{quote(told['PASSWORD'])}" if told["PASSWORD"] else ""
    return f"postgres://{told['USER']}{secret}@{told['HOST']}:{told['PORT']}/{told['NAME']}"


class Crew:
    """Workers, beats and the broker that they share. A worker that dies is started again, as the supervisor does."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.broker = Valkey(folder, Register(folder / "children.json"), throwaway=True)
        self.environment = environment
        self.processes: list[tuple[list[str], subprocess.Popen]] = []
        self.restarts = 0

    def __enter__(self) -> Crew:
        self.broker.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for _, process in self.processes:
            kill_group(process.pid)
            process.wait()
        self.broker.stop()

    def start_worker(self, *more: str) -> subprocess.Popen:
        arguments = ["worker", "-Q", "default,sweep,imports,notify", "-c", "1", "-l", "INFO"]
        return self._start([*arguments, "--without-gossip", "--without-mingle", *more])

    def start_beat(self) -> subprocess.Popen:
        return self._start(["beat", "-s", str(self.folder / f"beat-{len(self.processes)}"), "-l", "INFO"])

    def start_web(self) -> str:
        """The address of a web process."""
        address = f"127.0.0.1:{free_port()}"
        self._start(["gunicorn", "community_ops.wsgi:application", "--bind", address, "--threads", "2"])
        return f"http://{address}"

    def start_web_by(self, words: Sequence[str], listener: socket.socket | None = None) -> subprocess.Popen:
        """A web process by the words behind `python -m`, with the file of the listener open, where there is one."""
        return self._start(list(words), () if listener is None else (listener.fileno(),))

    def _start(self, arguments: list[str], keep_open: Sequence[int] = ()) -> subprocess.Popen:
        program = ["celery", "-A", "community_ops", *arguments] if arguments[0] in ("worker", "beat") else arguments
        process = spawn(
            [sys.executable, "-m", *program],
            log=self.folder / "log" / f"{arguments[0]}.log",
            folder=settings.BASE_DIR,
            environment=os.environ
            | {
                "DJANGO_SETTINGS_MODULE": "community_ops.tests.faults.settings",
                "DATABASE_URL": address_of_database(),
                "BROKER_URL": self.broker.url,
                "NIGHT_LEASE_SECONDS": str(LEASE_SECONDS),
                "NIGHT_STARTS_AT_HOUR": "0",
            }
            | self.environment,
            signal_of_end=signal.SIGKILL,
            keep_open=keep_open,
        )
        self.processes.append((arguments, process))
        return process

    def supervise(self) -> None:
        """Start again what died since the last look."""
        for place, (arguments, process) in enumerate(self.processes):
            if process.poll() is not None:
                kill_group(process.pid)
                del self.processes[place]
                self.restarts += 1
                self._start(arguments)
                return

    def send(self, task: Task, *arguments: object, **options: object) -> None:
        """Publish to this crew's broker, once: raises kombu's OperationalError when it is down."""
        with app.connection_for_write(self.broker.url) as wire:
            task.apply_async(arguments, connection=wire, retry=False, **options)

    def tick_until(self, reached: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> float:
        """Ring for the nights about every second, as beat does, until something is true; returns how long it took."""
        rang = [0.0]

        def ring_and_look() -> bool:
            if time.monotonic() - rang[0] > 1:
                rang[0] = time.monotonic()
                with contextlib.suppress(OperationalError):  # the broker is down just now
                    self.send(ensure_nights, expires=30)
            return reached()

        return self.wait_until(ring_and_look, seconds)

    def wait_until(
        self, reached: Callable[[], bool], seconds: float = PATIENCE_SECONDS, *, supervised: bool = True
    ) -> float:
        """Wait for something to become true, restarting what dies; returns how long it took. Fails when it does not."""
        began = time.monotonic()
        while not reached():
            assert time.monotonic() - began < seconds, f"not within {seconds} s; the end of the log:\n{self.told()}"
            if supervised:
                self.supervise()
            time.sleep(0.1)
        return time.monotonic() - began

    def assert_never(self, reached: Callable[[], bool], seconds: float) -> None:
        """Fail when it becomes true within the time: for controls that show how work is lost."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            assert not reached()
            time.sleep(0.1)

    def told(self) -> str:
        log = self.folder / "log" / "worker.log"
        return log.read_text(errors="replace")[-6000:] if log.exists() else "(no worker was started)"

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.broker.url, socket_timeout=5)

    def queued(self) -> int:
        """Messages that wait in the queues or are with a worker."""
        with self.client() as client:
            return sum(client.llen(name) for name in ("default", "sweep", "imports", "notify")) + client.hlen("unacked")

    def settle(self) -> None:
        """Drop what waits in the queues and let the workers end what they hold, so that the tables can be emptied."""
        self.wait_until(self._is_quiet)
        time.sleep(0.3)  # what was held may have rung once more
        self.wait_until(self._is_quiet)

    def _is_quiet(self) -> bool:
        with self.client() as client:
            client.delete("default", "sweep", "imports", "notify")
            held = client.hlen("unacked")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
            )
            return not held and not cursor.fetchone()[0]

    def kill(self, kind: str, number: int = 0) -> None:
        """SIGKILL to a whole worker, beat or gunicorn, main process and children, as by the kernel when memory ends."""
        of_kind = [process for arguments, process in self.processes if arguments[0] == kind]
        process = of_kind[number % len(of_kind)]
        with contextlib.suppress(psutil.NoSuchProcess):
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
        process.kill()
        process.wait()

    def restart_broker(self) -> None:
        """Kill the broker, which keeps nothing, and start it empty on the same port."""
        assert self.broker.process
        self.broker.process.kill()
        self.broker.process.wait()
        self.broker.spawn()
        self.wait_until(self.broker.answers, supervised=False)

"""Nights over several hosts, one of which is cut off in the middle and comes back. `python -m` of this folder runs it.

A web host and two worker hosts, one database, one broker. Four nights:

1. by the first worker host alone;
2. by both: how much faster;
3. by both, and the second is cut off while it holds a piece: the first ends the night, the web host serves on;
4. the second is connected again and works along.

Then every group must have one reading for every night, and the same one that a single process gives.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from community_ops.bench import sweep
from community_ops.bench.measuring import Size
from community_ops.celery import app
from community_ops.embedded.processes import kill_group, spawn
from community_ops.tests.hosts.network import Host
from lifecycle import pipeline
from lifecycle.models import NightRun
from lifecycle.nights import open_nights
from lifecycle.pieces import LOCK_SPACE
from lifecycle.tasks import night_chunk

NIGHTS = 4
PATIENCE_SECONDS = 900
WITHOUT_LIMITS = "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0"
HOLDERS = """
    SELECT DISTINCT host(a.client_addr) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'advisory' AND l.granted AND l.classid = %s AND a.client_addr IS NOT NULL
"""
DIFFERENT = """
    SELECT count(*) FROM (
        (TABLE by_hosts EXCEPT SELECT * FROM lifecycle_health) UNION ALL
        (SELECT * FROM lifecycle_health WHERE day = ANY(%s) EXCEPT TABLE by_hosts)) differing
"""


class Crew:
    """What runs on the hosts."""

    def __init__(self, ours: str, web: Host, workers: Sequence[Host]) -> None:
        self.ours, self.web, self.workers = ours, web, workers
        self.running: list[subprocess.Popen] = []

    def _start(self, host: Host, *command: str) -> None:
        addresses = {name: os.environ[name].replace("127.0.0.1", self.ours) for name in ("DATABASE_URL", "BROKER_URL")}
        self.running.append(
            spawn(
                [*host.prefix, sys.executable, "-m", *command],
                log=log_of(host),
                folder=settings.BASE_DIR,
                environment=os.environ | addresses,
                signal_of_end=signal.SIGKILL,
            )
        )

    def start_worker(self, host: Host) -> None:
        """Start it, and wait until it answers."""
        name = f"sweep@{host.name}"
        queues = ("-Q", "sweep", "-c", "1", "-n", name, "-l", "INFO")
        self._start(host, "celery", "-A", "community_ops", "worker", *queues, "--without-gossip", "--without-mingle")
        until(lambda: bool(app.control.ping(destination=[name], timeout=2)), f"{name} does not answer")

    def start_web(self) -> None:
        self._start(self.web, "gunicorn", "community_ops.wsgi:application", "--bind", "0.0.0.0:8000", "--threads", "2")
        until(self.web_answers, "the web host does not answer")

    def web_answers(self) -> bool:
        """Whether the web host says that it is ready, for which it reads the database."""
        ask = f"import urllib.request as r; print(r.urlopen('http://{self.web.address}:8000/readyz', timeout=5).status)"
        asked = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False)
        return asked.stdout.strip() == "200"

    def stop(self) -> None:
        for process in self.running:
            kill_group(process.pid)
            process.wait()

    def night(self, day: date, watch: Callable[[set[str]], None] = lambda holders: None) -> dict[str, Any]:
        """Open a night and ring, as beat does, until it is done.

        Returns its seconds, and in which share of the looks at it each worker host held a piece.
        """
        open_nights([day], now=timezone.now())
        began, rang = time.monotonic(), 0.0
        looks, held = 0, {host.address: 0 for host in self.workers}
        while NightRun.objects.filter(day=day, done_at=None).exists():
            if time.monotonic() - began > PATIENCE_SECONDS:
                raise TimeoutError(f"the night of {day} was not done within {PATIENCE_SECONDS} s")
            if time.monotonic() - rang > 2:
                rang = time.monotonic()
                self.ring()
            found = holders()
            watch(found)
            looks += 1
            for address in held:
                held[address] += address in found
            time.sleep(0.02)
        shares = {host.name: round(held[host.address] / max(looks, 1), 2) for host in self.workers}
        return {"seconds": round(time.monotonic() - began, 1), "at work": shares}

    def ring(self) -> None:
        for _ in self.workers:
            night_chunk.apply_async(expires=30)


def log_of(host: Host) -> Path:
    return settings.LOCAL_DIR / "log" / f"{host.name}.log"


def holders() -> set[str]:
    """The addresses of the hosts that work on a piece just now."""
    with connection.cursor() as cursor:
        cursor.execute(HOLDERS, [LOCK_SPACE])
        return {address for (address,) in cursor.fetchall()}


def until(reached: Callable[[], bool], what: str) -> None:
    began = time.monotonic()
    while not reached():
        if time.monotonic() - began > PATIENCE_SECONDS:
            raise TimeoutError(what)
        time.sleep(0.2)


class Cut:
    """Pulls the cable of a host as soon as it holds a piece, and sees that it still did when the cable was out."""

    def __init__(self, host: Host) -> None:
        self.host, self.at, self.free_at = host, 0.0, 0.0

    def __call__(self, found: set[str]) -> None:
        holds = self.host.address in found
        if self.at:
            if not holds and not self.free_at:
                self.free_at = time.monotonic()
        elif holds:
            self.host.cut_off()
            time.sleep(0.5)
            if self.host.address in holders():
                self.at = time.monotonic()
            else:  # it was just done with it
                self.host.reconnect()


def run(groups: int, days: int, ours: str, web: Host, workers: Sequence[Host]) -> None:
    """The whole drill. Prints what was seen as JSON; exits with 1 where something was lost, doubled or different."""
    crew = Crew(ours, web, workers)
    try:
        told = _nights(crew, groups, days)
    except BaseException:
        for host in (web, *workers):
            if log_of(host).exists():
                sys.stderr.write(f"--- {host.name}\n{log_of(host).read_text(errors='replace')[-3000:]}\n")
        raise
    finally:
        crew.stop()
    sys.stdout.write(json.dumps(told, indent=2) + "\n")
    sys.exit(any(told[name] for name in ("lost", "doubled", "different")))


def _nights(crew: Crew, groups: int, days: int) -> dict[str, Any]:
    call_command("migrate", verbosity=0)
    state = _make_groups(groups, days)
    first, second, third, fourth = (state.day + timedelta(days=number) for number in range(1, NIGHTS + 1))
    one, two = crew.workers
    told: dict[str, Any] = {"groups": groups, "pieces a night": -(-groups // settings.NIGHT_GROUPS_PER_ITEM)}

    crew.start_web()
    crew.start_worker(one)
    told["one host"] = crew.night(first)
    crew.start_worker(two)
    told["two hosts"] = crew.night(second)
    told["speed-up"] = round(told["one host"]["seconds"] / told["two hosts"]["seconds"], 2)

    cut = Cut(two)
    told["one is cut off"] = crew.night(third, cut)
    assert cut.at, "the second host never held a piece: take more groups"
    told["seconds until its piece was free"] = round(cut.free_at - cut.at, 1)
    told["web answers meanwhile"] = crew.web_answers()
    two.reconnect()
    back = time.monotonic()
    until(lambda: bool(app.control.ping(destination=[f"sweep@{two.name}"], timeout=2)), "it does not come back")
    told["seconds until it answered again"] = round(time.monotonic() - back, 1)
    told["connected again"] = crew.night(fourth)
    crew.stop()
    return told | _compare(state.ids, [first, second, third, fourth])


def _make_groups(groups: int, days: int) -> sweep.State:
    """Groups with activity up to yesterday, judged so far that the nights of the drill are left."""
    with connection.cursor() as cursor:
        cursor.execute(WITHOUT_LIMITS)
    size = Size(groups=groups, days=max(days, sweep.LEAD_DAYS + 8), rounds=NIGHTS)
    begun = timezone.localdate() - timedelta(days=size.days + NIGHTS)
    with mock.patch.object(sweep, "FIRST_DAY", begun):
        return sweep.prepare(size)


def _compare(ids: list[int], nights: list[date]) -> dict[str, int]:
    """Readings missing, doubled, and other than those of the same nights worked by one process."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE by_hosts AS SELECT * FROM lifecycle_health WHERE day = ANY(%s)", [nights])
        cursor.execute("SELECT count(*), count(DISTINCT (group_id, day)) FROM by_hosts")
        rows, distinct = cursor.fetchone()
        open_nights(nights, now=timezone.now(), again=True)
        pipeline.run_to_the_end(now=timezone.now())
        cursor.execute(DIFFERENT, [nights])
        different = cursor.fetchone()[0]
    return {"lost": len(ids) * len(nights) - distinct, "doubled": rows - distinct, "different": different}

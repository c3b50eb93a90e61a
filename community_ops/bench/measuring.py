"""Runs a floor and a candidate in turns, each in a fresh process, and tells the medians."""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection, connections


@dataclass(frozen=True)
class Size:
    """How much is measured: groups, days of each, and rounds of floor and candidate."""

    groups: int = 10_000
    days: int = 100
    rounds: int = 3


@dataclass(frozen=True)
class Bench:
    """One comparison. `prepare` makes the data once and returns what the steps need; the steps before are not measured.

    `outcome` may add figures of its own after the rounds, and a sentence in `broken` if the result was wrong. A `ratio`
    among them stands for that of the times.
    """

    name: str
    target: float
    floor: str
    prepare: Callable[[Size], Any]
    run_floor: Callable[[Any], Any]
    run_value: Callable[[Any], Any]
    before_floor: Callable[[Any], Any] = lambda state: None
    before_value: Callable[[Any], Any] = lambda state: None
    outcome: Callable[[Any], dict[str, Any]] = field(default=lambda state: {})


@dataclass(frozen=True)
class Taken:
    """Seconds on the wall, of processor time (this process and its database backend) and MB at the most."""

    wall_s: float
    cpu_s: float
    rss_mb: float


class BenchFailed(RuntimeError):
    """The measured process raised; its traceback is the message."""


def measured(bench: Bench, size: Size) -> dict[str, Any]:
    """The row of a bench for the report of contracts: ratio of wall times, median over the rounds."""
    state = bench.prepare(size)
    floors, values = [], []
    for _ in range(size.rounds):
        bench.before_floor(state)
        floors.append(taken(lambda: bench.run_floor(state)))
        bench.before_value(state)
        values.append(taken(lambda: bench.run_value(state)))
    ratio = statistics.median(value.wall_s / floor.wall_s for floor, value in zip(floors, values, strict=True))
    cpu_ratio = statistics.median(value.cpu_s / floor.cpu_s for floor, value in zip(floors, values, strict=True))
    extra = bench.outcome(state)
    ratio = extra.get("ratio", ratio)
    return {
        "name": bench.name,
        "ratio": round(ratio, 2),
        "target": bench.target,
        "floor": bench.floor,
        "floor_s": round(statistics.median(floor.wall_s for floor in floors), 3),
        "value_s": round(statistics.median(value.wall_s for value in values), 3),
        "cpu_s": round(statistics.median(value.cpu_s for value in values), 3),
        "cpu_ratio": round(cpu_ratio, 2),
        "rss_mb": round(max(value.rss_mb for value in values)),
        "rounds": size.rounds,
        **extra,
        "ok": ratio <= bench.target and not extra.get("broken"),
    }


def at_once(works: Sequence[Callable[[], Any]]) -> None:
    """Do all of the works, each in a forked process with a connection of its own; raises BenchFailed if any fails."""
    connections.close_all()
    children = []
    for work in works:
        child = os.fork()
        if child == 0:
            try:
                work()
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        children.append(child)
    statuses = [os.waitpid(child, 0)[1] for child in children]
    if any(statuses):
        raise BenchFailed("A worker failed.")


def taken(work: Callable[[], Any]) -> Taken:
    """What the work takes in a forked process with a connection of its own."""
    connections.close_all()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            answer = json.dumps(_measure(work))
        except BaseException:
            answer = json.dumps(traceback.format_exc())
        with os.fdopen(writing, "w") as pipe:
            pipe.write(answer)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        answer = json.loads(pipe.read() or '"The measured process died."')
    os.waitpid(child, 0)
    if isinstance(answer, str):
        raise BenchFailed(answer)
    return Taken(*answer)


def _measure(work: Callable[[], Any]) -> tuple[float, float, float]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    ours, theirs, began = time.process_time(), _backend_seconds(backend), time.monotonic()
    work()
    wall = time.monotonic() - began
    cpu = time.process_time() - ours + _backend_seconds(backend) - theirs
    return wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _backend_seconds(pid: int) -> float:
    """Processor time of a process of this host; 0 where the database runs elsewhere."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
    return {
        "cpus": os.cpu_count(),
        "memory_mb": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20,
        "system": platform.platform(),
        "python": platform.python_version(),
        "postgresql": version,
        "load_before": round(os.getloadavg()[0], 2),
    }

"""Runs a floor and a candidate in turns, each in a fresh process, and tells the medians."""

from __future__ import annotations

import os
import platform
import resource
import statistics
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection
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
    # The data are made in a process of their own, so that no memory of that is counted, and once for all benches of a
    # run that prepare alike. For this `prepare` returns what can be pickled, and the steps change nothing but it.
    shares_data: bool = False


@dataclass(frozen=True)
class Taken:
    """Seconds on the wall, of the processor (with that of database backends), and MB of a process at the most."""

    wall_s: float
    cpu_s: float
    rss_mb: float


class BenchFailed(RuntimeError):
    """The measured process raised; its traceback is the message."""


def prepared(bench: Bench, size: Size) -> Any:
    """What the steps of the bench need, after its data were made."""
    return apart(lambda: bench.prepare(size)) if bench.shares_data else bench.prepare(size)


def measured(bench: Bench, size: Size, state: Any) -> dict[str, Any]:
    """The row of a bench for the report of contracts: ratio of wall times, median over the rounds."""
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


def taken(work: Callable[[], Any]) -> Taken:
    """What the work takes in a forked process with a connection of its own, and with it what the workers take that it
    forks by `at_once`, if it returns what that says. Raises BenchFailed."""
    found: Taken = apart(lambda: _measure(work))
    return found


def at_once(works: Sequence[Callable[[], Any]]) -> list[Taken]:
    """Do all of the works, each in a forked process with a connection of its own; raises BenchFailed if any fails."""
    children = [_begin(lambda work=work: _measure(work)) for work in works]  # type: ignore[misc]
    answers = [_end(child) for child in children]
    failed = [why for fine, why in answers if not fine]
    if failed:
        raise BenchFailed(f"A worker failed.\n{failed[0]}")
    return [found for _, found in answers]


def apart(work: Callable[[], Any]) -> Any:
    """What the work returns, done in a forked process: the memory that it takes stays there. Raises BenchFailed."""
    fine, answer = _end(_begin(work))
    if not fine:
        raise BenchFailed(answer)
    return answer


def _begin(work: Callable[[], Any]) -> tuple[int, Connection]:
    """The process that does the work, and the end of a pipe at which its answer comes."""
    receiving, sending = Pipe(duplex=False)
    child = os.fork()
    if child:
        sending.close()
        return child, receiving
    for inherited in connections.all(initialized_only=True):
        inherited.connection = None  # it is the parent's; ours is made when it is asked for
    try:
        answer = (True, work())
    except BaseException:
        answer = (False, traceback.format_exc())
    sending.send(answer)
    os._exit(0)


def _end(child: tuple[int, Connection]) -> tuple[bool, Any]:
    """Whether the work of a process went well, and what came of it."""
    process, receiving = child
    answer: tuple[bool, Any]
    try:
        answer = receiving.recv()
    except EOFError:
        answer = (False, "The measured process died.")
    os.waitpid(process, 0)
    return answer


def _measure(work: Callable[[], Any]) -> Taken:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    ours, theirs, began = time.process_time(), _backend_seconds(backend), time.monotonic()
    done = work()
    wall = time.monotonic() - began
    cpu = time.process_time() - ours + _backend_seconds(backend) - theirs
    workers = [each for each in done if isinstance(each, Taken)] if isinstance(done, list) else []
    own_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Taken(
        wall_s=wall,
        cpu_s=cpu + sum(worker.cpu_s for worker in workers),
        rss_mb=max([own_mb, *(worker.rss_mb for worker in workers)]),
    )


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

"""Has an untrusted file read in a child process with limits on memory, CPU and time; the caller always survives.

`run` is the caller's side, `serve` the child's. Between them: one JSON object in, {"limits": {...}, ...}, and lines of
JSON out, {"rows": n} now and then and {"done": true} or {"refused": code, "figures": {...}} at the end.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from groups.sheets.limits import Limits
from groups.sheets.refusal import FileRefused

HOME = Path(__file__).resolve().parent.parent.parent


def run(module: str, order: dict[str, Any], limits: Limits, tell: Callable[[int], None] = lambda rows: None) -> None:
    """Run `python -m module` on an order; `tell` hears the rows read so far.

    Raises FileRefused with the reader's code, or `too_heavy` when a limit ended the child. The order goes through the
    pipe, not the command line or the environment, where other processes could see it.
    """
    child = subprocess.Popen(  # noqa: S603 - a module of ours
        [sys.executable, "-m", module],
        cwd=HOME,
        env={
            "PATH": "/usr/bin:/bin",
            "OPENBLAS_NUM_THREADS": "1",
            "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "CURRENCY": os.environ.get("CURRENCY", "CNY"),
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a traceback could hold what the file holds
        text=True,
    )
    alarm = threading.Timer(limits.wall_seconds, child.kill)
    alarm.start()
    last: dict[str, Any] = {}
    try:
        with child:
            if child.stdin is None or child.stdout is None:
                raise FileRefused("too_heavy")
            try:
                child.stdin.write(json.dumps(order | {"limits": asdict(limits)}))
                child.stdin.close()
            except BrokenPipeError:
                raise FileRefused("too_heavy") from None
            for line in child.stdout:
                last = json.loads(line)
                if "rows" in last:
                    tell(last["rows"])
    except BaseException:
        child.kill()
        raise
    finally:
        alarm.cancel()
    if "refused" in last:
        raise FileRefused(last["refused"], **last["figures"])
    if "done" not in last:
        raise FileRefused("too_heavy")


def serve(read: Callable[[dict[str, Any], Limits], None]) -> None:
    """In the child: take the order, limit this process, read, and say how it ended."""
    order = json.loads(sys.stdin.read())
    limits = Limits(**order.pop("limits"))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        read(order, limits)
    except FileRefused as refused:
        say(refused=refused.code, figures=refused.figures)
    except MemoryError:
        say(refused="too_heavy", figures={})
    except Exception as error:  # a reader's own fault: told by its kind and place, never by what the file holds
        at = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(at.filename).name}:{at.lineno}"
        say(refused="unreadable", figures={"fault": type(error).__name__, "at": where})
    else:
        say(done=True)


def say(**words: Any) -> None:
    """One line to the caller."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()

"""Has an untrusted file read in a child process with limits on memory, CPU and time; the caller always survives."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from lifecycle.sources import order_sheet, spool
from lifecycle.sources.canonical import Canonical
from lifecycle.sources.order_sheet import Orders
from lifecycle.sources.reading import Terms
from lifecycle.sources.refusal import FileRefused

HOME = Path(__file__).resolve().parent.parent


def read_in_child(
    path: Path, folder: Path, terms: Terms, member_key: bytes, tell: Callable[[int], None] = lambda rows: None
) -> Canonical:
    """The canonical rows of a file. `folder` must be empty and private; `tell` hears the rows read so far.

    Raises FileRefused with the reader's code, or `too_heavy` when a limit ended the child. The member key goes through
    the pipe, not the command line or the environment, where other processes could see it.
    """
    _run_child(path, folder, terms, member_key, tell)
    return spool.load(folder)


def read_orders_in_child(path: Path, folder: Path, terms: Terms, member_key: bytes) -> Orders:
    """The orders of a file, under the same limits and refusals."""
    _run_child(path, folder, terms, member_key, lambda rows: None, orders=True)
    return order_sheet.load(folder)


def _run_child(
    path: Path, folder: Path, terms: Terms, member_key: bytes, tell: Callable[[int], None], *, orders: bool = False
) -> None:
    order = {
        "orders": orders,
        "path": str(path.resolve()),
        "folder": str(folder.resolve()),
        "zone": terms.zone,
        "last_day": str(terms.last_day),
        "limits": asdict(terms.limits),
        "member_key": member_key.hex(),
    }
    child = subprocess.Popen(
        [sys.executable, "-m", "lifecycle.sources.child"],
        cwd=HOME,
        env={"PATH": "/usr/bin:/bin", "OPENBLAS_NUM_THREADS": "1", "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a traceback could hold what the file holds
        text=True,
    )
    alarm = threading.Timer(terms.limits.wall_seconds, child.kill)
    alarm.start()
    last: dict = {}
    try:
        with child:
            if child.stdin is None or child.stdout is None:
                raise FileRefused("too_heavy")
            try:
                child.stdin.write(json.dumps(order))
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

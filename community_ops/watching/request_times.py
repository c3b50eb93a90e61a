"""How long requests take, counted in this process and kept in a file that any process of the machine can add up."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse

BOUNDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
KEPT_AFTER_SECONDS = 5.0
KEPT_SECONDS = 14 * 86_400
_lock = threading.Lock()
_counts: Counter[str] = Counter()  # "kind status bound" -> requests; "kind status milliseconds" -> their sum
_kept_at = 0.0


class RequestTimesMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        response = self.get_response(request)
        note(request.path, response.status_code, time.monotonic() - began)
        return response


def note(path: str, status: int, seconds: float) -> None:
    """Count a request: api or page, by the hundreds of its status and the bounds of its time."""
    label = f"{'api' if path.startswith('/api/') else 'page'} {status // 100}xx"
    with _lock:
        for bound in BOUNDS:
            if seconds <= bound:
                _counts[f"{label} {bound}"] += 1
        _counts[f"{label} +Inf"] += 1
        _counts[f"{label} milliseconds"] += round(seconds * 1000)
        _keep()


def _keep() -> None:
    global _kept_at
    if time.monotonic() - _kept_at < KEPT_AFTER_SECONDS:
        return
    _kept_at = time.monotonic()
    with contextlib.suppress(OSError):  # a full disk stops no page
        if not folder().exists():
            folder().mkdir(parents=True, exist_ok=True)
        path = _own_file()
        if not path.exists():
            forget_old(time.time())
        draft = path.with_suffix(".new")
        draft.write_text(json.dumps(_counts))
        draft.replace(path)


def forget_old(now: float) -> None:
    """Throw away what processes counted that ended weeks ago; there is one file for each start of each process."""
    for path in folder().iterdir():
        if now - path.stat().st_mtime > KEPT_SECONDS:
            path.unlink(missing_ok=True)


def _own_file() -> Path:
    """Containers may share the folder, and each counts its processes from one."""
    return folder() / f"{socket.gethostname()}-{os.getpid()}.json"


def folder() -> Path:
    return Path(settings.LOCAL_DIR) / "run" / "requests"


def counted() -> Counter[str]:
    """Of all processes of this machine, those that ended too, and this one as it is now."""
    found: Counter[str] = Counter()
    for path in folder().glob("*.json"):
        if path != _own_file():
            with contextlib.suppress(OSError, ValueError):
                found.update(json.loads(path.read_text()))
    with _lock:
        found.update(_counts)
    return found

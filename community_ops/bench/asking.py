"""Asks the product for pages in this process, as its server does, and looks at what they cost.

No server and no client of tests in between: a page's processor time is that of middleware, view, template and packing.
"""

from __future__ import annotations

import io
import logging
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.db import connection

MINIMAL = "/healthz"  # "ok", behind the same middleware as every page, with the same person signed in


@dataclass
class Asker:
    """A person who is signed in; `get` asks for an address and raises RuntimeError unless it is answered by a page."""

    session: str
    handler: WSGIHandler = field(default_factory=WSGIHandler)

    def get(self, address: str) -> bytes:
        path, _, query = address.partition("?")
        told: list[str] = []
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_COOKIE": f"{settings.SESSION_COOKIE_NAME}={self.session}",
            "HTTP_ACCEPT_ENCODING": "gzip",
            "wsgi.url_scheme": "https",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
        }
        answer = self.handler(environ, lambda status, headers, exc_info=None: told.append(status))
        body = b"".join(answer)
        answer.close()
        if not told[0].startswith("200"):
            raise RuntimeError(f"{address}: {told[0]}")
        return body

    def seconds(self, address: str) -> float:
        """Processor time of this process for one answer; the database's own is not in it."""
        began = time.process_time()
        self.get(address)
        return time.process_time() - began


def make_ready() -> None:
    """Chinese pages, files by the names that they ask for; no line for each request, which goes to a file elsewhere."""
    call_command("catalogues", compile=True, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    logging.disable(logging.INFO)


def cost_of_pages(asker: Asker, addresses: list[str], rounds: int) -> dict[str, float]:
    """How many times the processor time of the minimal view each address takes: medians, floor and page in turns."""
    for address in (MINIMAL, *addresses):
        asker.get(address)  # templates are read once, by the first who asks
    floors: list[float] = []
    taken: dict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        for address in addresses:
            floors.append(asker.seconds(MINIMAL))
            taken[address].append(asker.seconds(address))
    floor = statistics.median(floors)
    return {address: round(statistics.median(times) / floor, 1) for address, times in taken.items()}


@contextmanager
def statements_noted(noted: dict[str, tuple[str, Any]]) -> Iterator[None]:
    """Within this block every statement is noted with its values, under the function of ours that asked for it.

    Several statements of one function are told apart by their order within the block.
    """
    seen: dict[str, int] = defaultdict(int)

    def wrapper(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        who = _asked_by()
        seen[who] += 1
        if not many and sql.lstrip().upper().startswith(("SELECT", "WITH", "SET LOCAL ENABLE_HASHJOIN = OFF;")):
            noted[who if seen[who] == 1 else f"{who} {seen[who]}"] = (sql, params)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield


def milliseconds(sql: str, params: Any = None) -> float:
    """The time of the clock until all rows of a statement are here."""
    with connection.cursor() as cursor:
        began = time.perf_counter()
        cursor.execute(sql, params)
        cursor.fetchall()
        return (time.perf_counter() - began) * 1000


def _asked_by() -> str:
    """The nearest function of the product on the way to a statement, as module.function."""
    frame = sys._getframe(2)
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith(("community_ops.", "groups.", "lifecycle.", "assessments.")) and module != __name__:
            return f"{module}.{frame.f_code.co_name}"
        frame = frame.f_back  # type: ignore[assignment]
    return "django"


def p95(values: list[float]) -> float:
    return sorted(values)[max(0, round(0.95 * len(values)) - 1)]

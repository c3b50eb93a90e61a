"""The figures of the machinery in the text format of Prometheus, and the door to them.

By hand: the format is a line for each figure, and a client library would count in each process for itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from hmac import compare_digest

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from community_ops.watching import figures, request_times
from community_ops.watching.figures import Figures

NEAR = ("127.0.0.1", "::1")
TYPE = "text/plain; version=0.0.4; charset=utf-8"


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For who has METRICS_TOKEN; without one, for this machine itself. Nobody else learns that it is there."""
    if not may_read(request):
        raise Http404
    try:
        lines = [*of_figures(figures.read(now=timezone.now())), "community_ops_database_up 1"]
    except Error:
        lines = ["community_ops_database_up 0"]
    lines += of_requests(request_times.counted())
    return HttpResponse("\n".join(lines) + "\n", content_type=TYPE)


def may_read(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    # What came through a proxy comes from its address, which may be this machine's.
    return request.META.get("REMOTE_ADDR") in NEAR and "X-Forwarded-For" not in request.headers


def of_figures(read: Figures) -> Iterator[str]:
    gauges = {
        "outbox_unsent": (read.unsent, "Messages saved and not sent"),
        "outbox_oldest_seconds": (read.oldest_unsent or 0, "Age of the oldest message that is due and not sent"),
        "nights_late": (read.nights_late, "Nights that are due and not done"),
        "night_pieces_to_do": (read.pieces_to_do, "Pieces of nights that are to do"),
        "groups_put_aside": (read.put_aside, "Groups that the nights put aside"),
        "groups_to_judge_anew": (read.to_judge_anew, "Groups whose past changed"),
        "imports_waiting": (read.imports_waiting, "Uploads that wait for a worker or are being read"),
        "imports_oldest_seconds": (read.oldest_import or 0, "Age of the oldest of them"),
        "imports_refused_day": (read.imports_refused, "Uploads that were refused in the last 24 hours"),
        "sources_silent": (read.silent_sources, "Sources of data that are silent or doubted"),
        "robots_paused": (read.robots_paused, "Robots that are paused"),
        "messages_waiting": (read.messages_waiting, "Mails and words to robots that are due and not sent"),
    }
    for name, (value, meaning) in gauges.items():
        yield f"# HELP community_ops_{name} {meaning}"
        yield f"# TYPE community_ops_{name} gauge"
        yield f"community_ops_{name} {value:g}"
    yield "# HELP community_ops_tick_age_seconds Since a tick of beat was last carried out"
    yield "# TYPE community_ops_tick_age_seconds gauge"
    for name, age in sorted(read.ticks.items()):
        yield f'community_ops_tick_age_seconds{{tick="{name}"}} {age:g}'


def of_requests(counted: Counter[str]) -> Iterator[str]:
    name = "community_ops_request_seconds"
    yield f"# HELP {name} How long requests took on this machine"
    yield f"# TYPE {name} histogram"
    for kind, status in sorted({tuple(key.split()[:2]) for key in counted}):
        labels = f'kind="{kind}",status="{status}"'
        for bound in [*map(str, request_times.BOUNDS), "+Inf"]:
            yield f'{name}_bucket{{{labels},le="{bound}"}} {counted[f"{kind} {status} {bound}"]}'
        yield f"{name}_sum{{{labels}}} {counted[f'{kind} {status} milliseconds'] / 1000:g}"
        yield f"{name}_count{{{labels}}} {counted[f'{kind} {status} +Inf']}"

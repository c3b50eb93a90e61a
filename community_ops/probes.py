"""Answers for load balancers and supervisors."""

from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from community_ops.watching.limits import UNSENT_SECONDS

OLDEST_UNSENT = """
    SELECT coalesce(extract(epoch FROM now() - min(available_at)), 0)
    FROM groups_outboxmessage WHERE sent_at IS NULL AND available_at <= now()
"""


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and nothing has waited over five minutes to be sent, else 503 with the reason.

    The broker is not asked: pages and saves work without it, and when it is away messages wait.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(OLDEST_UNSENT)
            seconds = int(cursor.fetchone()[0])
    except Error:
        return JsonResponse({"ready": False, "database": "unreachable"}, status=503)
    ready = seconds <= UNSENT_SECONDS
    answer = {"ready": ready, "database": "ok", "oldest_unsent_seconds": seconds}
    return JsonResponse(answer, status=200 if ready else 503)

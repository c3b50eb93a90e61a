"""The page of jobs, for administrators: whether the clockwork is alive, what is in work, what failed and why."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from community_ops import jobs
from lifecycle import night_log
from lifecycle.rules.calendar import years_lacking


@require_GET
def jobs_page(request: HttpRequest) -> HttpResponse:
    if not request.user.is_administrator:
        raise PermissionDenied
    now, clockwork = timezone.now(), night_log.clockwork()
    late = jobs.late_parts(clockwork, now)
    context = {
        "clockwork": clockwork,
        "late": late,
        "sentence": jobs.sentence_of(late),
        "last_night": night_log.last_nights().first(),
        "at_work": jobs.at_work(now),
        "sample": jobs.sample_at_work(now),
        "refused": jobs.refused_of_late(now),
        "put_aside": night_log.groups_put_aside(),
        "messages_out": jobs.messages_out(),
        "years_lacking": years_lacking(timezone.localdate(now)),
        "refused_days": jobs.REFUSED_DAYS,
    }
    return render(request, "jobs.html", context)

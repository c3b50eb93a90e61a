"""The page of retention, for administrators: what is kept for how long, what deletes it, how much went of late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from community_ops.notices import delivering
from community_ops.watching import request_times
from lifecycle.models import Tick
from lifecycle.retention import KINDS, ON_THE_WAY, SUMMED_DAYS, Deleted, Kind, deleted_of_late

OF_THIS_APP = (
    Kind(
        delivering.DELETED,
        _("Mails and messages of robots"),
        timedelta(days=delivering.KEPT_DAYS),
        _("after they were written, if delivered or given up"),
        _("The sending of messages"),
    ),
    Kind(
        "",
        _("How long requests took, without who asked"),
        timedelta(seconds=request_times.KEPT_SECONDS),
        _("after the process ended"),
        ON_THE_WAY,
    ),
)
IN_DAYS_FROM = timedelta(days=2)


@dataclass(frozen=True)
class Row:
    """A kind with its span in words, and what is known of its deletion: None where nothing was counted."""

    kind: Kind
    span: str
    deleted: Deleted | None


@require_GET
def retention_page(request: HttpRequest) -> HttpResponse:
    if not request.user.is_administrator:
        raise PermissionDenied
    deleted = deleted_of_late(timezone.localdate())
    context = {
        "rows": [Row(kind, span_in_words(kind.kept), deleted.get(kind.step)) for kind in (*KINDS, *OF_THIS_APP)],
        "counted_since": min((each.first_day for each in deleted.values()), default=None),
        "summed_days": SUMMED_DAYS,
        "every_minutes": round(settings.CELERY_BEAT_SCHEDULE["reap"]["schedule"] / 60),
        "last_upkeep": Tick.objects.filter(name="reap").values_list("at", flat=True).first(),
    }
    return render(request, "retention.html", context)


def span_in_words(span: timedelta) -> str:
    """Whole days, or hours below two days."""
    if span < IN_DAYS_FROM:
        hours = round(span / timedelta(hours=1))
        return ngettext("{hours} hour", "{hours} hours", hours).format(hours=hours)
    return ngettext("{days} day", "{days} days", span.days).format(days=span.days)

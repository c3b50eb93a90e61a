"""The calendar of what is to be done: a month as a grid on a desktop, as a list of days on a phone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from community_ops.asked_month import month_asked, neighbours, weekday_names
from community_ops.my_steps.month import month_of_work, unpublished_years
from groups.access import leads_any

MINE = "mine"


@require_GET
def work_calendar(request: HttpRequest) -> HttpResponse:
    """`?month=2026-11`; who leads a team sees its teams, or with `?whose=mine` the own work like everybody else."""
    today = timezone.localdate()
    first, last = month_asked(request.GET.get("month", ""), today)
    leads = leads_any(request.user)
    of_team = leads and request.GET.get("whose") != MINE
    days = month_of_work(request.user, first, last, today, of_team=of_team)
    scope = {"whose": MINE} if leads and not of_team else {}
    return render(
        request,
        "my_steps/month.html",
        {
            "first": first,
            "days": days,
            "nothing": not any(day.entries for day in days),
            "weekdays": weekday_names(),
            "leads": leads,
            "of_team": of_team,
            "unpublished": unpublished_years(first, last),
        }
        | neighbours(first, last, scope),
    )

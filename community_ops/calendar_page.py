"""The pages of holidays, for administrators: what each year is known from, importing a year, changing a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from community_ops.calendar_forms import DayForm, YearForm
from community_ops.calendar_words import kind_in_words, name_of
from lifecycle import told_calendar
from lifecycle.models import CalendarTurn
from lifecycle.rules.calendar import (
    FESTIVAL_MARGIN_DAYS,
    Holiday,
    Schedule,
    ToldCalendar,
    holidays_of,
    schedule_of,
    years_lacking,
)

PACKAGES = ("chinesecalendar", "holidays")


@dataclass(frozen=True)
class Year:
    """A year as the page shows it: how well it is known, who told it if people did, its holidays in words."""

    number: int
    schedule: Schedule
    holidays: list[tuple[str, Holiday]]
    told: CalendarTurn | None = None


@require_GET
def calendar_page(request: HttpRequest) -> HttpResponse:
    if not request.user.is_administrator:
        raise PermissionDenied
    today = timezone.localdate()
    told = told_calendar.last_years()
    context = {
        "today": today,
        "kind_of_today": kind_in_words(today),
        "lacking": years_lacking(today),
        "years": [year_of(number, told.get(number)) for number in (today.year, today.year + 1, today.year - 1)],
        "changed": [(turn, name_of((turn.holiday,))) for turn in told_calendar.changed_days()],
        "margin": FESTIVAL_MARGIN_DAYS,
        "packages": [(name, version(name)) for name in PACKAGES],
    }
    return render(request, "calendar.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_year(request: HttpRequest) -> HttpResponse:
    """Import a year from pasted lines: looked at first, then with `sure` taken over."""
    if not request.user.is_administrator:
        raise PermissionDenied
    today = timezone.localdate()
    form = YearForm(
        request.POST if request.method == "POST" else None,
        today=today,
        initial={"year": request.GET.get("year", first_unknown(today))},
    )
    context: dict[str, Any] = {"form": form, "margin": FESTIVAL_MARGIN_DAYS}
    if form.is_valid():
        year = form.cleaned_data["year"]
        if "sure" in request.POST:
            told_calendar.import_year(year=year, days=form.days, by=request.user, now=timezone.now())
            messages.success(request, _("The calendar of %(year)s is taken over") % {"year": year})
            return redirect("calendar")
        if "again" not in request.POST:
            told = ToldCalendar(form.days, frozenset([year]))
            context["read"] = [(name_of(each.names), each) for each in holidays_of(year, told)]
    return render(request, "calendar_year.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_day(request: HttpRequest) -> HttpResponse:
    """Change one day, or let it be again as the schedule says."""
    if not request.user.is_administrator:
        raise PermissionDenied
    form = DayForm(request.POST if request.method == "POST" else None, initial={"day": request.GET.get("day", "")})
    if form.is_valid():
        told_calendar.change_day(by=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Saved: %(day)s") % {"day": form.cleaned_data["day"].isoformat()})
        return redirect("calendar")
    return render(request, "calendar_day.html", {"form": form}, status=422 if form.errors else 200)


def first_unknown(today: date) -> int:
    """This year or the next, whichever is the first that is not known as published; the next where both are."""
    return next(
        (year for year in (today.year, today.year + 1) if schedule_of(year) is not Schedule.PUBLISHED), today.year + 1
    )


def year_of(number: int, told: CalendarTurn | None = None) -> Year:
    """The year with its holidays, as it holds."""
    return Year(number, schedule_of(number), [(name_of(each.names), each) for each in holidays_of(number)], told)

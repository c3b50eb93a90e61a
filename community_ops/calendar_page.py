"""The page of holidays, for administrators: which years are published, which days are off or no evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from lifecycle.rules.calendar import (
    FESTIVAL_MARGIN_DAYS,
    Holiday,
    Schedule,
    holidays_of,
    is_day_off,
    is_festival,
    schedule_of,
    years_lacking,
)

PACKAGES = ("chinesecalendar", "holidays")
# What the names of either package begin with, in small letters.
NAMES: dict[str, str | Promise] = {
    "new year": gettext_lazy("New Year"),
    "spring festival": gettext_lazy("Spring Festival"),
    "chinese new year": gettext_lazy("Spring Festival"),
    "tomb": gettext_lazy("Tomb-sweeping Day"),
    "labo": gettext_lazy("Labour Day"),
    "dragon boat": gettext_lazy("Dragon Boat Festival"),
    "mid-autumn": gettext_lazy("Mid-autumn Festival"),
    "national day": gettext_lazy("National Day"),
}


@dataclass(frozen=True)
class Year:
    """A year as the page shows it: how well it is known, and its holidays with their names in words."""

    number: int
    schedule: Schedule
    holidays: list[tuple[str, Holiday]]


@require_GET
def calendar_page(request: HttpRequest) -> HttpResponse:
    if not request.user.is_administrator:
        raise PermissionDenied
    today = timezone.localdate()
    context = {
        "today": today,
        "kind_of_today": kind_in_words(today),
        "lacking": years_lacking(today),
        "years": [year_of(number) for number in (today.year, today.year + 1, today.year - 1)],
        "margin": FESTIVAL_MARGIN_DAYS,
        "packages": [(name, version(name)) for name in PACKAGES],
    }
    return render(request, "calendar.html", context)


def year_of(number: int) -> Year:
    """The year with its holidays, read from the packages alone."""
    return Year(number, schedule_of(number), [(name_of(each.names), each) for each in holidays_of(number)])


def name_of(names: tuple[str, ...]) -> str:
    """The holidays of a run in the reader's language, each once; a name that nobody knows stays as it is."""
    single = [part.strip() for name in names for part in name.split(";")]
    return " · ".join(dict.fromkeys(str(_in_words(name)) for name in single))


def kind_in_words(day: date) -> str:
    """What the product takes this day for."""
    if is_festival(day):
        return _(
            "a festival, or close to one: neither acts nor silence count as evidence, and the clocks of cases stand"
        )
    off, weekend = is_day_off(day), day.weekday() >= 5
    if off:
        return _("a weekend") if weekend else _("a holiday")
    return _("a make-up workday") if weekend else _("a working day")


def _in_words(name: str) -> str | Promise:
    return next((words for start, words in NAMES.items() if name.lower().startswith(start)), name)

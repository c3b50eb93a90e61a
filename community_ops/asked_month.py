"""The month that a calendar page was asked for, its days, and the addresses of its neighbours."""

from __future__ import annotations

import re
from datetime import date, timedelta
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from groups.rules.placements import month_of

MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])", re.ASCII)


def month_asked(text: str, today: date) -> tuple[date, date]:
    """First and last day of the month `2026-11`; of this one for anything else."""
    found = MONTH.fullmatch(text)
    return month_of(date(int(found[1]), int(found[2]), 1) if found else today)


def days_between(first: date, last: date) -> list[date]:
    """Every day, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def weekday_names() -> list[str]:
    """Short, from Monday on."""
    return [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]


def neighbours(first: date, last: date, scope: dict[str, object]) -> dict[str, str]:
    """The queries of the months `before` and `after`, with the scope of the page."""
    return {
        "before": urlencode({"month": f"{first - timedelta(days=1):%Y-%m}"} | scope),
        "after": urlencode({"month": f"{last + timedelta(days=1):%Y-%m}"} | scope),
    }

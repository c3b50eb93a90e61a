"""Words of the calendar: the holidays in the reader's language, and what a day is taken for."""

from __future__ import annotations

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifecycle.rules.calendar import is_day_off, is_festival

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


def name_of(names: tuple[str, ...]) -> str:
    """The holidays of a run in the reader's language, each once; a name that nobody knows stays as it is."""
    single = [part.strip() for name in names for part in name.split(";")]
    return " · ".join(dict.fromkeys(str(in_words(name)) for name in single))


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


def in_words(name: str) -> str | Promise:
    """The holiday in the reader's language; a name that nobody knows stays as it is."""
    return next((words for start, words in NAMES.items() if name.lower().startswith(start)), name)

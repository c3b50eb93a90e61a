"""What an administrator says of the calendar: a year that was pasted, or one day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from community_ops.calendar_words import in_words
from groups.fields import DayField
from lifecycle.models import CalendarTurn
from lifecycle.rules.calendar import HolidayName, ToldDay
from lifecycle.rules.calendar_text import LONGEST_SPAN, Fault, Problem, read_year

MOST_LETTERS = 10_000
YEARS_BACK, YEARS_AHEAD = 1, 1
REMEDIES: dict[Problem, str | Promise] = {
    Problem.LINE: _("Line %(line)s: write the day, off or work, and the holiday"),
    Problem.DAY: _("Line %(line)s: there is no such day; write it like 2027-02-05"),
    Problem.YEAR: _("Line %(line)s: the day is of another year; choose that year or mend the day"),
    Problem.SPAN: _("Line %(line)s: a span ends after it begins and lasts %(days)s days at most"),
    Problem.KIND: _("Line %(line)s: write off for a day off, or work for a make-up workday"),
    Problem.HOLIDAY: _("Line %(line)s: write one of the seven public holidays"),
    Problem.TWICE: _("Line %(line)s: an earlier line tells this day already; remove one of them"),
    Problem.LACKS: _("List the days off of the Spring Festival and the National Day: without them silence would count"),
}


class YearForm(forms.Form):
    """A year and its days as pasted text; `days` are what was read."""

    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    text = forms.CharField(
        label=_("Days off and make-up workdays"),
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text=_("One day or span a line: the day, off or work, the holiday"),
        error_messages={"required": _("Paste the days of the year, a line for each")},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = range(today.year - YEARS_BACK, today.year + YEARS_AHEAD + 1)
        self.fields["year"].choices = [(year, str(year)) for year in reversed(years)]
        self.days: dict[date, ToldDay] = {}

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if {"year", "text"} <= told.keys():
            self.days, faults = read_year(told["text"], told["year"])
            for fault in faults:
                self.add_error("text", remedy_of(fault))
        return told


class DayForm(forms.Form):
    """One day, what it is, and why."""

    day = DayField(subject=_("The day"), ask=_("Enter the day"), label=_("Day"))
    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=CalendarTurn.Kind.choices,
        error_messages={"required": _("Select what the day is")},
    )
    holiday = forms.ChoiceField(
        label=_("Holiday"),
        required=False,
        choices=[("", _("None")), *((name, in_words(name)) for name in HolidayName)],
        help_text=_(
            "A day off of the Spring Festival or the National Day, and the days around it, count as no evidence"
        ),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("For example: announced by the State Council on 12 March"),
        error_messages={"required": _("Say why the day is another one than the schedule says")},
    )


def remedy_of(fault: Fault) -> ValidationError:
    """What is wrong with the line, and what to do."""
    return ValidationError(REMEDIES[fault.problem], fault.problem, {"line": fault.line, "days": LONGEST_SPAN})

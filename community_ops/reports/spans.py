"""Which days a report is of: whole weeks, Monday to Sunday, or whole months, of the business calendar. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from groups.models import ReportKind
from groups.rules.spans import month_after, months_back

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
CHOICES = 12  # weeks or months back that a report can be asked for


@dataclass(frozen=True)
class ReportSpan:
    """The days of one report, both included. `name` is what calendars and our numbers call it: 2026-W47, 2026-10."""

    kind: ReportKind
    first: date
    last: date

    @property
    def name(self) -> str:
        return week_name(self.first) if self.kind == ReportKind.WEEKLY else f"{self.first:%Y-%m}"

    @property
    def before(self) -> ReportSpan:
        """The week or month that it is compared with."""
        return week_span(self.first - WEEK) if self.kind == ReportKind.WEEKLY else month_span(self.first - DAY)

    @property
    def query(self) -> dict[str, str]:
        """What brings the same report back in an address."""
        return {"week": self.first.isoformat()} if self.kind == ReportKind.WEEKLY else {"month": self.name}


def week_span(monday: date) -> ReportSpan:
    return ReportSpan(ReportKind.WEEKLY, monday, last_day(monday))


def month_span(day: date) -> ReportSpan:
    return ReportSpan(ReportKind.MONTHLY, day.replace(day=1), month_after(day) - DAY)


def spans_to_choose(kind: ReportKind, today: date) -> list[ReportSpan]:
    """The last twelve that are over, newest first."""
    if kind == ReportKind.WEEKLY:
        return [week_span(last_week(today) - WEEK * back) for back in range(CHOICES)]
    return [month_span(months_back(today, back)) for back in range(1, CHOICES + 1)]


def last_span(kind: ReportKind, today: date) -> ReportSpan:
    return spans_to_choose(kind, today)[0]


def span_of(kind: ReportKind, text: str, today: date) -> ReportSpan:
    """The one that an address asks for, a week by its Monday, a month as 2026-10; anything else is the last one."""
    asked = {next(iter(each.query.values())): each for each in spans_to_choose(kind, today)}
    return asked.get(text) or last_span(kind, today)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def last_week(today: date) -> date:
    """The Monday of the last week that is over."""
    return monday_of(today) - WEEK


def last_day(week: date) -> date:
    return week + WEEK - DAY


def week_name(week: date) -> str:
    """2026-W47, as calendars and our numbers call it."""
    year, number, _day = week.isocalendar()
    return f"{year}-W{number:02d}"

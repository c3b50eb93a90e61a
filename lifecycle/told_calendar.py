"""Keeps what people told of the calendar, and lets each process know it: the number of the last turn tells of news.

Nothing that was judged changes with it. The nights to come see that the days behind them count otherwise, and judge
their groups wholly (docs/decisions/rolling-nights.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from groups import audit
from groups.models import User
from lifecycle.models import CalendarTurn
from lifecycle.rules import calendar
from lifecycle.rules.calendar import ToldCalendar, ToldDay

Kind = CalendarTurn.Kind
_known: int | None = None  # the last turn that this process has taken over; None: there was none


def is_news(turn: int | None) -> bool:
    """Whether this last turn is another one than this process knows."""
    return turn != _known


def freshen() -> None:
    """Take over what was told since this process looked last. One query, two more when there is news."""
    global _known
    last = CalendarTurn.objects.aggregate(last=Max("pk"))["last"]
    if is_news(last):
        calendar.take_over(told_by_people())
        _known = last


def told_by_people() -> ToldCalendar:
    """What holds of all that was told."""
    years = CalendarTurn.objects.filter(day=None).order_by("year", "-pk").distinct("year")
    days: dict[date, ToldDay] = {}
    for turn in years:
        days |= {date.fromisoformat(day): ToldDay(free, name) for day, free, name in turn.listed}
    for turn in changed_days():
        days[turn.day] = ToldDay(turn.kind == Kind.OFF, turn.holiday)
    return ToldCalendar(days, frozenset(turn.year for turn in years))


def changed_days() -> list[CalendarTurn]:
    """The single days that hold against the schedule, the latest first."""
    last = CalendarTurn.objects.filter(day__isnull=False).order_by("-day", "-pk").distinct("day")
    return [turn for turn in last.select_related("made_by") if turn.kind != Kind.OFFICIAL]


def last_years() -> dict[int, CalendarTurn]:
    """The years that were imported, each as it was told last."""
    told = CalendarTurn.objects.filter(day=None).order_by("year", "-pk").distinct("year")
    return {turn.year: turn for turn in told.select_related("made_by")}


@transaction.atomic
def import_year(*, year: int, days: Mapping[date, ToldDay], by: User, now: datetime) -> CalendarTurn:
    """Let the year be as these days say, every other day of it a plain one; single days that were changed go on."""
    listed = [[day.isoformat(), told.free, told.name] for day, told in sorted(days.items())]
    turn = CalendarTurn.objects.create(year=year, listed=listed, made_at=now, made_by=by)
    off = sum(told.free for told in days.values())
    after = {"year": year, "days_off": off, "workdays": len(days) - off}
    audit.record(verb="calendar imported", thing=turn, by=by, now=now, after=after)
    return turn


@transaction.atomic
def change_day(*, day: date, kind: str, holiday: str, reason: str, by: User, now: datetime) -> CalendarTurn:
    """Let one day be off or worked, or again as the schedule says."""
    turn = CalendarTurn.objects.create(
        year=day.year, day=day, kind=kind, holiday=holiday, reason=reason, made_at=now, made_by=by
    )
    after = {"day": day.isoformat(), "kind": kind, "holiday": holiday}
    audit.record(verb="day of the calendar changed", thing=turn, by=by, now=now, after=after, reason=reason)
    return turn

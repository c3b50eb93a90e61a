"""Reads a month of what is to be done: steps, cases that are to move on, reviews, and groups that end, day by day.

A day shows a few of each kind and says how many more there are, so that a month of thousands of groups stays a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.reviews import with_rhythm
from community_ops.asked_month import days_between
from community_ops.my_steps.open_steps import case_steps, of_person
from groups.models import Group, User
from lifecycle.cases.playing import words_of_step
from lifecycle.display_states import DisplayState
from lifecycle.models import Case
from lifecycle.models.cases import put_aside
from lifecycle.rules.calendar import day_kinds, is_day_off, is_festival

SHOWN = 3  # of each kind on a day
# A case whose own day matters; while a plan is worked, its steps have the days.
WITH_A_DAY = (Case.State.OPEN, Case.State.EVALUATING, Case.State.CLOSING, Case.State.SOFT_CLOSED)


@dataclass(frozen=True)
class Entry:
    """One line of a day. `look` is a display state that lends its icon and colour."""

    text: str
    about: str
    address: str
    look: DisplayState


@dataclass
class Day:
    """`more` counts what is not shown. `kind` says what sort of day it is, empty for a usual one.

    Of days of one kind in a row with nothing else to tell, a phone shows the first alone, with `until`.
    """

    day: date
    is_today: bool
    kind: str
    entries: list[Entry] = field(default_factory=list)
    more: int = 0
    until: date | None = None
    goes_on: bool = False


def month_of_work(user: User, first: date, last: date, today: date, *, of_team: bool) -> list[Day]:
    """Every day from `first` to `last`: the person's own work, or that of the teams that they lead. Four queries."""
    days = {day: Day(day, day == today, kind_of(day)) for day in days_between(first, last)}
    for rows, told in _kinds(user, first, last, today, of_team):
        for row in _few_a_day(rows):
            day = days[row.day]
            day.entries.append(told(row))
            if row.nth == 1:
                day.more += max(row.of_day - SHOWN, 0)
    told_at_once(days.values())
    return list(days.values())


def told_at_once(days: Iterable[Day]) -> None:
    """Mark the days that only go on with the kind of the day before, and on the first of them where that ends."""
    for kind, run in groupby(days, lambda day: "" if day.entries or day.is_today else day.kind):
        first, *others = run
        if kind and others:
            first.until = others[-1].day
            for day in others:
                day.goes_on = True


def kind_of(day: date) -> str:
    """A day of a festival, on which the clocks of cases stand; a holiday; a weekend on which people work."""
    if is_festival(day):
        return _("festival, the clocks of cases stand")
    off, weekend = is_day_off(day), day.weekday() >= 5
    if off == weekend:
        return ""
    return _("holiday") if off else _("working day")


def unpublished_years(first: date, last: date) -> list[int]:
    """Years whose working days nobody has published yet, so that weekends and statutory holidays are all there is."""
    return sorted(day_kinds(first, last).uncovered)


def _kinds(user: User, first: date, last: date, today: date, of_team: bool) -> Iterator[tuple[QuerySet, Any]]:
    steps = case_steps(user, of_team).filter(due_on__range=(first, last))
    yield steps.select_related("case__group", "case__playbook_row"), _told_step
    cases = Case.objects.led_by(user) if of_team else Case.objects.visible_to(user).filter(of_person(user))
    waiting = cases.filter(state__in=WITH_A_DAY, due_on__range=(first, last)).exclude(put_aside(today))
    yield waiting.select_related("group").annotate(day=F("due_on")), _told_case
    groups = Group.objects.led_by(user) if of_team else Group.objects.visible_to(user).filter(owner=user)
    reviews = with_rhythm(groups).filter(falls_due_on__range=(first, last)).annotate(day=F("falls_due_on"))
    yield reviews, _told_review
    ending = groups.running().filter(plans__superseded_at=None, plans__ends_on__range=(first, last))
    yield ending.annotate(day=F("plans__ends_on")), _told_end


def _few_a_day(rows: QuerySet) -> QuerySet:
    by_day = {"partition_by": [F("day")]}
    return (
        rows.order_by()
        .annotate(nth=Window(RowNumber(), order_by=[F("pk")], **by_day), of_day=Window(Count("pk"), **by_day))
        .filter(nth__lte=SHOWN)
        .order_by("day", "nth")
    )


def _told_step(row: Any) -> Entry:
    words = words_of_step(row.case, row.step)
    return Entry(str(words.title), row.case.group.name, reverse("case-page", args=[row.case_id]), DisplayState.WATCH)


def _told_case(row: Case) -> Entry:
    about = _("to be decided") if row.state == Case.State.OPEN else row.get_state_display()
    return Entry(row.group.name, about, reverse("case-page", args=[row.pk]), DisplayState.AT_RISK)


def _told_review(row: Group) -> Entry:
    return Entry(row.name, _("review is due"), reverse("group-review", args=[row.pk]), DisplayState.FORMING)


def _told_end(row: Group) -> Entry:
    return Entry(row.name, _("ends as planned"), reverse("group-page", args=[row.pk]), DisplayState.COMPLETED)

"""The calendar of placements: a month of them, a grid on a desktop and a list of days on a phone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from community_ops.asked_month import days_between, month_asked, neighbours, weekday_names
from community_ops.sponsors.words import MARKS
from groups.access import team_roles
from groups.models import Placement, Plan, RevenueModel, Team
from groups.rules.placements import amount_of, month_of


@dataclass(frozen=True)
class CalendarDay:
    day: date
    column: int  # 1 = Monday
    is_today: bool
    placements: list[tuple[Placement, str]]  # with the look of their state


@require_GET
def placement_calendar(request: HttpRequest) -> HttpResponse:
    """`?month=2026-11` and `?team=`; what is not known is this month and all teams of the person."""
    today = timezone.localdate()
    first, last = month_asked(request.GET.get("month", ""), today)
    teams = list(Team.objects.filter(pk__in=list(team_roles(request.user))).order_by("name"))
    team = next((each for each in teams if str(each.pk) == request.GET.get("team", "")), None)
    rows = Placement.objects.visible_to(request.user).filter(on__range=(first, last))
    rows = rows.filter(team=team) if team else rows
    placements = list(rows.select_related("partner", "group").order_by("on", "pk"))
    scope = {"team": team.pk} if team else {}
    context: dict[str, Any] = {
        "first": first,
        "team": team,
        "teams": teams,
        "days": days_of(first, last, today, placements),
        "weekdays": weekday_names(),
        "counts": [(state, sum(each.state == state for each in placements), MARKS[state]) for state in Placement.State],
        "worth": worth_of(placements),
        "over": over_cap(placements, first, last),
    }
    return render(request, "sponsors/calendar.html", context | neighbours(first, last, scope))


def days_of(first: date, last: date, today: date, placements: list[Placement]) -> list[CalendarDay]:
    """Every day of the month with its placements."""
    found: dict[date, list[tuple[Placement, str]]] = {}
    for each in placements:
        found.setdefault(each.on, []).append((each, MARKS[each.state]))
    return [CalendarDay(day, day.isoweekday(), day == today, found.get(day, [])) for day in days_between(first, last)]


def worth_of(placements: list[Placement]) -> dict[str, Decimal]:
    """Yuan that were paid, and that are still to come as far as they are known."""
    paid, open_ = Decimal(0), Decimal(0)
    for each in placements:
        amount = amount_of(each.paid_by, each.price, each.results) or Decimal(0)
        if each.state == Placement.State.PAID:
            paid += amount
        elif each.state != Placement.State.CANCELLED:
            open_ += amount
    return {"paid": paid, "open": open_}


def over_cap(placements: list[Placement], first: date, last: date) -> list[dict[str, Any]]:
    """Groups with more placements in the month than were agreed, with the reasons that were given."""
    counts: dict[int, list[Placement]] = {}
    for each in placements:
        if each.state != Placement.State.CANCELLED:
            counts.setdefault(each.group_id, []).append(each)
    caps = caps_of(list(counts), first, last)
    return [
        {
            "group": shown[0].group,
            "placements": len(shown),
            "cap": caps[group_id],
            "reasons": [each.over_cap_reason for each in shown if each.over_cap_reason],
        }
        for group_id, shown in counts.items()
        if group_id in caps and len(shown) > caps[group_id]
    ]


def caps_of(groups: list[int], first: date, last: date) -> dict[int, int]:
    """The caps of groups in a month: of the sponsorship model, else of the plan; none where none was agreed."""
    plans = Plan.objects.filter(group_id__in=groups, superseded_at=None).exclude(placements_per_month=None)
    caps = dict(plans.values_list("group_id", "placements_per_month"))
    models = RevenueModel.objects.live().filter(group_id__in=groups, kind="sponsorship", from_on__lte=last)
    for group_id, until_on, inputs in models.order_by("from_on").values_list("group_id", "until_on", "inputs"):
        if "cap" in inputs and (until_on is None or until_on > first):
            caps[group_id] = inputs["cap"]
    return caps


def calendar_of_group(group_id: int, today: date) -> dict[str, Any]:
    """What the page of a group says of its placements: those of this month and later, and how many there were."""
    first, _last = month_of(today)
    rows = Placement.objects.filter(group_id=group_id).standing()
    number = rows.count()
    coming = rows.filter(on__gte=first).select_related("partner").order_by("on", "pk")[:10] if number else []
    return {"all": number, "coming": [(each, MARKS[each.state]) for each in coming]}

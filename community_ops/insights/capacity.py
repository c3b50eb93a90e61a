"""The capacity view: hours a week that running groups need, against those that people have and those they logged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from community_ops import drawings, numbers
from community_ops.charts import Chart, LegendItem
from groups.access import team_roles
from groups.models import Membership, Plan, Team, User, WorkedHours
from groups.rules.capacity import Capacity, Load, together
from groups.rules.spans import Span
from groups.weekly_hours import hours_over
from lifecycle.display_states import DisplayState

WEEKS_LOGGED = 4
WEEKS_AHEAD = (0, 4, 13, 26)  # 0 is today alone
PEOPLE_DRAWN = 10
# Which health state lends a load its colour, and its icon.
LOOKS = {
    Load.OVER: (DisplayState.AT_RISK, "triangle-fill"),
    Load.FULL: (DisplayState.WATCH, "diamond-fill"),
    Load.ROOM: (DisplayState.HEALTHY, "check-circle-fill"),
    Load.UNKNOWN: (DisplayState.UNKNOWN, "circle-dashed"),
}


@dataclass(frozen=True)
class Row:
    """One person or team, as the page shows it."""

    name: str
    capacity: Capacity
    word: str
    look: str
    icon: str


@require_GET
def capacity_page(request: HttpRequest) -> HttpResponse:
    """`?team=`: one team that the person sees, without it all of them. `?weeks=`: hours available until then."""
    teams = list(Team.objects.filter(pk__in=team_roles(request.user)).order_by("name", "pk"))
    asked = request.GET.get("team", "")
    team = next((team for team in teams if str(team.pk) == asked), None)
    shown = [team] if team else teams
    today, asked = timezone.localdate(), request.GET.get("weeks", "")
    weeks = next((weeks for weeks in WEEKS_AHEAD if str(weeks) == asked), 0)
    ahead = Span(today, today + timedelta(days=max(7 * weeks - 1, 0)))
    people = by_person([each.pk for each in shown], today, ahead)
    rows = sorted(people.items(), key=lambda item: (-item[1].short, -item[1].needed, str(item[0])))
    whole = together(people.values())
    context: dict[str, Any] = {
        "teams": teams,
        "team": team,
        "weeks": WEEKS_LOGGED,
        "ahead": ahead,
        "weeks_ahead": weeks,
        "choices": [(each, words_ahead(each)) for each in WEEKS_AHEAD],
        "whole": whole,
        "sentence": sentence_of(whole, sum(capacity.load is Load.OVER for capacity in people.values()), len(people)),
        "people": [row_of(str(person), capacity) for person, capacity in rows],
        "by_team": [row_of(each.name, capacity) for each, capacity in by_team(shown, today, ahead)],
        "chart": chart_of([(str(person), capacity) for person, capacity in rows[:PEOPLE_DRAWN]]),
    }
    return render(request, "insights/capacity.html", context)


def words_ahead(weeks: int) -> str:
    if not weeks:
        return _("Today")
    return ngettext("The next %(n)s week", "The next %(n)s weeks", weeks) % {"n": weeks}


def by_person(team_ids: Collection[int], today: date, ahead: Span) -> dict[User, Capacity]:
    """Everybody who works in these teams or owns one of their running groups; four statements.

    The hours available are those of the days `ahead`, weighted by days.
    """
    plans = needs(team_ids, "group__owner")
    logged = hours_logged(team_ids, "person", today)
    members = Q(memberships__team__in=team_ids) | Q(pk__in=[*plans, *logged])
    people = User.objects.filter(members, is_active=True).distinct().prefetch_related("weekly_capacities")
    return {
        person: Capacity(available=hours_over(person, ahead), logged=logged.get(person.pk), **plans.get(person.pk, {}))
        for person in people
    }


def by_team(teams: Iterable[Team], today: date, ahead: Span) -> list[tuple[Team, Capacity]]:
    """Each team with the whole hours of everybody in it: whoever works in several teams counts in each."""
    teams = list(teams)
    ids = [team.pk for team in teams]
    plans, logged = needs(ids, "team"), hours_logged(ids, "team", today)
    available: dict[int, Decimal] = defaultdict(Decimal)
    members = Membership.objects.filter(team__in=ids, user__is_active=True).select_related("user")
    for member in members.prefetch_related("user__weekly_capacities"):
        available[member.team_id] += hours_over(member.user, ahead)
    return [
        (team, Capacity(available=available[team.pk], logged=logged.get(team.pk), **plans.get(team.pk, {})))
        for team in teams
    ]


def needs(team_ids: Collection[int], whose: str) -> dict[int, dict[str, Any]]:
    """What the plans of running groups ask for a week, by owner or team, under the names of Capacity."""
    running = Plan.objects.filter(superseded_at=None, group__closed_on=None, group__archived_at=None, team__in=team_ids)
    rows = running.values(whose).annotate(
        needed=Sum("weekly_hours"), groups=Count("id"), without_hours=Count("id", filter=Q(weekly_hours=None))
    )
    return {
        row[whose]: {
            "needed": row["needed"] or Decimal(0),
            "groups": row["groups"],
            "without_hours": row["without_hours"],
        }
        for row in rows
    }


def hours_logged(team_ids: Collection[int], whose: str, today: date) -> dict[int, Decimal]:
    """Hours a week that were logged in the last four full weeks, by person or team; who logged none is not in it."""
    monday = today - timedelta(days=today.weekday())
    span = (monday - timedelta(weeks=WEEKS_LOGGED), monday - timedelta(days=1))
    worked = WorkedHours.objects.standing().filter(team__in=team_ids, on__range=span)
    return {row[whose]: row["total"] / WEEKS_LOGGED for row in worked.values(whose).annotate(total=Sum("hours"))}


def row_of(name: str, capacity: Capacity) -> Row:
    state, icon = LOOKS[capacity.load]
    return Row(name, capacity, word_of(capacity), state.value, icon)


def word_of(capacity: Capacity) -> str:
    """The load in words, with the hours that are missing or left."""
    if capacity.load is Load.OVER:
        return _("Over-booked by %(hours)s h") % {"hours": numbers.trimmed(capacity.short)}
    if capacity.load is Load.UNKNOWN:
        return _("Hours unknown")
    if capacity.load is Load.FULL:
        return _("Full")
    return _("%(hours)s h left") % {"hours": numbers.trimmed(capacity.left)}


def sentence_of(whole: Capacity, over: int, people: int) -> str:
    """The state of everybody together, in one sentence or two."""
    sentence = _("Running groups need %(needed)s hours a week; %(people)s people have %(available)s for them.") % {
        "needed": numbers.trimmed(whole.needed),
        "people": people,
        "available": numbers.trimmed(whole.available),
    }
    if over:
        flagged = ngettext("%(n)s person is over-booked.", "%(n)s people are over-booked.", over)
        sentence = f"{sentence} {flagged % {'n': over}}"
    if whole.without_hours:
        gaps = ngettext(
            "%(n)s group states no hours in its plan, so the need is higher than this.",
            "%(n)s groups state no hours in their plans, so the need is higher than this.",
            whole.without_hours,
        )
        sentence = f"{sentence} {gaps % {'n': whole.without_hours}}"
    return sentence


def chart_of(people: list[tuple[str, Capacity]]) -> Chart | None:
    """The busiest people: what fits their hours, what is too much, and what is left."""
    if not people:
        return None
    name, busiest = people[0]
    sentence = _("The busiest: %(person)s, %(needed)s of %(available)s hours a week.") % {
        "person": name,
        "needed": numbers.trimmed(busiest.needed),
        "available": numbers.trimmed(busiest.available),
    }
    bars = [
        (
            person,
            [
                ("healthy", min(each.needed, each.available)),
                ("at_risk", each.short),
                ("unknown", each.left),
            ],
        )
        for person, each in people
    ]
    return Chart(
        id="load",
        title=_("Hours a week by person"),
        sentence=sentence,
        picture=drawings.stacked_bars(bars, sentence),
        legend=[
            LegendItem("healthy", _("Needed, and there"), "", "check-circle-fill"),
            LegendItem("at_risk", _("Needed, not there"), "", "triangle-fill"),
            LegendItem("unknown", _("Left"), "", "circle-dashed"),
        ],
        columns=[_("Person"), _("Needed"), _("Available"), _("Logged")],
        rows=[
            (
                person,
                numbers.grouped(each.needed, 1),
                numbers.grouped(each.available, 1),
                numbers.grouped(each.logged, 1),
            )
            for person, each in people
        ],
    )

"""What stands behind each figure of the report, as a query: the figure is its count, the list its rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from community_ops.reports.spans import ReportSpan
from groups.access import team_roles
from groups.models import Group, Team, User
from lifecycle.display_states import DisplayState, states_behind
from lifecycle.models import Case, Flag, FleetDay, HealthReading
from lifecycle.models.health import Cause


@dataclass(frozen=True)
class Scope:
    """The teams that a report is of: one of them, or all that its reader leads."""

    team_ids: tuple[int, ...]
    team: Team | None = None


def scope_of(user: User, asked: str) -> tuple[Scope, list[Team]]:
    """What the person may report on, and the teams to choose from; an unknown team is as if none were asked for.

    Who sees teams that they do not lead reports on one team at a time, as the pages behind the figures do.
    """
    roles = team_roles(user)
    led = [team for team, leads in roles.items() if leads]
    teams = list(Team.objects.filter(pk__in=led).order_by("name", "pk"))
    team = next((each for each in teams if str(each.pk) == asked), None)
    if team is None and (len(led) < len(roles) or len(teams) == 1):
        team = teams[0]
    return Scope((team.pk,) if team else tuple(sorted(led)), team), teams


def judged_day(scope: Scope, span: ReportSpan) -> date | None:
    """The last day of the span that was judged; None where none was."""
    days = FleetDay.objects.filter(team_id__in=scope.team_ids, day__range=(span.first, span.last))
    return days.order_by("-day").values_list("day", flat=True).first()


def in_state(scope: Scope, day: date | None, state: DisplayState) -> QuerySet[Group]:
    """The groups that stood so on that day."""
    stood = HealthReading.objects.filter(day=day, state__in=states_behind(state)).values("group_id")
    return Group.objects.filter(team_id__in=scope.team_ids, pk__in=stood)


def flags_of(scope: Scope, span: ReportSpan, cause: str = "") -> QuerySet[Flag]:
    """The flags that were raised in the span."""
    found = Flag.objects.filter(team_id__in=scope.team_ids, raised_on__range=(span.first, span.last))
    return found.filter(cause=cause) if cause else found


def opened_in(scope: Scope, span: ReportSpan) -> QuerySet[Case]:
    return Case.objects.filter(team_id__in=scope.team_ids, opened_on__range=(span.first, span.last))


def ended_in(scope: Scope, span: ReportSpan, state: str = "") -> QuerySet[Case]:
    """The cases that ended in the span; with `state` those that ended so."""
    found = Case.objects.filter(team_id__in=scope.team_ids, ended_on__range=(span.first, span.last))
    return found.filter(state=state) if state else found


def to_decide(scope: Scope, today: date) -> QuerySet[Case]:
    """The cases that wait for a decision now, the most urgent first."""
    found = Case.objects.filter(team_id__in=scope.team_ids).to_triage(today)
    return found.order_by("due_on", "opened_on", "pk")


def rows_behind(scope: Scope, span: ReportSpan, show: str, today: date) -> QuerySet | None:
    """The query of a word in the address (`state-dead`, `flags`, `flags-silence`, `ended-recovered`, `decide`, ...)."""
    what, _dash, value = show.partition("-")
    if what == "state" and value in DisplayState.values:
        groups = in_state(scope, judged_day(scope, span), DisplayState(value))
        return groups.select_related("owner").order_by("name", "pk")
    if what == "flags" and (not value or value in Cause.values):
        return flags_of(scope, span, value).select_related("group__owner").order_by("-raised_on", "pk")
    if what == "opened" and not value:
        return opened_in(scope, span).select_related("group", "owner").order_by("-opened_on", "pk")
    if what == "ended" and (not value or value in Case.ENDED):
        return ended_in(scope, span, value).select_related("group", "owner").order_by("-ended_on", "pk")
    if what == "decide" and not value:
        return to_decide(scope, today).select_related("group", "owner")
    return None

"""Lifetimes: how long one's groups live, by model and layer, how many died, of what, and how early that was said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Max, QuerySet
from django.db.models.functions import TruncMonth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from community_ops.insights import lifetime_panels as panels
from groups.access import team_roles
from groups.models import Group, Team, User
from lifecycle.endings import with_fate
from lifecycle.models import Standing
from lifecycle.models.endings import Fate
from lifecycle.rules.survival import Life

PERIODS = {
    "all": (None, _("All groups")),
    "365": (365, _("Opened in the last year")),
    "730": (730, _("Opened in the last 2 years")),
}


@dataclass(frozen=True)
class Scope:
    """Which groups a page speaks of, and until which day; the same in every address that it leads to."""

    user: User
    period: str
    team: Team | None
    teams: list[Team]
    as_of: date | None

    @property
    def opened_since(self) -> date | None:
        days, _label = PERIODS[self.period]
        return self.as_of - timedelta(days=days - 1) if days and self.as_of else None

    def groups(self) -> QuerySet:
        """Groups of the registry, closed ones too; what was archived is none of them."""
        groups = Group.objects.visible_to(self.user).filter(archived_at=None)
        if self.team:
            groups = groups.filter(team=self.team)
        return groups.filter(opened_on__gte=self.opened_since) if self.opened_since else groups

    def address(self, **filters: str) -> str:
        """The list of the groups behind a figure."""
        kept: dict[str, Any] = {"closed": "all"}
        if self.team:
            kept["team"] = self.team.pk
        if self.opened_since:
            kept["opened"] = self.opened_since.isoformat()
        return f"{reverse('group-list')}?{urlencode(kept | filters)}"


@dataclass(frozen=True)
class Lived:
    """So many groups of one kind with one story, in days. `warned`: before the end, < 0 = after it, None = never."""

    model: str
    layer: str
    fate: str
    cause: str
    days: int
    warned: int | None
    warned_before_told: int | None
    groups: int

    @property
    def life(self) -> Life:
        return Life(self.days, self.fate == Fate.DIED, self.groups)


@require_GET
def lifetimes(request: HttpRequest) -> HttpResponse:
    """`?period=` by when groups opened, and `?team=` that the person sees; what is not known is the usual one."""
    scope = scope_of(request)
    lived = lived_of(scope)
    fates = Counter[str]()
    for each in lived:
        fates[each.fate] += each.groups
    context: dict[str, Any] = {
        "scope": scope,
        "periods": {name: label for name, (_days, label) in PERIODS.items()},
        "total": fates.total(),
    }
    if scope.as_of and fates.total():
        deaths = [each for each in lived if each.fate == Fate.DIED]
        context |= {
            "told": panels.told(fates, deaths),
            "kpis": panels.key_figures(fates, deaths, scope.address),
            "by_model": panels.by_model(lived, scope.address),
            "by_layer": panels.by_layer(lived, scope.address),
            "causes": panels.causes(deaths, scope.address),
            "months": panels.months(deaths_by_month(scope), scope.as_of),
        }
    return render(request, "insights/lifetimes.html", context)


def scope_of(request: HttpRequest) -> Scope:
    period = request.GET.get("period", "")
    teams = list(Team.objects.filter(pk__in=list(team_roles(request.user))).order_by("name"))
    asked = request.GET.get("team", "")
    team = next((each for each in teams if str(each.pk) == asked), None)
    standings = Standing.objects.visible_to(request.user)
    standings = standings.filter(team=team) if team else standings
    as_of = standings.aggregate(day=Max("day"))["day"]
    return Scope(request.user, period if period in PERIODS else "all", team, teams, as_of)


def lived_of(scope: Scope) -> list[Lived]:
    """The groups of the scope counted by kind and story, in one query."""
    rows = (
        with_fate(scope.groups())
        .filter(plans__superseded_at=None)
        .order_by()
        .values_list(
            "plans__monetization", "layer", "fate", "ending__cause", "opened_on",
            "ending__ended_on", "ending__flagged_on", "ending__told_on",
        )
        .annotate(Count("id"))
    )  # fmt: skip
    counts: Counter[tuple] = Counter()
    for model, layer, fate, cause, opened, ended, flagged, told, groups in rows:
        days = ((ended or scope.as_of or opened) - opened).days
        warned = (ended - flagged).days if flagged else None
        early = (told - flagged).days if flagged else None
        counts[model or "", layer, fate, cause or "", max(days, 0), warned, early] += groups
    return [Lived(*key, groups) for key, groups in counts.items()]


def deaths_by_month(scope: Scope) -> dict[date, int]:
    """{first day of a month: groups that died in it}"""
    rows: Iterable[tuple[date, int]] = (
        scope.groups()
        .filter(ending__fate=Fate.DIED)
        .order_by()
        .annotate(month=TruncMonth(F("ending__ended_on")))
        .values_list("month")
        .annotate(Count("id"))
    )
    return dict(rows)

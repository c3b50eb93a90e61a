"""The health dashboard of the fleet: what a manager looks at to see where health or money is being lost."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from community_ops import numbers
from community_ops.insights import fleet, panels
from community_ops.metrics import BY_SLUG
from community_ops.reasons import cause_sentence
from community_ops.templatetags.figures import delta, in_chinese
from groups.access import team_roles
from groups.models import Team
from groups.rules.profit_and_loss import Net
from lifecycle.display_states import JUDGED, DisplayState
from lifecycle.models.health import Cause


@require_GET
def health_dashboard(request: HttpRequest) -> HttpResponse:
    """`?team=`: one team that the person sees; without it all of them."""
    team_ids = list(team_roles(request.user))
    teams = list(Team.objects.filter(pk__in=team_ids).order_by("name"))
    asked = request.GET.get("team", "")
    team = next((team for team in teams if str(team.pk) == asked), None)
    now = fleet.fleet_of(request.user, team.pk if team else None)
    context: dict[str, Any] = {"teams": teams, "team": team, "as_of": now.as_of, "total": now.total}
    if now.as_of is not None:
        context |= pictured(request, now, team.pk if team else None, [team.pk] if team else team_ids)
    return render(request, "insights/health.html", context)


def pictured(request: HttpRequest, now: fleet.Fleet, team_id: int | None, team_ids: list[int]) -> dict[str, Any]:
    """Figures and charts of a fleet that was judged at least once."""
    user, as_of = request.user, now.as_of
    days = fleet.states_by_day(team_ids, as_of - timedelta(days=panels.TREND_DAYS - 1), as_of)
    week_ago = days.get(as_of - fleet.WEEK)
    address = Addresses(team_id)
    moves = fleet.moves_of_week(user, as_of, team_id)
    out_of_sight = Counter({before: count for before, after, count in moves if after == DisplayState.UNKNOWN})
    return {
        "left_out": now.states[DisplayState.UNKNOWN],
        "kpis": key_figures(user, now, week_ago, out_of_sight, team_id, address),
        "distribution": panels.distribution(now.states, week_ago, address.groups()),
        "movement": panels.movement(moves, *fleet.came_and_went(user, as_of, team_id)),
        "trend": panels.trend(days, as_of),
        "owners": panels.by_owner(now.by_owner),
        "models": panels.by_model_and_layer(now.by_model),
        "causes": [
            (Cause(cause).label, count, address.groups(cause=cause)) for cause, count in fleet.by_cause(user, team_id)
        ],
        "worst": [
            (group, cause_sentence(group.cause, group.evidence, group.told) if group.cause else "")
            for group in fleet.worst_groups(user, team_id)
        ],
        "troubled": [
            (state, now.states[state], address.groups(state=state.value))
            for state in (DisplayState.AT_RISK, DisplayState.DEAD)
        ],
    }


class Addresses:
    """Addresses of the group list with the scope of the dashboard."""

    def __init__(self, team_id: int | None) -> None:
        self.scope = {"team": team_id} if team_id else {}

    def groups(self, **filters: str) -> str:
        query = urlencode(self.scope | filters)
        return reverse("group-list") + (f"?{query}" if query else "")


def key_figures(
    user, now: fleet.Fleet, week_ago, out_of_sight: fleet.States, team_id: int | None, address: Addresses
) -> list[dict[str, Any]]:
    """The cards on top; each leads to the list of what it counts.

    `out_of_sight`: of each state, how many groups of a week ago are not known any more. Fewer for that reason is
    neither better nor worse.
    """
    before = week_ago or {}
    recovered, ended = fleet.recovered_of(user, now.as_of, team_id)
    net = fleet.net_of_month(user, now.as_of, team_id)
    judged_before = sum(before.get(state, 0) for state in JUDGED) if before else 0
    return [
        _figure("running", numbers.grouped(now.total), address.groups()),
        _figure(
            "healthy_share",
            numbers.percent(now.healthy_share, 0),
            address.groups(state="healthy"),
            delta(
                now.healthy_share,
                fleet.healthy_share(week_ago) if judged_before else None,
                "neither" if out_of_sight else "up",
                "pp",
            ),
        ),
        *(
            _figure(
                state.value,
                numbers.grouped(now.states[state]),
                address.groups(state=state.value),
                delta(
                    now.states[state],
                    before.get(state, 0) if before else None,
                    "neither" if out_of_sight[state] else "down",
                ),
                _gone(out_of_sight[state]),
            )
            for state in (DisplayState.WATCH, DisplayState.AT_RISK, DisplayState.DEAD)
        ),
        _figure(
            "newly_at_risk",
            numbers.grouped(fleet.newly_at_risk(user, now.as_of, team_id)),
            address.groups(state="at_risk", since=(now.as_of - fleet.WEEK + timedelta(days=1)).isoformat()),
        ),
        _figure(
            "recovered_share",
            numbers.percent(recovered / ended if ended else None, 0),
            note=ngettext("%(recovered)s of %(ended)s case", "%(recovered)s of %(ended)s cases", ended)
            % {"recovered": recovered, "ended": ended}
            if ended
            else _("No case ended"),
        ),
        _figure("net", _written(net)),
    ]


def _gone(groups: int) -> str:
    words = ngettext("%(groups)s has no data any more", "%(groups)s have no data any more", groups)
    return words % {"groups": numbers.grouped(groups)} if groups else ""


def _written(net: Net | None) -> str:
    return numbers.at_most(numbers.compact_yuan(net.amount, in_chinese()), net.exact) if net else numbers.MISSING


def _figure(slug: str, value: str, address: str = "", change: str = "", note: str = "") -> dict[str, Any]:
    metric = BY_SLUG[slug]
    return {
        "id": slug,
        "label": metric.label,
        "definition": metric.meaning,
        "value": value,
        "address": address,
        "change": change,
        "note": note,
    }

"""Unit economics: what a join, an active member and an order cost, by model, layer, team, owner or group."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from community_ops.insights import unit_counts
from community_ops.insights.pnl import asked_of, frame
from community_ops.insights.unit_counts import RATIOS, Units
from community_ops.metrics import BY_SLUG
from groups.fleet_money import DIMENSIONS
from groups.models import User
from groups.models.group import Layer, Monetization

GROUPS_SHOWN = 50
VIEWS = {
    "model": gettext_lazy("By revenue model"),
    "layer": gettext_lazy("By layer"),
    "team": gettext_lazy("By team"),
    "owner": gettext_lazy("By owner"),
    "group": gettext_lazy("By group"),
}


@require_safe
def pnl_units(request: HttpRequest) -> HttpResponse:
    """`?by=` a word of VIEWS, with the period and teams of the dashboard."""
    today = timezone.localdate()
    asked = asked_of(request, today)
    by = request.GET.get("by", "")
    by = by if by in VIEWS else "model"
    whole, rows = unit_counts.units_by(asked.scope, asked.period.span, by if by in DIMENSIONS else "model")
    if by == "group":
        rows = unit_counts.units_of_groups(asked.scope, asked.period.span, GROUPS_SHOWN)
    names = _names(by, rows, asked.teams)
    context: dict[str, Any] = frame(asked, today) | {
        "by": by,
        "views": VIEWS.items(),
        "rows": [(names.get(row.key) or row.name or _("No plan yet"), row) for row in rows],
        "total": whole,
        "ratios": [BY_SLUG[name] for name in RATIOS],
        "kept": [("by", by)],
        "back": asked.address("pnl-dashboard"),
        "shown": GROUPS_SHOWN if by == "group" and whole and whole.groups > GROUPS_SHOWN else 0,
    }
    return render(request, "insights/pnl_units.html", context)


def _names(by: str, rows: list[Units], teams: list[Any]) -> dict[Any, Any]:
    if by == "owner":
        return {pk: str(person) for pk, person in User.objects.in_bulk([row.key for row in rows]).items()}
    if by == "team":
        return {team.pk: team.name for team in teams}
    return dict(Monetization.choices) if by == "model" else dict(Layer.choices) if by == "layer" else {}

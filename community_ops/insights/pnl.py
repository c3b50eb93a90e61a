"""Profit and loss of the fleet: what all groups together earn and cost, where, and which of them lose money."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from community_ops import numbers
from community_ops.insights import pnl_panels
from community_ops.insights.periods import Period, months_to_choose, period_of
from community_ops.metrics import BY_SLUG
from community_ops.templatetags.figures import delta, in_chinese
from groups import fleet_money
from groups.access import team_roles
from groups.currency import unit
from groups.fleet_money import DIMENSIONS, Scope, Slice
from groups.models import Team, User
from groups.models.group import Layer, Monetization
from groups.rules.spans import Span

WORST = 10
TREND_MONTHS = 12
PAGE = 50
MOST_TIMES = 10  # a change beyond it is told in yuan


@dataclass(frozen=True)
class Asked:
    """What the address asks for: teams, period, the incremental part only, and on the list what it is narrowed to."""

    teams: list[Team]
    team: Team | None
    period: Period
    scope: Scope
    narrowed: dict[str, str]

    def address(self, name: str, **more: Any) -> str:
        """The page of that name with the same period and teams; `more` narrows it."""
        query = self.period.query | ({"team": self.team.pk} if self.team else {})
        query |= {"only": "incremental"} if self.scope.incremental else {}
        return f"{reverse(name)}?{urlencode(query | self.narrowed | more)}"

    def without(self, word: str) -> str:
        """The list of groups, no longer narrowed by this word."""
        kept = {name: value for name, value in self.narrowed.items() if name != word}
        return replace(self, narrowed=kept).address("pnl-groups")


def asked_of(request: HttpRequest, today: date) -> Asked:
    """Words in the address that are not there for this person are left out."""
    team_ids = list(team_roles(request.user))
    teams = list(Team.objects.filter(pk__in=team_ids).order_by("name"))
    team = next((each for each in teams if str(each.pk) == request.GET.get("team")), None)
    narrowed, said = {}, {}
    for name, choices in (("model", [*Monetization.values, ""]), ("layer", Layer.values)):
        if (value := request.GET.get(name)) in choices:
            narrowed[name] = said[name] = value
    owner = request.GET.get("owner", "")
    if owner.isascii() and owner.isdigit() and len(owner) < 16:
        narrowed["owner"], said["owner"] = int(owner), owner
    scope = Scope(
        [team.pk] if team else team_ids, incremental=request.GET.get("only") == "incremental", narrowed=narrowed
    )
    return Asked(teams, team, period_of(request.GET, today), scope, said)


@require_safe
def pnl_dashboard(request: HttpRequest) -> HttpResponse:
    """`?period=`, `team=`, `only=incremental`; see periods.period_of."""
    today = timezone.localdate()
    asked = asked_of(request, today)
    asked.scope.narrowed.clear()
    asked.narrowed.clear()
    context = frame(asked, today)
    if context["first_month"]:
        context |= pictured(asked)
    return render(request, "insights/pnl.html", context)


def frame(asked: Asked, today: date) -> dict[str, Any]:
    """What both pages show around their figures."""
    first = fleet_money.first_month(asked.scope.team_ids)
    return {
        "teams": asked.teams,
        "team": asked.team,
        "period": asked.period,
        "incremental": asked.scope.incremental,
        "first_month": first,
        "months": months_to_choose(first, today),
        "month_from": f"{asked.period.span.first:%Y-%m}",
        "month_to": f"{asked.period.span.last:%Y-%m}",
    }


def pictured(asked: Asked) -> dict[str, Any]:
    """Figures and charts; the number of statements does not depend on the number of groups."""
    span = asked.period.span
    now = fleet_money.totals_of(asked.scope, span)
    before = fleet_money.whole_of(asked.scope, asked.period.before)
    people = User.objects.filter(pk__in=list(now.slices["owner"])).in_bulk()
    names: dict[str, Any] = {
        "model": dict(Monetization.choices),
        "layer": dict(Layer.choices),
        "team": {team.pk: team.name for team in asked.teams},
        "owner": {pk: str(person) for pk, person in people.items()},
    }
    trend = fleet_money.months_of(asked.scope, span.last, TREND_MONTHS)
    return {
        "whole": now.whole,
        "kpis": key_figures(asked, now.whole, before),
        "waterfall": pnl_panels.waterfall(now.whole.result, asked.address("pnl-groups")),
        "trend": pnl_panels.trend(trend),
        "slices": [
            pnl_panels.slices(name, now.slices[name], names[name], lambda **more: asked.address("pnl-groups", **more))
            for name in DIMENSIONS
            if len(now.slices[name]) > 1 or name in ("model", "layer")
        ],
        "worst": fleet_money.rows_of(asked.scope, span, losing=True, limit=WORST),
        "losing_address": asked.address("pnl-groups", show="losing"),
    }


def key_figures(asked: Asked, now: Slice, before: Slice) -> list[dict[str, Any]]:
    """The cards on top; each leads to the groups that add up to it."""
    earlier = before.result if before.groups else None
    result, every = now.result, asked.address("pnl-groups")

    def amount(slug: str, name: str, better: str) -> dict[str, Any]:
        value, old = getattr(result, name), getattr(earlier, name) if earlier else None
        change = delta(value, old, better, "%" if is_fair(name, value, old) else f" {unit()}")
        written = numbers.compact_yuan(value, in_chinese())
        return card(slug, pnl_panels.at_most(result, written) if name == "net" else written, every, change)

    return [
        amount("revenue", "revenue", "up"),
        amount("goods", "goods_cost", "neither"),
        amount("acquisition", "acquisition", "down"),
        amount("labour", "labour", "down"),
        amount("operations", "operations", "down"),
        amount("net_contribution", "net", "up"),
        card(
            "margin",
            pnl_panels.at_most(result, numbers.percent(result.margin)),
            every,
            delta(result.margin, earlier.margin if earlier else None, "up", "pp"),
        ),
        card(
            "losing",
            numbers.grouped(now.losing),
            asked.address("pnl-groups", show="losing"),
            delta(now.losing, before.losing if earlier else None, "down"),
        ),
    ]


def is_fair(name: str, value: Decimal, old: Decimal | None) -> bool:
    """Whether a change may be told in percent: not of a net, which may be a loss, nor of next to nothing."""
    return name != "net" and (not old or abs(value - old) <= MOST_TIMES * abs(old))


def card(slug: str, value: str, address: str, change: SafeString) -> dict[str, Any]:
    metric = BY_SLUG[slug]
    return {
        "id": slug,
        "label": metric.label,
        "definition": metric.meaning,
        "value": value,
        "address": address,
        "change": change,
    }


@require_safe
def pnl_groups(request: HttpRequest) -> HttpResponse:
    """The groups behind a figure: same scope and period, narrowed by model, layer, owner or `show=losing`."""
    today = timezone.localdate()
    asked = asked_of(request, today)
    losing = request.GET.get("show") == "losing"
    number = request.GET.get("page", "")
    page = int(number) if number.isascii() and number.isdigit() and 0 < len(number) < 6 else 1
    page = max(page, 1)
    whole = fleet_money.whole_of(asked.scope, asked.period.span)
    total = whole.losing if losing else whole.groups
    rows = fleet_money.rows_of(asked.scope, asked.period.span, losing=losing, limit=PAGE, offset=(page - 1) * PAGE)
    context = frame(asked, today) | {
        "rows": rows,
        "whole": whole,
        "losing": losing,
        "total": total,
        "page": page,
        "more": total > page * PAGE,
        "previous_page": page - 1,
        "next_page": page + 1,
        "kept": [*asked.narrowed.items(), *([("show", "losing")] if losing else [])],
        "chosen": [(words, asked.without(name)) for name, words in pnl_panels.chosen(asked.narrowed, _owner(asked))],
        "models": dict(Monetization.choices),
        "layers": dict(Layer.choices),
        "span_query": span_query(asked.period.span),
        "back": asked.address("pnl-dashboard"),
    }
    return render(request, "insights/pnl_groups.html", context)


def span_query(span: Span) -> str:
    return urlencode({"from": span.first.isoformat(), "to": span.last.isoformat()})


def _owner(asked: Asked) -> str:
    """The name of the owner that the list is narrowed to, if the person works with one of the teams' groups."""
    owner = asked.scope.narrowed.get("owner")
    found = User.objects.filter(pk=owner, owned_groups__team_id__in=asked.scope.team_ids).first() if owner else None
    return str(found) if found else ""

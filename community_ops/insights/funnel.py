"""The funnel: how many people stand in each layer, how many moved on, and what a layer costs in hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from community_ops import numbers
from community_ops.charts import Chart
from community_ops.flows import Flow, Node, sankey
from community_ops.promotions import late_groups, late_sentence
from groups import economics
from groups.access import team_roles
from groups.models import Group, LayerMove, LedgerLine, Team, User
from groups.models.group import Layer

PERIODS = {"30": 30, "90": 90, "180": 180, "365": 365}
USUAL = "90"
IN_FUNNEL = (Layer.MASS, Layer.COURSE, Layer.VIP)
COLUMNS = {Layer.NONE: 0, Layer.MASS: 0, Layer.COURSE: 1, Layer.VIP: 2}
MOVES_SHOWN = 200
LATE_SHOWN = 10


@dataclass(frozen=True)
class Scope:
    """Which days and teams a page of the funnel speaks of; the same in every address that it leads to."""

    user: User
    period: str
    team: Team | None
    teams: list[Team]
    today: date

    @property
    def days(self) -> int:
        return PERIODS[self.period]

    @property
    def first(self) -> date:
        return self.today - timedelta(days=self.days - 1)

    def query(self, **more: str) -> str:
        kept = {"period": self.period} | ({"team": self.team.pk} if self.team else {})
        return urlencode(kept | more)

    def groups(self) -> QuerySet:
        groups = Group.objects.visible_to(self.user)
        return groups.filter(team=self.team) if self.team else groups

    def moves(self) -> QuerySet:
        """Moves of the days, reversals among them: their sum is what stands."""
        moves = LayerMove.objects.visible_to(self.user).filter(on__range=(self.first, self.today))
        return moves.filter(team=self.team) if self.team else moves


@dataclass(frozen=True)
class LayerRow:
    """One layer. `people` None = nobody knows of any group; `conversion` is moved on / people, None while unknown, and
    an upper bound while nobody knows the members of some of its groups."""

    layer: Layer
    groups: int
    people: int | None
    unknown_groups: int
    moved: int
    hours_a_week: Decimal | None
    groups_address: str
    moves_address: str

    @property
    def conversion(self) -> float | None:
        return self.moved / self.people if self.people else None

    def share(self, moved: int) -> str:
        """People that moved on as a share of the layer, as written."""
        if not self.people:
            return numbers.MISSING
        return ("≤ " if self.unknown_groups else "") + numbers.percent(moved / self.people)

    @property
    def share_moved(self) -> str:
        """Nobody moves on from the last layer."""
        return numbers.MISSING if self.layer == IN_FUNNEL[-1] else self.share(self.moved)


def scope_of(request: HttpRequest) -> Scope:
    """`?period=` days and `?team=` that the person sees; what is not known is the usual one."""
    period = request.GET.get("period", "")
    teams = list(Team.objects.filter(pk__in=list(team_roles(request.user))).order_by("name"))
    asked = request.GET.get("team", "")
    team = next((each for each in teams if str(each.pk) == asked), None)
    return Scope(request.user, period if period in PERIODS else USUAL, team, teams, timezone.localdate())


@require_GET
def funnel(request: HttpRequest) -> HttpResponse:
    """Layers, flows and late promotions of the scope."""
    scope = scope_of(request)
    flows = flows_of(scope)
    rows = layer_rows(scope, flows)
    context: dict[str, Any] = {
        "scope": scope,
        "periods": PERIODS,
        "rows": rows,
        "chart": flow_chart(scope, rows, flows),
        "late": [(each, late_sentence(each.late)) for each in late_groups(scope.groups(), scope.today)[:LATE_SHOWN]],
        "unknown": sum(row.unknown_groups for row in rows),
    }
    return render(request, "insights/funnel.html", context)


@require_GET
def funnel_moves(request: HttpRequest) -> HttpResponse:
    """The moves behind a figure: `?from=` and `?to=` a layer, with the scope of the funnel."""
    scope = scope_of(request)
    moves = scope.moves()
    chosen = {}
    for name, column in (("from", "from_layer"), ("to", "to_layer")):
        if (layer := request.GET.get(name, "")) in Layer.values:
            moves = moves.filter(**{column: layer})
            chosen[name] = Layer(layer).label
    total = moves.aggregate(people=Sum("people"), moves=Count("id"))
    shown = moves.select_related("source", "target", "entered_by").order_by("-on", "-pk")[:MOVES_SHOWN]
    context = {
        "scope": scope,
        "chosen": chosen,
        "total": total["people"] or 0,
        "count": total["moves"],
        "moves": shown,
        "more": total["moves"] > MOVES_SHOWN,
    }
    return render(request, "insights/funnel_moves.html", context)


def flows_of(scope: Scope) -> dict[tuple[str, str], int]:
    """People that moved by (from layer, to layer), reversals taken off."""
    rows = scope.moves().order_by().values_list("from_layer", "to_layer").annotate(people=Sum("people"))
    return {(source, target): people for source, target, people in rows if people}


def layer_rows(scope: Scope, flows: Mapping[tuple[str, str], int]) -> list[LayerRow]:
    """Three layers in three queries, however many groups there are."""
    known = Q(standing__members__gte=0)
    found = {
        row["layer"]: row
        for row in scope.groups()
        .running()
        .order_by()
        .values("layer")
        .annotate(groups=Count("id"), known=Count("id", filter=known), people=Sum("standing__members", filter=known))
    }
    hours = _hours(scope)
    rows = []
    for layer in IN_FUNNEL:
        row = found.get(layer, {"groups": 0, "known": 0, "people": None})
        team = {"team": scope.team.pk} if scope.team else {}
        rows.append(
            LayerRow(
                layer=layer,
                groups=row["groups"],
                people=row["people"],
                unknown_groups=row["groups"] - row["known"],
                moved=sum(people for (source, _target), people in flows.items() if source == layer),
                hours_a_week=hours.get(layer),
                groups_address=f"{reverse('group-list')}?{urlencode({'layer': layer.value} | team)}",
                moves_address=f"{reverse('funnel-moves')}?{scope.query(**{'from': layer.value})}",
            )
        )
    return rows


def _hours(scope: Scope) -> dict[str, Decimal]:
    """Hours a week by layer, from labour that was entered by the hour; a layer without such lines is not in it."""
    lines = LedgerLine.objects.visible_to(scope.user).filter(
        group__in=scope.groups().running(), on__range=(scope.first, scope.today)
    )
    rows = lines.order_by().values_list("group__layer").annotate(hours_of_layer=economics.HOURS)
    return {layer: hours * 7 / scope.days for layer, hours in rows if hours}


def flow_chart(scope: Scope, rows: list[LayerRow], flows: Mapping[tuple[str, str], int]) -> Chart:
    """The flows between layers in the period, as a picture, a sentence and a table."""
    layers = {row.layer: row for row in rows}
    drawn = [Flow(source, target, count) for (source, target), count in sorted(flows.items(), key=_place) if count > 0]
    used = {flow.source for flow in drawn} | {flow.target for flow in drawn} | set(IN_FUNNEL)
    nodes = [
        Node(
            layer.value,
            COLUMNS[layer],
            str(layer.label),
            numbers.grouped(layers[layer].people if layer in layers else None),
        )
        for layer in Layer
        if layer in used
    ]
    sentence = flow_sentence(scope, layers, flows)
    return Chart(
        id="flows",
        title=_("From layer to layer"),
        sentence=sentence,
        picture=sankey(nodes, drawn, sentence),
        columns=[_("From → to"), _("People moved"), _("Share of the layer")],
        rows=[
            (
                f"{Layer(source).label} → {Layer(target).label}",
                numbers.grouped(count),
                layers[Layer(source)].share(count) if source in layers else numbers.MISSING,
            )
            for (source, target), count in sorted(flows.items(), key=_place)
        ]
        or [(_("Nobody moved"), "0", numbers.MISSING)],
        details_address="",
    )


def _place(flow: tuple[tuple[str, str], int]) -> tuple[int, int]:
    order = list(Layer.values)
    (source, target), _people = flow
    return order.index(source), order.index(target)


def flow_sentence(scope: Scope, layers: Mapping[Layer, LayerRow], flows: Mapping[tuple[str, str], int]) -> str:
    """What moved, with its shares; says so when nothing did."""
    if not flows:
        return ngettext(
            "Nobody is recorded as moved on within %(days)s day.",
            "Nobody is recorded as moved on within %(days)s days.",
            scope.days,
        ) % {"days": scope.days}
    parts = []
    for (source, target), count in sorted(flows.items(), key=_place):
        row = layers.get(Layer(source))
        words = {"source": Layer(source).label, "target": Layer(target).label, "people": f"{count:,}"}
        if row and row.people:
            words["share"] = row.share(count)
            parts.append(_("%(people)s people from %(source)s to %(target)s (%(share)s)") % words)
        else:
            parts.append(_("%(people)s people from %(source)s to %(target)s") % words)
    return _("Within %(days)s days: %(parts)s.") % {"days": scope.days, "parts": _("; ").join(parts)}

"""Doors of the reports of teams for who leads one: the page, the lists behind its figures, its files, its links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from community_ops.reports import contents, links, sharing
from community_ops.reports.behind import Scope, rows_behind, scope_of
from community_ops.reports.figures import figures_of, month_of_report
from community_ops.reports.files import as_answer, paper_of, picture_of
from community_ops.reports.spans import ReportSpan, span_of, spans_to_choose
from groups.access import leads_any
from groups.models import Group, ReportKind, Team
from lifecycle.models import Case, Flag

A_PAGE = 50


@dataclass(frozen=True)
class Asked:
    """The week or month and the teams of an address, for a person who leads them."""

    span: ReportSpan
    scope: Scope
    teams: list[Team]
    query: str

    @property
    def file_name(self) -> str:
        return f"{self.span.kind.value}-{self.span.name}"

    def address(self, page: str, *args: str) -> str:
        """Of the page, list or file of this report: `report`, `list`, `png` or `pdf`."""
        return reverse(f"{self.span.kind.value}-{page}", args=args) + self.query


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, kind: ReportKind) -> HttpResponse:
    """`?week=` the day of a Monday or `?month=` as 2026-10, `?team=` one team.

    A POST shares it, or with `revoke` takes a link back.
    """
    asked = _asked(request, kind)
    if "revoke" in request.POST:
        return links.revoked(request, asked.address("report"))
    figures = _figures(request, asked)
    about = {"kind": kind, "team": asked.scope.team, "first_day": asked.span.first, "figures": figures}
    made = links.shared_by(request, sharing.links_of(request.user).filter(group=None), **about)
    more = {
        "spans": spans_to_choose(kind, timezone.localdate()),
        "asked": asked,
        "share_action": asked.query,
    }
    shown = _shown(figures, asked) | made | more
    return render(request, "reports/report.html", shown, status=422 if made["form"].errors else 200)


@require_GET
def report_list(request: HttpRequest, kind: ReportKind, show: str) -> HttpResponse:
    """The rows behind a figure: as many as it says."""
    asked = _asked(request, kind)
    rows = rows_behind(asked.scope, asked.span, show, timezone.localdate())
    if rows is None:
        raise Http404
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    title = next((label for word, label in _labels(_figures(request, asked)) if word == show), "")
    return render(
        request,
        "reports/rows.html",
        {
            "asked": asked,
            "report_title": kind.label,
            "report_address": asked.address("report"),
            "title": title or _("Behind the report"),
            "total": page.paginator.count,
            "page": page,
            "rows": [_row(each) for each in page],
        },
    )


@require_GET
def report_png(request: HttpRequest, kind: ReportKind) -> HttpResponse:
    asked = _asked(request, kind)
    return as_answer(picture_of(_figures(request, asked)), f"{asked.file_name}.png")


@require_GET
def report_pdf(request: HttpRequest, kind: ReportKind) -> HttpResponse:
    asked = _asked(request, kind)
    address = request.build_absolute_uri(asked.address("report"))
    return as_answer(paper_of(_figures(request, asked), address=address), f"{asked.file_name}.pdf")


def _asked(request: HttpRequest, kind: ReportKind) -> Asked:
    if not leads_any(request.user):
        raise PermissionDenied
    scope, teams = scope_of(request.user, request.GET.get("team", ""))
    word = "week" if kind == ReportKind.WEEKLY else "month"
    span = span_of(kind, request.GET.get(word, ""), timezone.localdate())
    query = span.query | ({"team": str(scope.team.pk)} if scope.team else {})
    return Asked(span, scope, teams, f"?{urlencode(query)}")


def _figures(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    return figures_of(asked.scope, asked.span, today=timezone.localdate(), now=timezone.now(), by=str(request.user))


def _shown(figures: dict[str, Any], asked: Asked) -> dict[str, Any]:
    """The words of the page; every figure with the address of its list."""

    def behind(show: str) -> str:
        return asked.address("list", show)

    lines = contents.figure_lines(figures)
    money = month_of_report(asked.span, timezone.localdate()).query | (
        {"team": str(asked.scope.team.pk)} if asked.scope.team else {}
    )
    shown = {
        "title": contents.title_of(figures),
        "states_title": contents.states_title(figures),
        "unjudged": contents.unjudged(figures),
        "monthly": contents.is_monthly(figures),
        "file_addresses": {kind: asked.address(kind) for kind in ("png", "pdf")},
        "span": contents.span_of(figures),
        "headline": contents.headline(figures),
        "judged": figures["judged"],
        "states": [
            (show.removeprefix("state-"), label, value, change, behind(show))
            for show, label, value, change in lines
            if show.startswith("state-")
        ],
        "counts": [
            {"id": show, "label": label, "value": value, "address": behind(show)}
            for show, label, value, _change in lines
            if not show.startswith("state-")
        ],
        "flags": [(label, count, behind(show)) for show, label, count in contents.flag_lines(figures)],
        "outcomes": [(label, count, behind(show)) for show, label, count in contents.outcome_lines(figures)],
        "money_title": contents.money_title(figures),
        "money": [
            {
                "id": f"money-{place}",
                "label": label,
                "value": value,
                "note": since(change),
                "address": f"{reverse('pnl-dashboard')}?{urlencode(money)}",
            }
            for place, (label, value, change) in enumerate(contents.money_lines(figures))
        ],
        "decide": [
            (group, why, reverse("case-page", args=[case])) for case, group, why in contents.decide_lines(figures)
        ],
        "description": contents.described(figures),
        "foot": contents.foot_of(figures),
    }
    return shown | (_shown_month(figures, money) if contents.is_monthly(figures) else {})


def since(change: str) -> str:
    """A change of a month's amount, as it stands below its figure."""
    return _("%(change)s since the month before") % {"change": change} if change else ""


def _shown_month(figures: dict[str, Any], money: dict[str, str]) -> dict[str, Any]:
    groups = f"{reverse('pnl-groups')}?{urlencode(money)}"
    pairs = zip(figures["month"]["models"], contents.model_lines(figures), strict=True)
    return {
        "costs": contents.month_lines(figures),
        "models": [
            (name, revenue, net, f"{groups}&{urlencode({'model': each['model']})}")
            for each, (name, revenue, net) in pairs
        ],
        "losing": [
            (name, net, reverse("group-money", args=[group])) for group, name, net in contents.losing_lines(figures)
        ],
        "losing_address": f"{groups}&show=losing",
    }


def _labels(figures: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        *((show, label) for show, label, _value, _change in contents.figure_lines(figures)),
        *((show, label) for show, label, _count in contents.flag_lines(figures)),
        *((show, label) for show, label, _count in contents.outcome_lines(figures)),
    ]


def _row(thing: Group | Flag | Case) -> tuple[str, str, str]:
    """(text, what is beside it, address) of one row."""
    if isinstance(thing, Flag):
        beside = f"{thing.get_cause_display()} · {thing.raised_on.isoformat()} · {thing.group.owner}"
        return thing.group.name, beside, reverse("group-page", args=[thing.group_id])
    if isinstance(thing, Case):
        day = thing.ended_on or thing.opened_on
        beside = f"{thing.number} · {thing.get_state_display()} · {day.isoformat()}"
        return thing.group.name, beside, reverse("case-page", args=[thing.pk])
    return thing.name, str(thing.owner), reverse("group-page", args=[thing.pk])

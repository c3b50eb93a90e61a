"""Doors of the weekly report for who leads a team: the page, the lists behind its figures, its files, its links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from community_ops.weekly import contents, sharing
from community_ops.weekly.behind import Scope, rows_behind, scope_of
from community_ops.weekly.figures import figures_of, month_of_report
from community_ops.weekly.files import as_answer, paper_of, picture_of
from community_ops.weekly.forms import ShareForm
from community_ops.weekly.weeks import week_name, week_of, weeks_to_choose
from groups.access import leads_any
from groups.models import Group, Team
from lifecycle.models import Case, Flag

A_PAGE = 50
LINKS_SHOWN = 20


@dataclass(frozen=True)
class Asked:
    """The week and the teams of an address, for a person who leads them."""

    week: date
    scope: Scope
    teams: list[Team]
    query: str

    @property
    def file_name(self) -> str:
        return f"weekly-{week_name(self.week)}"


@require_http_methods(["GET", "POST"])
def weekly_report(request: HttpRequest) -> HttpResponse:
    """`?week=` the day of a Monday, `?team=` one team. A POST shares it, or with `revoke` takes a link back."""
    asked = _asked(request)
    if "revoke" in request.POST:
        return _revoked(request, asked)
    figures = _figures(request, asked)
    form = ShareForm(request.POST if request.method == "POST" else None)
    shared, secret = None, ""
    if request.method == "POST" and form.is_valid():
        shared, secret = sharing.share(
            team=asked.scope.team,
            week=asked.week,
            figures=figures,
            by=request.user,
            now=timezone.now(),
            **form.cleaned_data,
        )
        form = ShareForm()
    return render(
        request,
        "weekly/report.html",
        _shown(figures, asked)
        | {
            "weeks": weeks_to_choose(timezone.localdate()),
            "asked": asked,
            "form": form,
            "shared": shared,
            "link": request.build_absolute_uri(reverse("shared-report", args=[secret])) if secret else "",
            "links": sharing.links_of(request.user).select_related("team", "made_by").order_by("-pk")[:LINKS_SHOWN],
            "now": timezone.now(),
        },
        status=422 if form.errors else 200,
    )


@require_GET
def weekly_list(request: HttpRequest, show: str) -> HttpResponse:
    """The rows behind a figure: as many as it says."""
    asked = _asked(request)
    rows = rows_behind(asked.scope, asked.week, show, timezone.localdate())
    if rows is None:
        raise Http404
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    title = next((label for word, label in _labels(_figures(request, asked)) if word == show), "")
    return render(
        request,
        "weekly/rows.html",
        {
            "asked": asked,
            "title": title or _("Behind the report"),
            "total": page.paginator.count,
            "page": page,
            "rows": [_row(each) for each in page],
        },
    )


@require_GET
def weekly_png(request: HttpRequest) -> HttpResponse:
    asked = _asked(request)
    return as_answer(picture_of(_figures(request, asked)), f"{asked.file_name}.png")


@require_GET
def weekly_pdf(request: HttpRequest) -> HttpResponse:
    asked = _asked(request)
    address = request.build_absolute_uri(reverse("weekly-report") + asked.query)
    return as_answer(paper_of(_figures(request, asked), address=address), f"{asked.file_name}.pdf")


def _asked(request: HttpRequest) -> Asked:
    if not leads_any(request.user):
        raise PermissionDenied
    scope, teams = scope_of(request.user, request.GET.get("team", ""))
    week = week_of(request.GET.get("week", ""), timezone.localdate())
    query = {"week": week.isoformat()} | ({"team": scope.team.pk} if scope.team else {})
    return Asked(week, scope, teams, f"?{urlencode(query)}")


def _figures(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    return figures_of(asked.scope, asked.week, today=timezone.localdate(), now=timezone.now(), by=str(request.user))


def _shown(figures: dict[str, Any], asked: Asked) -> dict[str, Any]:
    """The words of the page; every figure with the address of its list."""

    def behind(show: str) -> str:
        return reverse("weekly-list", args=[show]) + asked.query

    lines = contents.figure_lines(figures)
    money = month_of_report(asked.week, timezone.localdate()).query | (
        {"team": asked.scope.team.pk} if asked.scope.team else {}
    )
    return {
        "title": contents.title_of(figures),
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
                "address": f"{reverse('pnl-dashboard')}?{urlencode(money)}",
            }
            for place, (label, value) in enumerate(contents.money_lines(figures))
        ],
        "decide": [
            (group, why, reverse("case-page", args=[case])) for case, group, why in contents.decide_lines(figures)
        ],
        "description": contents.described(figures),
        "foot": contents.foot_of(figures),
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


def _revoked(request: HttpRequest, asked: Asked) -> HttpResponse:
    number = request.POST["revoke"]
    known = number.isascii() and number.isdigit() and len(number) < 19
    shared = get_object_or_404(sharing.links_of(request.user), pk=int(number) if known else 0)
    if sharing.revoke(shared=shared, by=request.user, now=timezone.now()):
        messages.success(request, _("The link opens nothing any more"))
    else:
        messages.warning(request, _("This link was over already"))
    return redirect(reverse("weekly-report") + asked.query + "#links")

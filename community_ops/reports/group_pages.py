"""Doors of one group on a page: the page, the picture, the paper, and its links."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from community_ops.reports import group_contents as contents
from community_ops.reports import links, sharing
from community_ops.reports.files import as_answer, paper_of, picture_of
from community_ops.reports.group_figures import figures_of
from groups.access import leads
from groups.models import Group, ReportKind, User


@require_http_methods(["GET", "POST"])
def group_report(request: HttpRequest, pk: int) -> HttpResponse:
    """For who sees the group. A POST shares it, or with `revoke` takes a link back: who leads its team, or owns it."""
    group = _group(request, pk)
    address, shares = reverse("group-report", args=[pk]), may_share(request.user, group)
    if request.method == "POST" and not shares:
        raise PermissionDenied
    if "revoke" in request.POST:
        return links.revoked(request, address)
    figures, today = _figures(request, group), timezone.localdate()
    about = {"kind": ReportKind.GROUP, "team": group.team, "group": group, "first_day": today, "figures": figures}
    made = links.shared_by(request, sharing.links_of(request.user).filter(group=group), **about)
    shown = {
        "group": group,
        "may_share": shares,
        "share_action": address,
        "file_addresses": {kind: reverse(f"group-report-{kind}", args=[pk]) for kind in ("png", "pdf")},
        "title": contents.title_of(figures),
        "span": contents.span_of(figures),
        "state": contents.state_of(figures),
        "headline": contents.headline(figures),
        "score_sentence": contents.score_sentence(figures),
        "description": contents.described(figures),
        "facts": contents.facts(figures),
        "kpis": _cards(contents.key_lines(figures)),
        "losses": contents.loss_lines(figures),
        "months": contents.month_lines(figures),
        "promises": contents.promise_lines(figures),
        "cases": contents.case_lines(figures),
        "foot": contents.foot_of(figures),
    }
    return render(request, "reports/group.html", shown | made, status=422 if made["form"].errors else 200)


@require_GET
def group_report_png(request: HttpRequest, pk: int) -> HttpResponse:
    group = _group(request, pk)
    return as_answer(picture_of(_figures(request, group)), f"group-{pk}.png")


@require_GET
def group_report_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    group = _group(request, pk)
    address = request.build_absolute_uri(reverse("group-report", args=[pk]))
    return as_answer(paper_of(_figures(request, group), address=address), f"group-{pk}.pdf")


def may_share(user: User, group: Group) -> bool:
    """A link shows the group to strangers."""
    return leads(user, group.team_id) or group.owner_id == user.pk


def _group(request: HttpRequest, pk: int) -> Group:
    return Group.objects.select_related("team", "owner").one_visible_to(request.user, pk)


def _figures(request: HttpRequest, group: Group) -> dict[str, Any]:
    return figures_of(group, today=timezone.localdate(), now=timezone.now(), by=str(request.user))


def _cards(lines: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"id": f"key-{place}", "label": label, "value": value} for place, (label, value) in enumerate(lines)]

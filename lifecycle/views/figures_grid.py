"""The page on which a person types a week's figures of all of their groups, one count at a time."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from groups.models import Group
from lifecycle.count_words import LABELS
from lifecycle.entering import enter_many
from lifecycle.figures_grid import ASKED, GridForm
from lifecycle.models import DailyActivity
from lifecycle.views.figures import monday_of

PAGE = 30


@require_http_methods(["GET", "HEAD", "POST"])
def figures_grid(request: HttpRequest) -> HttpResponse:
    """`?count=messages&week=2026-11-16&of=team&page=2`; without them messages, the running week, the own groups."""
    asked = request.GET
    count = asked.get("count", "") if asked.get("count", "") in ASKED else "messages"
    of_team = asked.get("of") == "team"
    yesterday = timezone.localdate() - timedelta(days=1)
    monday = monday_of(asked.get("week", ""), yesterday)
    page = Paginator(_groups(request, count, of_team), PAGE).get_page(asked.get("page"))
    groups = list(page)
    form = GridForm(
        request.POST if request.method == "POST" else None,
        groups=groups,
        count=count,
        monday=monday,
        last=yesterday,
        stands=_known(groups, monday),
    )
    here = {"count": count, "week": monday.isoformat()} | ({"of": "team"} if of_team else {})
    if request.method == "POST" and form.is_valid():
        new, changed = enter_many(figures=form.figures(), by=request.user, now=timezone.now())
        days = new + changed
        told = ngettext("%(days)s day saved", "%(days)s days saved", days) % {"days": days}
        messages.success(request, told if days else _("Nothing changed"))
        return redirect(f"{reverse('figures-grid')}?{urlencode(here | {'page': page.number})}")
    context = {
        "form": form,
        "page": page,
        "count": count,
        "tabs": [(name, LABELS[name], urlencode(here | {"count": name})) for name in ASKED],
        "of_team": of_team,
        "other_scope": urlencode({"count": count, "week": monday.isoformat()} | ({} if of_team else {"of": "team"})),
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "before": urlencode(here | {"week": (monday - timedelta(days=7)).isoformat()}),
        "after": urlencode(here | {"week": (monday + timedelta(days=7)).isoformat()})
        if monday + timedelta(days=7) <= yesterday
        else None,
        "here": urlencode(here),
    }
    return render(request, "lifecycle/figures_grid.html", context, status=422 if form.errors else 200)


def _groups(request: HttpRequest, count: str, of_team: bool):
    groups = Group.objects.visible_to(request.user).filter(archived_at=None, closed_on=None)
    if not of_team:
        groups = groups.filter(pk__in=Group.objects.owned_by(request.user).values("pk"))
    if kind := ASKED[count]:
        groups = groups.filter(plans__superseded_at=None, plans__activity_kind=kind)
    return groups.order_by("sort_key", "pk")


def _known(groups: list[Group], monday: date) -> dict[tuple[int, date], dict[str, int]]:
    rows = DailyActivity.objects.filter(
        group_id__in=[group.pk for group in groups], day__range=(monday, monday + timedelta(days=6))
    )
    return {
        (row.group_id, row.day): {name: value for name in ASKED for value in [row.count(name)] if value is not None}
        for row in rows
    }

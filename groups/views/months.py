"""The months of a team's ledger: which are closed, what they came to, and who closes or reopens them."""

from __future__ import annotations

import re
from datetime import date

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groups import months
from groups.access import leads, team_roles
from groups.models import LedgerLine, MonthTurn, Team
from groups.money_of_spans import net_of_lines, unstated_of_lines
from groups.rules.months import is_over
from groups.rules.profit_and_loss import months_through

MONTHS_SHOWN = 25
MONTHS_ALWAYS_SHOWN = 3  # older ones only where something was entered or closed


@require_http_methods(["GET", "POST"])
def months_page(request: HttpRequest) -> HttpResponse:
    """`?team=` names the team; managers close and reopen, everybody of the team looks."""
    teams = list(Team.objects.filter(pk__in=team_roles(request.user)).order_by("name", "pk"))
    team = _team_of(request, teams)
    if request.method == "POST":
        return _turn(request, team)
    today = timezone.localdate()
    context = {
        "teams": teams,
        "team": team,
        "leads": bool(team) and leads(request.user, team.pk),
        "rows": _rows(team, today) if team else [],
    }
    return render(request, "groups/months.html", context)


def _team_of(request: HttpRequest, teams: list[Team]) -> Team | None:
    asked = request.POST.get("team") or request.GET.get("team", "")
    if not asked:
        return teams[0] if teams else None
    found = next((team for team in teams if str(team.pk) == asked), None)
    if found is None:
        raise Http404
    return found


def _rows(team: Team, today: date) -> list[dict]:
    """The last months, newest first: what each came to, whether it is closed, and its last turn."""
    calendar = months_through(today, MONTHS_SHOWN)[::-1]
    lines = LedgerLine.objects.filter(team=team, on__gte=calendar[-1], on__lte=today).annotate(month=TruncMonth("on"))
    found = lines.values("month").annotate(net=net_of_lines(), unstated=unstated_of_lines(), entered=Count("id"))
    sums = {row["month"]: row | {"exact": not row["unstated"]} for row in found}
    turns = MonthTurn.objects.filter(team=team, month__gte=calendar[-1]).select_related("by").order_by("turn")
    last = {turn.month: turn for turn in turns}
    return [
        {
            "month": month,
            "sums": sums.get(month),
            "turn": last.get(month),
            "closed": month in last and last[month].kind == MonthTurn.Kind.CLOSED,
            "over": is_over(month, today),
        }
        for place, month in enumerate(calendar)
        if month in sums or month in last or place < MONTHS_ALWAYS_SHOWN
    ]


def _turn(request: HttpRequest, team: Team | None) -> HttpResponse:
    if team is None or not leads(request.user, team.pk):
        raise PermissionDenied
    found = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])", request.POST.get("month", ""))
    if not found:
        raise BadRequest("a month is named like 2026-11")
    month, now = date(int(found[1]), int(found[2]), 1), timezone.now()
    told = {"month": f"{month:%Y-%m}"}
    try:
        if request.POST.get("action") == "reopen":
            reason = request.POST.get("reason", "")[:200]
            months.reopen_month(team=team, month=month, reason=reason, by=request.user, now=now)
            messages.success(request, _("%(month)s is open again") % told)
        else:
            months.close_month(team=team, month=month, by=request.user, now=now)
            messages.success(request, _("%(month)s is closed; corrections go into an open month") % told)
    except months.MonthNotOver:
        messages.error(request, _("%(month)s is not over yet; close it after its last day") % told)
    except months.ReasonMissing:
        messages.error(request, _("Say why %(month)s is opened again") % told)
    return redirect(f"{reverse('ledger-months')}?team={team.pk}")

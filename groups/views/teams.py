"""The page of the teams and their tree, for administrators."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groups import teams
from groups.models import Team
from groups.people_forms import TeamForm, teams_in_order

RUNNING = Q(groups__closed_on=None, groups__archived_at=None)


@require_http_methods(["GET", "POST"])
def team_page(request: HttpRequest) -> HttpResponse:
    """The tree with its people and groups; `?edit=` opens one team, `?add=` a new one."""
    if not request.user.is_administrator:
        raise PermissionDenied
    counted = Team.objects.annotate(
        people=Count("memberships", filter=Q(memberships__user__is_active=True), distinct=True),
        running=Count("groups", filter=RUNNING, distinct=True),
    )
    every = list(counted.order_by("name"))
    number = request.POST.get("team") or request.GET.get("edit") or ""
    team = next((each for each in every if str(each.pk) == number), None)
    form = TeamForm(request.POST if request.method == "POST" else None, teams=every, team=team)
    if request.method == "POST" and form.is_valid() and _saved(request, form, team):
        return redirect("team-list")
    context = {
        "form": form,
        "team": team,
        "rows": teams_in_order(every),
        "form_open": bool(team or form.errors or "add" in request.GET),
    }
    return render(request, "people/teams.html", context, status=422 if form.errors else 200)


def _saved(request: HttpRequest, form: TeamForm, team: Team | None) -> bool:
    now = timezone.now()
    try:
        if team:
            teams.change_team(team=team, by=request.user, now=now, **form.cleaned_data)
        else:
            teams.create_team(by=request.user, now=now, **form.cleaned_data)
    except teams.TeamUnderItself:
        form.add_error("parent", _("A team cannot stand below itself or below one of its own teams"))
        return False
    except teams.ClockMoved:
        form.add_error(
            "name",
            _("The clock of the demo is ahead of the real day. Remove the demo first: python3 manage.py demo clear"),
        )
        return False
    except teams.TeamNameTaken:
        form.add_error("name", _("Another team at the same place has this name"))
        return False
    messages.success(request, _("Saved: %(team)s") % {"team": form.cleaned_data["name"]})
    return True

"""The list of people with their teams, roles, last sign-in and state; a fixed number of queries for any page."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from community_ops.keyset import Key, Order, number, page_of, text
from groups.access import leads_any, team_roles
from groups.models import Membership, Team, User
from groups.people_forms import team_choices

PAGE_SIZE = 30
BY_NAME = Order((Key("sort_key", text), Key("id", number)))
STATES = {"active": _("Active"), "never": _("Never signed in"), "disabled": _("Disabled")}


def led_teams(user: User) -> list[int]:
    return [team for team, leader in team_roles(user).items() if leader]


def people_for(user: User) -> QuerySet[User]:
    """Everybody for an administrator; for a manager the people of the teams they lead."""
    if user.is_administrator:
        return User.objects.all()
    of_teams = Membership.objects.filter(user=OuterRef("pk"), team__in=led_teams(user))
    return User.objects.filter(Exists(of_teams))


def roles_for(user: User) -> QuerySet[Membership]:
    """The roles of people in the teams that the user leads; an administrator leads all of them."""
    return Membership.objects.filter(team__in=led_teams(user)).select_related("team").order_by("team__name")


def described(ids: list[int], roles: QuerySet[Membership]) -> list[User]:
    """The people of a page, in its order, each with the `memberships` among `roles`."""
    memberships = Prefetch("memberships", roles)
    found = User.objects.prefetch_related(memberships).in_bulk(ids)
    return [found[pk] for pk in ids]


@require_GET
def member_list(request: HttpRequest) -> HttpResponse:
    """`?q=&team=&state=&after=&before=`."""
    if not leads_any(request.user):
        raise PermissionDenied
    teams = list(Team.objects.filter(pk__in=led_teams(request.user)).order_by("name"))
    wanted = {name: request.GET.get(name, "").replace("\0", "")[:60] for name in ("q", "team", "state")}
    found = people_for(request.user)
    for word in wanted["q"].split():
        found = found.filter(Q(display_name__icontains=word) | Q(username__icontains=word) | Q(email__icontains=word))
    team = next((each for each in teams if str(each.pk) == wanted["team"]), None)
    if team:
        found = found.filter(Exists(Membership.objects.filter(user=OuterRef("pk"), team=team)))
    if wanted["state"] == "disabled":
        found = found.filter(is_active=False)
    elif wanted["state"] in STATES:
        found = found.filter(is_active=True, last_login__isnull=wanted["state"] == "never")
    cursors = {name: request.GET.get(name, "") for name in ("after", "before")}
    page = page_of(found, BY_NAME, PAGE_SIZE, **cursors)
    context: dict[str, Any] = {
        "q": wanted["q"],
        "team": team,
        "state": wanted["state"] if wanted["state"] in STATES else "",
        "narrowed": bool(wanted["q"].strip() or team or wanted["state"] in STATES),
        "teams": team_choices(teams),
        "states": STATES.items(),
        "page": page,
        "people": described([row["id"] for row in page.rows], roles_for(request.user)),
    }
    return render(request, "people/list.html", context)

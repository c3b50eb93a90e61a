"""Keeps views of lists: a person's own, shared with a team or not, and the one that a list opens with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from groups import audit
from groups.access import leads, team_roles
from groups.models import SavedView, Team, User
from groups.models.saved import LONGEST_QUERY

# The lists that have views, by the names of their addresses.
LISTS: dict[str, str | Promise] = {
    "group-list": _("Groups"),
    "case-board": _("Lifecycle"),
    "assessment-list": _("Assessments"),
    "ledger-lines": _("All lines"),
}
# Where one stands in a list is no part of a view of it.
PASSING = {"after", "before", "page", "view", "mode", "case", "lang"}
MOST_VIEWS = 50


class TooLong(ValueError):
    """The address holds more than a view keeps."""


class TooMany(ValueError):
    """The person has MOST_VIEWS views of the list already."""


def query_kept(text: str) -> str:
    """What of the query of an address is kept. Raises TooLong."""
    asked, kept = QueryDict(text.replace("\0", "")), QueryDict(mutable=True)
    for name, values in asked.lists():
        if name not in PASSING and (said := [value for value in values if value]):
            kept.setlist(name, said)
    query = kept.urlencode()
    if len(query) > LONGEST_QUERY:
        raise TooLong(len(query))
    return query


@transaction.atomic
def keep(
    *, owner: User, page: str, name: str, query: str, team: Team | None, is_default: bool, now: datetime
) -> tuple[SavedView, bool]:
    """Keep a view, in place of the owner's view of the same name; the second value says that there was none.

    Raises TooLong, TooMany, and PermissionDenied for a team that the owner does not see.
    """
    if team is not None and not Team.objects.filter(pk=team.pk, pk__in=list(team_roles(owner))).exists():
        raise PermissionDenied
    query = query_kept(query)
    own = _own(owner, page)
    names = list(own.values_list("name", flat=True))
    if name not in names and len(names) >= MOST_VIEWS:
        raise TooMany(len(names))
    if is_default:
        own.filter(is_default=True).exclude(name=name).update(is_default=False)
    fields = {"query": query, "team": team, "is_default": is_default, "made_at": now}
    view, is_new = SavedView.objects.update_or_create(owner=owner, page=page, name=name, defaults=fields)
    told = {"page": page, "query": query, "shared": team is not None, "default": is_default}
    audit.record(verb="view kept", thing=view, by=owner, now=now, after=told)
    return view, is_new


@transaction.atomic
def open_with(*, view: SavedView, owner: User, on: bool, now: datetime) -> None:
    """Let the list of a view of one's own open with it, or with everything again."""
    own = _own(owner, view.page)
    own.exclude(pk=view.pk).filter(is_default=True).update(is_default=False)
    own.filter(pk=view.pk).update(is_default=on)
    audit.record(verb="view opened with", thing=view, by=owner, now=now, after={"page": view.page, "default": on})


@transaction.atomic
def remove(*, view: SavedView, by: User, now: datetime) -> None:
    """Take a view away: one's own, or one that is shared with a team that one leads. Raises PermissionDenied."""
    if not may_remove(view, by):
        raise PermissionDenied
    audit.record(verb="view removed", thing=view, by=by, now=now, before={"page": view.page, "query": view.query})
    view.delete()


def _own(owner: User, page: str) -> QuerySet[SavedView]:
    """The views of a person, who changes them in one place at a time."""
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    return SavedView.objects.filter(owner=owner, page=page)


def may_remove(view: SavedView, user: User) -> bool:
    return view.owner_id == user.pk or (view.team_id is not None and leads(user, view.team_id))


def opens_with_a_view(page: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """The list of the bare address opens with the view that the person chose for it; `?view=all` shows everything."""

    def around(view_function: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view_function)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.GET and request.method == "GET" and request.user.is_authenticated:
                chosen = SavedView.objects.filter(owner=request.user, page=page, is_default=True).first()
                if chosen:
                    return redirect(f"{request.path}?{address_of(chosen)}")
            return view_function(request, *args, **kwargs)

        return opened

    return around


def address_of(view: SavedView) -> str:
    """The query of the address that shows the list so."""
    return f"{view.query}&view={view.pk}" if view.query else f"view={view.pk}"

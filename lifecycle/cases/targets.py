"""Reads the groups that the people of a dying one can be asked into: one statement, the rules choose and sort."""

from __future__ import annotations

from django.db import models
from django.db.models import OuterRef, QuerySet, Subquery

from groups.models import Group, Plan, User
from lifecycle.models import Case, HealthState
from lifecycle.rules.case_flow import State
from lifecycle.rules.move_targets import ALIVE, Fit, Room, fits, words_of

MOST_READ = 400  # of the teams that a person sees; the healthiest of them
_ALIVE = [HealthState[state.upper()] for state in ALIVE]


def targets_for(user: User, case: Case, movers: int) -> list[tuple[Group, Fit]]:
    """The groups that fit, the best first, each with why."""
    source = _with_plans(Group.objects.filter(pk=case.group_id)).select_related("standing").get()
    found = {group.pk: group for group in _candidates(user, case, source)}
    return [(found[fit.room.pk], fit) for fit in fits(_room(source), map(_room, found.values()), movers)]


def open_to(user: User, case: Case) -> QuerySet[Group]:
    """The groups that people of the case may be asked into: running, seen by the person, and not being closed."""
    closing = Case.objects.filter(state__in=[State.CLOSING, State.SOFT_CLOSED]).values("group")
    return Group.objects.visible_to(user).running().exclude(pk=case.group_id).exclude(pk__in=closing)


def _candidates(user: User, case: Case, source: Group) -> QuerySet[Group]:
    """The living groups of the same kind; those of the own team and platform first, so that the limit spares them."""
    own = [models.Case(models.When(**each, then=0), default=1) for each in _same_as(source)]
    alive = _with_plans(open_to(user, case)).filter(standing__state__in=_ALIVE, kind=source.kind)
    return alive.select_related("standing", "owner", "team").order_by(*own, "-standing__score", "pk")[:MOST_READ]


def _same_as(source: Group) -> tuple[dict, dict]:
    return {"team": source.team_id}, {"platform": source.platform}


def _with_plans(groups: QuerySet[Group]) -> QuerySet[Group]:
    plan = Plan.objects.filter(group=OuterRef("pk"), superseded_at=None)
    return groups.annotate(kind=Subquery(plan.values("activity_kind")[:1]))


def _room(group: Group) -> Room:
    standing = getattr(group, "standing", None)
    members = standing.members if standing and standing.members >= 0 else None
    return Room(
        pk=group.pk,
        team=group.team_id,
        platform=group.platform,
        layer=group.layer,
        activity=group.kind or "",
        state=HealthState(standing.state).name.lower() if standing else "unknown",
        members=members,
        cap=group.member_cap,
        words=words_of(f"{group.theme} {group.name}"),
    )

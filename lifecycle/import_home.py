"""Finds, or makes, the team and the person under which the command line registers groups."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from groups import audit
from groups.models import Membership, Team, User
from groups.teams import demand_real_clock

DEFAULT_SLUG, DEFAULT_NAME = "imported", "Imported"


class TeamNotTold(LookupError):
    """Several teams could be meant. `slugs` are theirs."""

    def __init__(self, slugs: list[str]) -> None:
        super().__init__(", ".join(slugs))
        self.slugs = slugs


@transaction.atomic
def team_for(slug: str | None, *, now: datetime) -> tuple[Team, bool]:
    """The team named by a slug, made if it is new; without a slug the only team that is no demo, made if there is none.

    The second value tells whether it was made. Raises TeamNotTold when there are several, ClockMoved where one would
    have to be made while the clock of a demo is ahead.
    """
    if slug is None:
        teams = list(Team.objects.filter(is_demo=False)[:20])
        if len(teams) == 1:
            return teams[0], False
        if teams:
            raise TeamNotTold(sorted(team.slug for team in teams))
    known = Team.objects.filter(slug=slug or DEFAULT_SLUG).first()
    if known:
        return known, False
    demand_real_clock()
    team, made = Team.objects.get_or_create(slug=slug or DEFAULT_SLUG, defaults={"name": slug or DEFAULT_NAME})
    if made:
        audit.record(verb="team made by import", thing=team, by=None, now=now, after={"slug": team.slug})
    return team, made


@transaction.atomic
def owner_for(team: Team) -> User:
    """Who owns groups that a command registers: a manager of the team, an operator, an administrator, a stand-in."""
    for role in (Membership.Role.MANAGER, Membership.Role.OPERATOR):
        member = Membership.objects.filter(team=team, role=role, user__is_active=True).order_by("pk").first()
        if member:
            return member.user
    administrators = User.objects.filter(is_administrator=True, is_active=True, is_demo=team.is_demo)
    return administrators.order_by("pk").first() or _stand_in()


def _stand_in() -> User:
    """A user that nobody can sign in as."""
    user, made = User.objects.get_or_create(
        username="import", defaults={"display_name": "Import", "is_active": False, "email": ""}
    )
    if made:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user

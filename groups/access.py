"""Who may see which rows: the one scoped accessor that every query on team data goes through."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import connection, models
from django.http import Http404

if TYPE_CHECKING:
    from groups.models import User

TEAMS_OF_A_USER = """
    WITH RECURSIVE led AS (
        SELECT team_id AS id FROM groups_membership WHERE user_id = %(user)s AND role = 'manager'
        UNION
        SELECT t.id FROM groups_team t JOIN led ON t.parent_id = led.id
    )
    SELECT id, true AS leads FROM led
    UNION
    SELECT team_id, false FROM groups_membership
    WHERE user_id = %(user)s AND team_id NOT IN (SELECT id FROM led)
"""

TEAMS_BELOW = """
    WITH RECURSIVE below AS (
        SELECT %(team)s::bigint AS id UNION SELECT t.id FROM groups_team t JOIN below ON t.parent_id = below.id
    )
    SELECT id FROM below
"""


def team_roles(user: User) -> dict[int, bool]:
    """The teams that a user sees, each with whether the user leads it. One query, remembered on the user object.

    An administrator sees and leads every team. The object lives for one request: a change takes effect with the next.
    """
    if not user.is_authenticated or not user.is_active:
        return {}
    known = getattr(user, "_team_roles", None)
    if known is None:
        with connection.cursor() as cursor:
            if user.is_administrator:
                cursor.execute("SELECT id, true FROM groups_team")
            else:
                cursor.execute(TEAMS_OF_A_USER, {"user": user.pk})
            known = dict(cursor.fetchall())
        user._team_roles = known
    return known


def teams_below(team_id: int) -> list[int]:
    """The team and all teams below it."""
    with connection.cursor() as cursor:
        cursor.execute(TEAMS_BELOW, {"team": team_id})
        return [each for (each,) in cursor.fetchall()]


def leads_any(user: User) -> bool:
    """Whether the user is a manager of some team or an administrator."""
    return user.is_authenticated and (user.is_administrator or any(team_roles(user).values()))


def leads(user: User, team_id: int) -> bool:
    """Whether the user may decide for this team."""
    return team_roles(user).get(team_id, False)


class ScopedQuerySet(models.QuerySet):
    """Rows that carry `team_id`; `visible_to` is the only way in from a view, task argument or export."""

    def visible_to(self, user: User):
        return self.filter(team_id__in=list(team_roles(user)))

    def led_by(self, user: User):
        return self.filter(team_id__in=[team for team, leader in team_roles(user).items() if leader])

    def one_visible_to(self, user: User, pk: int):
        """The row, or 404 for a foreign or missing one alike, so that ids of other teams do not show."""
        found = self.visible_to(user).filter(pk=pk).first()
        if found is None:
            raise Http404
        return found


def people_of_teams(team_ids: Iterable[int]) -> dict[int, list[User]]:
    """Who works in each of the teams: members, managers of teams above, administrators. Three queries."""
    user_model = apps.get_model("groups", "User")
    parents = dict(apps.get_model("groups", "Team").objects.values_list("pk", "parent"))
    active = list(user_model.objects.filter(is_active=True).prefetch_related("memberships"))
    people: dict[int, list[User]] = {}
    for team in team_ids:
        above, at = set(), team
        while at is not None and at not in above:
            above.add(at)
            at = parents.get(at)
        people[team] = [
            user
            for user in active
            if user.is_administrator
            or any(
                each.team_id == team or (each.team_id in above and each.role == "manager")
                for each in user.memberships.all()
            )
        ]
    return people

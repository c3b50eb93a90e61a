"""Who may see which rows: the one scoped accessor that every query on team data goes through."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import connection, models
from django.http import Http404

from groups.lone_rows import lone_row

if TYPE_CHECKING:
    from groups.models import User

TEAMS_OF_USERS = """
    WITH RECURSIVE led AS (
        SELECT user_id, team_id AS id FROM groups_membership WHERE user_id = ANY(%(users)s) AND role = 'manager'
        UNION
        SELECT led.user_id, t.id FROM groups_team t JOIN led ON t.parent_id = led.id
    )
    SELECT user_id, id, true AS leads FROM led
    UNION ALL
    SELECT m.user_id, m.team_id, false FROM groups_membership m
    WHERE m.user_id = ANY(%(users)s)
        AND NOT EXISTS (SELECT 1 FROM led WHERE led.user_id = m.user_id AND led.id = m.team_id)
"""

TEAMS_BELOW = """
    WITH RECURSIVE below AS (
        SELECT %(team)s::bigint AS id UNION SELECT t.id FROM groups_team t JOIN below ON t.parent_id = below.id
    )
    SELECT id FROM below
"""

# The team and those above it, the nearest first.
TEAMS_ABOVE = """
    WITH RECURSIVE above AS (
        SELECT id, parent_id, 0 AS far FROM groups_team WHERE id = %(team)s
        UNION ALL
        SELECT t.id, t.parent_id, above.far + 1 FROM groups_team t JOIN above ON t.id = above.parent_id
    )
    SELECT id FROM above ORDER BY far
"""

# Who is asked where a team decides: (team_id, user_id) of the active managers of the team, else of the nearest team
# above that has one, else of the administrators. Stands behind WITH RECURSIVE.
LEADERS_OF_TEAMS = """
    active_managers AS (
        SELECT m.team_id, m.user_id FROM groups_membership m JOIN groups_user u ON u.id = m.user_id
        WHERE m.role = 'manager' AND u.is_active
    ), way_up AS (
        SELECT t.id AS team_id, t.id AS at FROM groups_team t
        UNION
        SELECT w.team_id, t.parent_id FROM way_up w JOIN groups_team t ON t.id = w.at
        WHERE t.parent_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM active_managers m WHERE m.team_id = w.at)
    ), nearest_managers AS (
        SELECT w.team_id, m.user_id FROM way_up w JOIN active_managers m ON m.team_id = w.at
    ), leaders AS (
        SELECT team_id, user_id FROM nearest_managers
        UNION ALL
        SELECT t.id, u.id FROM groups_team t JOIN groups_user u
            ON u.is_administrator AND u.is_active AND u.is_demo = t.is_demo
        WHERE NOT EXISTS (SELECT 1 FROM nearest_managers n WHERE n.team_id = t.id)
    )
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
                known = dict(cursor.fetchall())
            else:
                cursor.execute(TEAMS_OF_USERS, {"users": [user.pk]})
                known = {team: leader for _user, team, leader in cursor.fetchall()}
        user._team_roles = known
    return known


def teams_seen_by(user_ids: Iterable[int]) -> set[tuple[int, int]]:
    """Pairs (user, team) of who sees which team by membership, in one query. Administrators see every team besides."""
    with connection.cursor() as cursor:
        cursor.execute(TEAMS_OF_USERS, {"users": list(user_ids)})
        return {(user, team) for user, team, _leader in cursor.fetchall()}


def teams_below(team_id: int) -> list[int]:
    """The team and all teams below it."""
    with connection.cursor() as cursor:
        cursor.execute(TEAMS_BELOW, {"team": team_id})
        return [each for (each,) in cursor.fetchall()]


def teams_above(team_id: int) -> list[int]:
    """The team and all teams above it, the nearest first: whoever manages one of them leads the team."""
    with connection.cursor() as cursor:
        cursor.execute(TEAMS_ABOVE, {"team": team_id})
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
        found = lone_row(self.visible_to(user).filter(pk=pk))
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

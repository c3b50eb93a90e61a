"""Finds the group that members of another come from, by what people type; no group feeds itself, however far round."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from groups.access import team_roles
from groups.models import Group, User

SHOWN = 10
# Going up from groups that get another upstream; UNION ends where the way comes back to a group that was met.
WAYS_UP = """
    WITH RECURSIVE wanted AS (SELECT * FROM unnest(%s::bigint[], %s::bigint[]) w(id, upstream_id)),
    way AS (
        SELECT id AS origin, upstream_id AS at FROM wanted
        UNION
        SELECT way.origin, COALESCE(w.upstream_id, g.upstream_id)
        FROM way JOIN groups_group g ON g.id = way.at LEFT JOIN wanted w ON w.id = g.id
        WHERE way.at <> way.origin
    )
    SELECT DISTINCT origin FROM way WHERE at = origin
"""


# (group, how many steps above), and 0 for those right below that were not archived.
NEAR = """
    WITH RECURSIVE way AS (
        SELECT upstream_id AS id, 1 AS steps FROM groups_group WHERE id = %s
        UNION ALL
        SELECT g.upstream_id, way.steps + 1 FROM way JOIN groups_group g ON g.id = way.id WHERE way.steps < 5
    )
    SELECT id, steps FROM way WHERE id IS NOT NULL
    UNION ALL
    SELECT id, 0 FROM groups_group WHERE upstream_id = %s AND archived_at IS NULL
"""


@dataclass(frozen=True)
class Way:
    """Where members come from, the first source first, and where they go on to; `more` groups below are not shown."""

    above: list[Group]
    below: list[Group]
    more: int


class FeedsItself(ValueError):
    """The members of the group would come from the group itself, straight or by way of others. Nothing was written."""


class NoSuchGroup(ValueError):
    """No group of the team is called so, or several are; `found` holds the first ones that come near."""

    def __init__(self, text: str, found: Sequence[Group]) -> None:
        super().__init__(text)
        self.text, self.found = text, found


def hold() -> None:
    """One change of who feeds whom at a time, until the end of the transaction: two could close a circle together."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('who feeds whom'))")


def circling(wanted: Mapping[int, int]) -> set[int]:
    """Which groups would feed themselves if their members came from these others (group -> upstream). One query."""
    if not wanted:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(WAYS_UP, [list(wanted), list(wanted.values())])
        return {group for (group,) in cursor.fetchall()}


def way_of(group: Group, user: User) -> Way:
    """The groups above this one, five at most, and those right below it that were not archived.

    Two queries; one for a group that has neither.
    """
    steps: dict[int, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(NEAR, [group.pk, group.pk])
        for pk, above_by in cursor.fetchall():
            steps[pk] = max(above_by, steps.get(pk, 0))
    steps.pop(group.pk, None)
    if not steps:
        return Way([], [], 0)
    near = Group.objects.visible_to(user).filter(pk__in=list(steps)).only("name", "layer", "closed_on")
    found = list(near.order_by("sort_key", "pk"))
    above = sorted((each for each in found if steps[each.pk]), key=lambda each: -steps[each.pk])
    below = [each for each in found if not steps[each.pk]]
    return Way(above, below[:SHOWN], len(below[SHOWN:]))


def suggested(user: User, text: str, team_id: int | None, but: int | None = None) -> list[tuple[str, Group]]:
    """Groups that the text may mean, each with the text that names it: of one team, or of all that the user sees."""
    groups = Group.objects.visible_to(user).running().select_related("team").exclude(pk=but)
    if team_id is not None:
        groups = groups.filter(team_id=team_id if team_id in team_roles(user) else 0)
    found = list(groups.named_like(text).order_by("sort_key", "pk")[:SHOWN])
    names = groups.filter(name__in={group.name for group in found}).values_list("team_id", "name")
    called = Counter(names)
    return [(named(group, alone=called[group.team_id, group.name] == 1), group) for group in found]


def named(group: Group, *, alone: bool | None = None) -> str:
    """What to type for this group: its name, with its number where the team has several groups of that name."""
    if alone is None:
        others = Group.objects.running().filter(team_id=group.team_id, name=group.name).exclude(pk=group.pk)
        alone = not group.closed_on and not group.archived_at and not others.exists()
    return group.name if alone else f"{group.name} #{group.pk}"


def meant(user: User, text: str, team_id: int, but: int | None = None) -> Group:
    """The one group of the team that the text names. NoSuchGroup without exactly one."""
    groups = Group.objects.visible_to(user).filter(team_id=team_id, archived_at=None).exclude(pk=but)
    name, _sign, number = text.rpartition(" #")
    if name and number.isascii() and number.isdigit() and len(number) < 19:
        numbered = groups.filter(name=name, pk=int(number)).first()
        if numbered:
            return numbered
    called = list(groups.running().filter(name=text).order_by("pk")[:SHOWN])
    if len(called) == 1:
        return called[0]
    raise NoSuchGroup(text, called or [group for _named, group in suggested(user, text, team_id, but)])

"""Writes teams and their tree. A team is moved with everything below it; it never stands above itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.text import slugify

from groups import audit
from groups.models import Team, User
from groups.rules.search_keys import sort_key_of
from groups.rules.team_tree import would_circle

SLUG_LENGTH = 40
MOST_CLOCK_DIFFERENCE = timedelta(hours=1)


class TeamUnderItself(ValueError):
    """The team would stand above itself. Nothing was written."""


class TeamNameTaken(ValueError):
    """Another team at the same place has this name. Nothing was written."""


class ClockMoved(RuntimeError):
    """The product lives by the clock of a demo that was let run ahead. Nothing was written."""


def demand_real_clock() -> None:
    """Raise ClockMoved where today is not the real today: a real team would live, and be judged, in the future."""
    if abs(timezone.now() - datetime.now(UTC)) > MOST_CLOCK_DIFFERENCE:
        raise ClockMoved


@transaction.atomic
def create_team(*, name: str, parent: Team | None, by: User | None, now: datetime) -> Team:
    """Make a team below `parent`, or at the top. Its slug, the name for imports, is made from the pinyin.

    Raises ClockMoved while the clock of a demo is ahead.
    """
    demand_real_clock()
    _hold_the_tree()
    _demand_free_name(name, parent.pk if parent else None)
    team = Team.objects.create(name=name, slug=_free_slug(name), parent=parent)
    audit.record(
        verb="team made", thing=team, by=by, now=now, after={"name": name, "parent": parent.name if parent else None}
    )
    return team


@transaction.atomic
def change_team(*, team: Team, name: str, parent: Team | None, by: User | None, now: datetime) -> bool:
    """Rename the team and put it below `parent`, with all that is below it. False if it stands so already.

    Raises TeamUnderItself, also when another move made `parent` a team below this one a moment ago.
    """
    _hold_the_tree()
    stands = Team.objects.get(pk=team.pk)
    parent_id = parent.pk if parent else None
    if (stands.name, stands.parent_id) == (name, parent_id):
        return False
    if would_circle(dict(Team.objects.values_list("pk", "parent")), stands.pk, parent_id):
        raise TeamUnderItself(name)
    _demand_free_name(name, parent_id, stands.pk)
    before = {"name": stands.name, "parent": stands.parent.name if stands.parent else None}
    Team.objects.filter(pk=stands.pk).update(name=name, parent=parent)
    stands.name = name
    after = {"name": name, "parent": parent.name if parent else None}
    audit.record(verb="team changed", thing=stands, by=by, now=now, before=before, after=after)
    return True


def _hold_the_tree() -> None:
    """One change of the tree at a time, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tree of teams'))")


def _demand_free_name(name: str, parent_id: int | None, but: int | None = None) -> None:
    if Team.objects.filter(name=name, parent=parent_id).exclude(pk=but).exists():
        raise TeamNameTaken(name)


def _free_slug(name: str) -> str:
    base = slugify(sort_key_of(name))[:SLUG_LENGTH].strip("-") or "team"
    taken = set(Team.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)

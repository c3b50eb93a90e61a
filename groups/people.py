"""Writes who works here: roles in teams, administrators, accounts that are closed and opened again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from groups import audit, sessions
from groups.models import Group, Membership, Team, User


class LastAdministrator(Exception):
    """Somebody must be left who can let people in. Nothing was written."""


class StillOwnsGroups(Exception):
    """The person owns running groups that nobody would look after. Nothing was written. `count` says how many."""

    def __init__(self, count: int):
        super().__init__(str(count))
        self.count = count


@transaction.atomic
def set_role(*, user: User, team: Team, role: str, by: User | None, now: datetime) -> bool:
    """Take the person into the team, or change the role there. False if it is so already."""
    stands = User.objects.select_for_update().get(pk=user.pk)
    before = Membership.objects.filter(user=stands, team=team).first()
    if before and before.role == role:
        return False
    Membership.objects.update_or_create(user=stands, team=team, defaults={"role": role})
    audit.record(
        verb="role changed" if before else "joined team",
        thing=stands,
        by=by,
        now=now,
        before={"team": team.name, "role": before.role} if before else None,
        after={"team": team.name, "role": role},
    )
    return True


@transaction.atomic
def leave_team(*, user: User, team: Team, by: User | None, now: datetime) -> bool:
    """Take the person out of the team. StillOwnsGroups while groups of the team are theirs; False if not in it."""
    stands = User.objects.select_for_update().get(pk=user.pk)
    membership = Membership.objects.filter(user=stands, team=team).first()
    if membership is None:
        return False
    _demand_no_groups(stands, team)
    membership.delete()
    audit.record(verb="left team", thing=stands, by=by, now=now, before={"team": team.name, "role": membership.role})
    return True


@transaction.atomic
def make_administrator(*, user: User, by: User | None, now: datetime) -> bool:
    """Let the person see and set everything. False if that is so already, or the account is closed."""
    if not User.objects.filter(pk=user.pk, is_active=True, is_administrator=False).update(is_administrator=True):
        return False
    audit.record(verb="made administrator", thing=user, by=by, now=now)
    return True


@transaction.atomic
def end_administrator(*, user: User, by: User | None, now: datetime) -> bool:
    """Take the rights of an administrator back. LastAdministrator if nobody else has them; False if not one."""
    _demand_another_administrator(user, hold(user))
    if not User.objects.filter(pk=user.pk, is_administrator=True).update(is_administrator=False):
        return False
    audit.record(verb="no longer administrator", thing=user, by=by, now=now)
    return True


@transaction.atomic
def close_account(*, user: User, by: User | None, now: datetime, reason: str = "") -> bool:
    """Let the person sign in no longer; every session ends at once. False if the account was closed before.

    StillOwnsGroups before the groups are handed over: call groups.handover first, in the same transaction.
    """
    held = hold(user)
    _demand_another_administrator(user, held)
    stands = next(each for each in held if each.pk == user.pk)
    if not stands.is_active:
        return False
    _demand_no_groups(stands)
    User.objects.filter(pk=user.pk).update(is_active=False)
    sessions.end(sessions.of_person(user.pk))
    audit.record(verb="account closed", thing=stands, by=by, now=now, reason=reason)
    return True


@transaction.atomic
def reopen_account(*, user: User, by: User | None, now: datetime) -> bool:
    """Let the person sign in again, with the roles and the password of before. False if the account is open."""
    if not User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        return False
    audit.record(verb="account opened again", thing=user, by=by, now=now)
    return True


def hold(*users: User) -> list[User]:
    """The people and every active administrator, held in one order until the end of the transaction.

    So two administrators who would go at once, or two people who hand over to each other, wait for one another.
    """
    concerned = Q(pk__in=[user.pk for user in users]) | Q(is_administrator=True, is_active=True)
    return list(User.objects.select_for_update().filter(concerned).order_by("pk"))


def _demand_another_administrator(user: User, held: list[User]) -> None:
    if [each.pk for each in held if each.is_administrator and each.is_active] == [user.pk]:
        raise LastAdministrator(user.username)


def _demand_no_groups(user: User, team: Team | None = None) -> None:
    owned = Group.objects.running().filter(owner=user)
    count = (owned.filter(team=team) if team else owned).count()
    if count:
        raise StillOwnsGroups(count)

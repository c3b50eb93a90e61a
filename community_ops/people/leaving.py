"""Gives away what a person looks after, all of it in one transaction, and closes the account if asked to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from assessments.models import Condition
from assessments.verdicts import update_condition
from community_ops.people.person import cases_of, conditions_of
from groups import handover, people
from groups.models import Group, Membership, User
from lifecycle.cases.deciding import assign
from lifecycle.models import Case


class NobodyChosen(ValueError):
    """Somebody must take over what is left before the account is closed. Nothing was written."""


@dataclass
class Belongings:
    """What a person looks after in one team."""

    team_id: int
    team: str
    groups: list[Group] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)


def belongings_of(person: User) -> list[Belongings]:
    """Running groups, ongoing cases and open conditions by team; three queries for any number of them."""
    found: dict[int, Belongings] = {}
    kinds = {
        "groups": Group.objects.running().filter(owner=person),
        "cases": cases_of(person).select_related("group"),
        "conditions": conditions_of(person).select_related("verdict__assessment"),
    }
    for kind, rows in kinds.items():
        for row in rows.select_related("team").order_by("team__name", "pk"):
            there = found.setdefault(row.team_id, Belongings(row.team_id, str(row.team)))
            getattr(there, kind).append(row)
    return sorted(found.values(), key=lambda each: each.team)


def takers_by_team(teams: list[int], person: User) -> dict[int, list[User]]:
    """Who works in each of the teams beside the person, by name; one query."""
    rows = Membership.objects.filter(team__in=teams, user__is_active=True).exclude(user=person)
    found: dict[int, list[User]] = {team: [] for team in teams}
    for row in rows.select_related("user").order_by("user__sort_key", "user"):
        found[row.team_id].append(row.user)
    return found


@transaction.atomic
def give_away(
    *,
    person: User,
    by_team: Mapping[int, User],
    by_group: Mapping[int, User],
    reason: str,
    close: bool,
    by: User,
    now: datetime,
) -> int:
    """Hand over what the person looks after; returns how many groups, cases and conditions went.

    `by_team` names who takes the things of a team, `by_group` whoever takes a group instead. What nobody was named
    for stays, unless the account is closed: then NobodyChosen. The writers called raise what they raise alone.
    """
    takers = {user.pk: user for user in (*by_team.values(), *by_group.values())}
    people.hold(person, *takers.values())
    things = belongings_of(person)
    if close and _left_over(things, by_team, by_group):
        raise NobodyChosen(person.username)
    went = 0
    for taker, groups in _groups_by_taker(things, by_team, by_group).items():
        went += len(
            handover.hand_over(groups=groups, from_owner=person, to_owner=takers[taker], by=by, now=now, reason=reason)
        )
    for there in things:
        if there.team_id in by_team:
            went += _give_tasks(there, by_team[there.team_id], by, now)
    if close:
        people.close_account(user=person, by=by, now=now, reason=reason)
    return went


def _left_over(things: list[Belongings], by_team: Mapping[int, User], by_group: Mapping[int, User]) -> bool:
    return any(
        there.cases or there.conditions or any(group.pk not in by_group for group in there.groups)
        for there in things
        if there.team_id not in by_team
    )


def _groups_by_taker(
    things: list[Belongings], by_team: Mapping[int, User], by_group: Mapping[int, User]
) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for there in things:
        for group in there.groups:
            taker = by_group.get(group.pk) or by_team.get(there.team_id)
            if taker:
                found.setdefault(taker.pk, []).append(group.pk)
    return found


def _give_tasks(there: Belongings, taker: User, by: User, now: datetime) -> int:
    for case in there.cases:
        assign(case=case, version=case.version, owner=taker, by=by, now=now, on=timezone.localdate(now))
    for condition in there.conditions:
        update_condition(
            condition=condition, owner=taker, due_on=condition.due_on, state=condition.state, by=by, now=now
        )
    return len(there.cases) + len(there.conditions)

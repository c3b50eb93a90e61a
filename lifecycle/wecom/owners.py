"""Writes whose groups belong where: an owner at WeCom, and the team and person of ours."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from groups import audit
from groups.handover import demand_of_teams, hold_owner
from groups.models import Team, User
from lifecycle.models import WecomGroup, WecomOwner
from lifecycle.wecom import linking


@transaction.atomic
def assign(
    *, owner: WecomOwner, team: Team | None, person: User | None, registers: bool, by: User, now: datetime
) -> bool:
    """Set where the groups of an owner belong; registered groups stay where they are. False if it is so already.

    Raises handover.OwnerInactive or NotOfTheTeam for a person who cannot own groups of that team.
    """
    if team and person:
        hold_owner(person.pk)
        demand_of_teams(person, [team.pk])
    stands = WecomOwner.objects.select_for_update().get(pk=owner.pk)
    wanted = (team.pk if team else None, person.pk if person else None, registers)
    if (stands.team_id, stands.person_id, stands.registers) == wanted:
        return False
    before = {"team": str(stands.team or ""), "person": str(stands.person or ""), "registers": stands.registers}
    stands.team, stands.person, stands.registers = team, person, registers
    stands.save()
    after = {"team": str(team or ""), "person": str(person or ""), "registers": registers}
    audit.record(verb="WeCom owner assigned", thing=stands, by=by, now=now, before=before, after=after)
    chats = list(WecomGroup.objects.filter(owner=stands).values_list("pk", flat=True))
    linking.register_by_themselves(chats, now=now)
    return True


@transaction.atomic
def add(*, userid: str, by: User, now: datetime) -> WecomOwner:
    """Name an owner whom WeCom did not; the one that is there if it did."""
    owner, made = WecomOwner.objects.get_or_create(userid=userid, defaults={"first_seen_at": now})
    if made:
        audit.record(verb="WeCom owner added", thing=owner, by=by, now=now)
    return owner

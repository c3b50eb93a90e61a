"""Writes who moved on to the next layer: once per token, taken back by a reversal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Sum

from groups import audit
from groups.models import Group, LayerMove, MovedMember, User
from groups.rules.layer_moves import MoveFault, fault_of_move
from groups.rules.member_hashes import member_hash, scope_of


class MoveRefused(ValueError):
    """The move cannot be; nothing was written. `fault` says why, `moved_that_day` how many had moved before."""

    def __init__(self, fault: MoveFault, moved_that_day: int = 0) -> None:
        super().__init__(fault.value)
        self.fault, self.moved_that_day = fault, moved_that_day


class MovedBefore(ValueError):
    """Some of the members stand as moved between these groups already; nothing was written."""


class ReversalStands(ValueError):
    """A reversal is not itself reversed: record the move again."""


@transaction.atomic
def record_move(
    *,
    source: Group,
    target: Group,
    on: date,
    people: int | None = None,
    members: Iterable[str] = (),
    known_members: int | None,
    note: str = "",
    token: UUID,
    by: User | None,
    now: datetime,
) -> LayerMove:
    """Record that `people`, or the `members` with these ids on the platform, moved on. Ids are hashed before they are
    stored.

    `known_members` is how many the source had on that day, None where nobody knows. The same token again returns the
    move that stands. Raises MoveRefused or MovedBefore.
    """
    locked = Group.objects.select_for_update().get(pk=source.pk)
    if known := LayerMove.objects.filter(token=token, source=locked).first():
        return known
    hashes = hashes_of(locked, members)
    count = len(hashes) or people or 0
    that_day = _moved_on(locked, target, on)
    fault = fault_of_move(
        from_layer=locked.layer,
        to_layer=target.layer,
        people=count,
        moved_that_day=that_day,
        members=known_members,
    )
    if fault:
        raise MoveRefused(fault, that_day)
    move = LayerMove.objects.create(
        team_id=locked.team_id,
        source=locked,
        target=target,
        from_layer=locked.layer,
        to_layer=target.layer,
        on=on,
        people=count,
        members_unknown=known_members is None,
        note=note,
        token=token,
        entered_at=now,
        entered_by=by,
    )
    _name_members(move, hashes)
    audit.record(verb="people moved on", thing=locked, by=by, now=now, after=_told(move))
    return move


@transaction.atomic
def reverse_move(*, move: LayerMove, reason: str = "", by: User | None, now: datetime) -> LayerMove:
    """Take a move back on its own day. Twice makes one reversal."""
    if move.reverses_id:
        raise ReversalStands(str(move.pk))
    reversal, made = LayerMove.objects.get_or_create(
        reverses=move,
        defaults={
            "team_id": move.team_id,
            "source_id": move.source_id,
            "target_id": move.target_id,
            "from_layer": move.from_layer,
            "to_layer": move.to_layer,
            "on": move.on,
            "people": -move.people,
            "members_unknown": move.members_unknown,
            "note": reason,
            "entered_at": now,
            "entered_by": by,
        },
    )
    if made:
        MovedMember.objects.filter(move=move).update(stands=False)
        audit.record(verb="move taken back", thing=move.source, by=by, now=now, before=_told(move), reason=reason)
    return reversal


def hashes_of(group: Group, members: Iterable[str]) -> list[bytes]:
    """The distinct hashes of ids on the group's platform, as imports of member days make them."""
    scope = scope_of(group.platform, group.external_id)
    key = settings.MEMBER_KEY.encode()
    return sorted({member_hash(key, scope, each.strip()) for each in members if each.strip()})


def _name_members(move: LayerMove, hashes: list[bytes]) -> None:
    rows = [MovedMember(move=move, source_id=move.source_id, target_id=move.target_id, hash=each) for each in hashes]
    try:
        with transaction.atomic():
            MovedMember.objects.bulk_create(rows)
    except IntegrityError:
        raise MovedBefore(str(move.target_id)) from None


def _moved_on(source: Group, target: Group, on: date) -> int:
    moved = LayerMove.objects.filter(source=source, target=target, on=on).aggregate(people=Sum("people"))
    return moved["people"] or 0


def _told(move: LayerMove) -> dict[str, object]:
    return {
        "move": move.pk,
        "to": move.target_id,
        "on": move.on.isoformat(),
        "people": move.people,
        "layers": f"{move.from_layer} > {move.to_layer}",
    }

"""Writes the rows of revenue models. Nobody else does: registration begins them with a plan, monetization changes them.

What holds at the end of every writer: a group that has a plan has one main model from its first day on without a gap,
and the kind of the one that holds today is Plan.monetization.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from groups import audit
from groups.models import Group, RevenueModel, User
from groups.rules.monetization.inputs import Inputs, stored
from groups.rules.monetization.kinds import KINDS


def begin(
    opened: Mapping[int, tuple[int, date]], kind: str, inputs: Inputs | None, *, by: User | None, now: datetime
) -> None:
    """The first main model of groups that were just registered: {group id: (team id, opened on)}, one statement.

    A group that another import registered a moment ago keeps the one that it has.
    """
    RevenueModel.objects.bulk_create(
        [
            first(kind, inputs, group_id=group_id, team_id=team_id, from_on=opened_on, by=by, now=now)
            for group_id, (team_id, opened_on) in opened.items()
        ],
        batch_size=2000,
        ignore_conflicts=True,
    )


def first(kind: str, inputs: Inputs | None, *, by: User | None, now: datetime, **fields: object) -> RevenueModel:
    """The main model that a group begins with, not saved."""
    row = {"kind": kind, "is_main": True, "inputs": stored(inputs) if inputs else {}, "made_at": now, "made_by": by}
    return RevenueModel(**row, **fields)


def follow_plan(*, group: Group, kind: str, by: User | None, now: datetime) -> None:
    """Let the main model be of the plan's kind from today on; nothing changes where it is. Call inside the transaction
    that holds the lock of the group."""
    today = timezone.localdate(now)
    main = RevenueModel.objects.live().filter(group=group, is_main=True, until_on=None).first()
    if main is None or main.kind != kind:
        # A group that opens in the future is planned anew from its first day.
        put(group=group, inputs=KINDS[kind](), is_main=True, from_on=max(today, main.from_on) if main else today,
            until_on=None, by=by, now=now)  # fmt: skip


def put(
    *,
    group: Group,
    inputs: Inputs,
    is_main: bool,
    from_on: date,
    until_on: date | None,
    reason: str = "",
    token: UUID | None = None,
    by: User | None,
    now: datetime,
) -> RevenueModel:
    """Put a model on record from a day on. What it takes the place of ends on that day, or is withdrawn if it began on
    it or later: models of the same kind, and for a main one the main one before. Call with the group locked."""
    replaced = Q(kind=inputs.KIND) | (Q(is_main=True) if is_main else Q(pk=None))
    _make_room(group, replaced, from_on, until_on, now)
    row = RevenueModel.objects.create(
        group=group,
        team_id=group.team_id,
        kind=inputs.KIND,
        is_main=is_main,
        from_on=from_on,
        until_on=until_on,
        inputs=stored(inputs),
        reason=reason,
        token=token,
        made_at=now,
        made_by=by,
    )
    audit.record(verb="revenue model put", thing=group, by=by, now=now, after=told(row), reason=reason)
    return row


def _make_room(group: Group, which: Q, from_on: date, until_on: date | None, now: datetime) -> None:
    rows = RevenueModel.objects.live().filter(which, group=group)
    before_the_end = Q() if until_on is None else Q(from_on__lt=until_on)
    rows.filter(before_the_end, from_on__gte=from_on).update(withdrawn_at=now)
    rows.filter(Q(until_on=None) | Q(until_on__gt=from_on), from_on__lt=from_on).update(until_on=from_on)


def told(row: RevenueModel) -> dict[str, object]:
    """A model as the audit keeps it."""
    return {
        "model": row.pk,
        "kind": row.kind,
        "main": row.is_main,
        "from_on": row.from_on.isoformat(),
        "until_on": row.until_on and row.until_on.isoformat(),
        "inputs": row.inputs,
    }

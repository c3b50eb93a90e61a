"""Changes many groups at one stroke, once per token; undoing.py takes such a change back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Func, QuerySet, Value

from groups import audit, handover
from groups.access import team_roles
from groups.models import ChangedGroup, Group, RegistryChange, User

Kind = RegistryChange.Kind

MOST_TAGS = 20
COLUMN = {Kind.ASSIGN: "owner_id", Kind.LAYER: "layer", Kind.ADD_TAG: "tags", Kind.REMOVE_TAG: "tags"}


@dataclass(frozen=True)
class Outcome:
    """`change` is None when nothing had to be written. `left_out` groups may not take the value."""

    change: RegistryChange | None
    changed: int
    left_out: int = 0


@dataclass(frozen=True)
class Touched:
    """A group that changes: its row before, and the value that its column gets."""

    pk: int
    team_id: int
    name: str
    version: int
    before: Any
    after: Any


@transaction.atomic
def change_many(*, groups: QuerySet, kind: Kind, value: Any, token: UUID, by: User, now: datetime) -> Outcome:
    """Set the owner (a User), layer or one tag of many groups; `groups` are those that the person may see.

    The same token again changes nothing and tells the first outcome. An owner who does not work in the team of a
    group leaves that group as it is; handover.OwnerInactive if the account was closed. Rows are locked in the order of
    their ids, and versions count up, so that an edit that was begun before meets its conflict.
    """
    change, is_new = RegistryChange.objects.get_or_create(token=token, defaults={"kind": kind, "by": by, "at": now})
    if not is_new:
        return Outcome(change, change.groups.count())
    if kind == Kind.ASSIGN:
        handover.hold_owner(value.pk)
    touched, left_out = _touched(groups, kind, value)
    if not touched:
        change.delete()
        return Outcome(None, 0, left_out)
    column = COLUMN[kind]
    Group.objects.filter(pk__in=[each.pk for each in touched]).update(
        **{column: _expression(kind, value)}, version=F("version") + 1
    )
    ChangedGroup.objects.bulk_create(
        [
            ChangedGroup(change=change, group_id=each.pk, before={column: each.before}, version=each.version + 1)
            for each in touched
        ],
        batch_size=1000,
    )
    if kind == Kind.ASSIGN:
        handover.record_change(change.pk, by=by, now=now)
    told = [
        audit.Told(each.pk, each.team_id, each.name, {column: each.before}, {column: each.after}) for each in touched
    ]
    audit.record_many(told, verb="edited", object_type="group", by=by, now=now)
    return Outcome(change, len(touched), left_out)


def _touched(groups: QuerySet, kind: Kind, value: Any) -> tuple[list[Touched], int]:
    """Which of the groups change and how, locked; and how many may not take the value."""
    column = COLUMN[kind]
    ids = list(groups.values_list("pk", flat=True))
    rows = Group.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
    teams = set(team_roles(value)) if kind == Kind.ASSIGN else set()
    touched, left_out = [], 0
    for row in rows.values("pk", "team_id", "name", "version", column):
        before = row.pop(column)
        if kind == Kind.ASSIGN and row["team_id"] not in teams:
            left_out += before != value.pk
            continue
        after = _after(kind, before, value)
        if after is None:
            left_out += 1
        elif after != before:
            touched.append(Touched(**row, before=before, after=after))
    return touched, left_out


def _after(kind: Kind, before: Any, value: Any) -> Any:
    """What the column holds afterwards; None for a group that has as many tags as it may."""
    if kind == Kind.ADD_TAG:
        if value in before:
            return before
        return [*before, value] if len(before) < MOST_TAGS else None
    if kind == Kind.REMOVE_TAG:
        return [tag for tag in before if tag != value]
    return value.pk if kind == Kind.ASSIGN else value


def _expression(kind: Kind, value: Any) -> Any:
    """The same as an expression that the database works out for all rows in one statement."""
    if kind in (Kind.ADD_TAG, Kind.REMOVE_TAG):
        function = "array_append" if kind == Kind.ADD_TAG else "array_remove"
        return Func(F("tags"), Value(value), function=function)
    return value.pk if kind == Kind.ASSIGN else value

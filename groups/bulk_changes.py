"""Changes many groups at one stroke, once per token, and takes such a change back while it still stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Func, QuerySet, Value

from groups import audit, upstreams
from groups.access import team_roles
from groups.models import ChangedGroup, Group, RegistryChange, User
from groups.registration import EDITABLE, amend_ends, search_keys_of, told

Kind = RegistryChange.Kind

MOST_TAGS = 20
RESTORED = [*EDITABLE, "grams", "sort_key", "initials", "version"]
UNDO_WITHIN = timedelta(days=7)
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
    group leaves that group as it is. Rows are locked in the order of their ids, and versions count up, so that an edit
    that was begun before meets its conflict.
    """
    change, is_new = RegistryChange.objects.get_or_create(token=token, defaults={"kind": kind, "by": by, "at": now})
    if not is_new:
        return Outcome(change, change.groups.count())
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
    told = [
        audit.Told(each.pk, each.team_id, each.name, {column: each.before}, {column: each.after}) for each in touched
    ]
    audit.record_many(told, verb="edited", object_type="group", by=by, now=now)
    return Outcome(change, len(touched), left_out)


@transaction.atomic
def undo(*, change: RegistryChange, by: User, now: datetime) -> Outcome:
    """Put back what stood before, where nobody saved since; a group that the change made is archived.

    Undoing twice changes nothing more. What was saved since, is out of the person's sight now, or would feed itself,
    stays and is counted in `left_out`.
    """
    stands = RegistryChange.objects.select_for_update().get(pk=change.pk)
    if stands.undone_at:
        return Outcome(stands, 0)
    stands.undone_at, stands.undone_by = now, by
    stands.save(update_fields=["undone_at", "undone_by"])
    items = {item.group_id: item for item in ChangedGroup.objects.filter(change=stands)}
    fed = {pk: item.before["upstream_id"] for pk, item in items.items() if (item.before or {}).get("upstream_id")}
    if fed:
        upstreams.hold()
    mine = Group.objects.visible_to(by).filter(pk__in=list(items)).exclude(pk__in=upstreams.circling(fed))
    groups = list(mine.order_by("pk").select_for_update(no_key=True))
    same = [group for group in groups if group.version == items[group.pk].version and not group.archived_at]
    made = [group for group in same if items[group.pk].made]
    edited = [group for group in same if not items[group.pk].made]
    back = [_put_back(group, items[group.pk].before) for group in edited]
    Group.objects.bulk_update(edited, RESTORED, batch_size=500)
    Group.objects.filter(pk__in=[group.pk for group in made]).update(archived_at=now, version=F("version") + 1)
    ends = {group.pk: items[group.pk].before["ends_on"] for group in edited if "ends_on" in items[group.pk].before}
    amend_ends(ends={pk: day and date.fromisoformat(day) for pk, day in ends.items()}, by=by, now=now)
    audit.record_many(back, verb="change undone", object_type="group", by=by, now=now)
    archived = [audit.Told(group.pk, group.team_id, group.name) for group in made]
    audit.record_many(archived, verb="archived", object_type="group", by=by, now=now)
    return Outcome(stands, len(same), len(items) - len(same))


def may_undo(change: RegistryChange, user: User, now: datetime) -> bool:
    """Whoever made it, or an administrator, within a week, once."""
    theirs = change.by_id == user.pk or user.is_administrator
    return theirs and change.undone_at is None and now - change.at <= UNDO_WITHIN


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


def _put_back(group: Group, before: Mapping[str, Any]) -> audit.Told:
    """Set the columns of the group to what stood before, and say so."""
    values = {key: value for key, value in before.items() if key in EDITABLE}
    if "opened_on" in values:
        values["opened_on"] = date.fromisoformat(values["opened_on"])
    was = {key: getattr(group, key) for key in values}
    for key, value in (
        values | search_keys_of(values.get("name", group.name), values.get("theme", group.theme))
    ).items():
        setattr(group, key, value)
    group.version += 1
    return audit.Told(group.pk, group.team_id, group.name, told(was), told(values))

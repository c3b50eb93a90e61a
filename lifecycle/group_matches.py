"""Finds the registered group for each group of a file: by its id, by what a person said, by a name used before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from groups.models import Group
from groups.sheets.refusal import FileRefused
from lifecycle.coverage import Asked
from lifecycle.models import GroupAlias
from lifecycle.sources.canonical import Canonical, GroupSaid

SKIP, NEW = "skip", "new"
Choices = Mapping[str, str | int]  # by choice_key: SKIP, NEW, or the id of a registered group


@dataclass(frozen=True)
class Matches:
    """Ids in the order of the file's groups, 0 where none is registered; places of those by platform and key.

    `put_down` are the ids that a person chose, now or for an earlier file, by choice_key.
    """

    ids: np.ndarray
    missing: dict[str, dict[str, int]]
    put_down: dict[str, int]


def choice_key(group: GroupSaid) -> str:
    """Under which word a person's choice for this group is kept."""
    return f"{group.platform}|{group.key}"


def without_skipped(found: Canonical, choices: Choices) -> Canonical:
    """What is left of a file when the groups are left out that a person wants left out."""
    kept = np.array([choices.get(choice_key(group)) != SKIP for group in found.groups], dtype=bool)
    if kept.all():
        return found
    rank = np.cumsum(kept) - 1
    members = found.members[kept[found.members["group"]]].copy()
    places = np.cumsum(kept[found.members["group"]]) - 1
    rows, acts = (array[kept[array["group"]]].copy() for array in (found.rows, found.acts))
    acts["member"] = places[acts["member"]]
    for array in (rows, members, acts):
        array["group"] = rank[array["group"]]
    groups = [group for group, stays in zip(found.groups, kept, strict=True) if stays]
    return replace(found, groups=groups, rows=rows, members=members, acts=acts)


def match_groups(found: Canonical, *, team_id: int, platform: str, asked: Asked, choices: Choices) -> Matches:
    """Three queries for any number of groups. Raises FileRefused when a group cannot be told apart."""
    keys = [group.key for group in found.groups]
    registered: dict[str, dict[str, int]] = {}
    active = Group.objects.filter(team=team_id, archived_at=None)
    for pk, where, key in active.filter(external_id__in=keys).values_list("pk", "platform", "external_id"):
        registered.setdefault(key, {})[where] = pk
    aliases = _aliases(team_id, keys)
    chosen = _still_there(active, choices)
    ids = np.zeros(len(keys), dtype="i4")
    missing: dict[str, dict[str, int]] = {}
    put_down: dict[str, int] = {}
    for place, group in enumerate(found.groups):
        said = choices.get(choice_key(group))
        told = asked.by_group.get(group.key)
        where = group.platform or platform or (told[2] if told else "")
        here = registered.get(group.key, {})
        if isinstance(said, int) and said in chosen:
            ids[place] = put_down[choice_key(group)] = said
            continue
        if not where and len(here) > 1:
            raise FileRefused("which_platform", group=group.key, platforms=sorted(here))
        pk = here.get(where) if where else next(iter(here.values()), None)
        if pk is None and said != NEW and group.key in aliases:
            pk = put_down[choice_key(group)] = aliases[group.key]
        if pk is None:
            missing.setdefault(where or "other", {})[group.key] = place
        else:
            ids[place] = pk
    _refuse_twice(ids, found.groups)
    return Matches(ids, missing, put_down)


def same_named(team_id: int, groups: Iterable[GroupSaid]) -> dict[str, int]:
    """For groups of a file that nobody knows: the one registered group of the same name, by choice_key."""
    by_name = {group.name or group.key: choice_key(group) for group in groups}
    found: dict[str, list[int]] = {}
    for pk, name in Group.objects.filter(team=team_id, archived_at=None, name__in=list(by_name)).values_list(
        "pk", "name"
    ):
        found.setdefault(name, []).append(pk)
    return {by_name[name]: pks[0] for name, pks in found.items() if len(pks) == 1}


def remember(*, team_id: int, assigned: Mapping[str, int]) -> None:
    """Keep which group a word in files means, by the group's key there."""
    GroupAlias.objects.bulk_create(
        [GroupAlias(team_id=team_id, key=key, group_id=pk) for key, pk in assigned.items()],
        update_conflicts=True,
        unique_fields=["team", "key"],
        update_fields=["group"],
    )


def _aliases(team_id: int, keys: list[str]) -> dict[str, int]:
    known = GroupAlias.objects.filter(team=team_id, key__in=keys, group__archived_at=None, group__team=team_id)
    return dict(known.values_list("key", "group_id"))


def _still_there(active, choices: Choices) -> set[str | int | None]:
    wanted = [said for said in choices.values() if isinstance(said, int)]
    return set(active.filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()


def _refuse_twice(ids: np.ndarray, groups: list[GroupSaid]) -> None:
    known = np.flatnonzero(ids)
    _values, first = np.unique(ids[known], return_index=True)
    again = np.setdiff1d(np.arange(len(known)), first)
    if len(again):
        group = groups[int(known[again[0]])]
        raise FileRefused("same_group_twice", group=group.name or group.key)

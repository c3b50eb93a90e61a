"""Judges a list against the registry as it stands, and keeps what would become of its rows in pages, encrypted.

The pages are what people look at; what is written is judged anew.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from groups.access import people_of_teams, team_roles
from groups.leases import Lease
from groups.models import Group, ListPage, Plan, RegistryImport, Team, User
from groups.registration import EDITABLE
from groups.rules.group_lists import Defaults, Fate, Known, Registry, Row, judge, one_kind_of_line_end
from groups.sealing import seal, unseal
from groups.sheets.matching import matching_form

PAGE = 50  # rows of a kept page
TELL_EVERY = 1000  # rows
Kind = ListPage.Kind
NumberedRow = tuple[int, list[Any]]


class FileIsGone(Exception):
    """The rows of this list were deleted; upload it again."""


@dataclass(frozen=True)
class Preview:
    """What would become of every row, and the cells of those that are refused."""

    rows: list[Row]
    registry: Registry
    refused_cells: Mapping[int, list[Any]]

    def kinds(self) -> Iterator[tuple[str, Row]]:
        """Each row with the kind of page that it stands on; a doubtful new one only on that of same names."""
        for row in self.rows:
            yield (Kind.SAME_NAME if row.same_name else row.fate.value), row

    @property
    def counts(self) -> Counter[str]:
        return Counter(str(kind) for kind, _row in self.kinds())

    @property
    def fates_hash(self) -> str:
        """Equal for previews in which the same becomes of each row."""
        told = hashlib.sha256()
        for row in self.rows:
            changed = ",".join(row.values) if row.fate == Fate.CHANGED else ""
            told.update(f"{row.line} {row.fate} {row.same_name:d} {changed}\n".encode())
        return told.hexdigest()

    def to_write(self, with_same_names: bool) -> list[Row]:
        wanted = (Fate.NEW, Fate.CHANGED)
        return [row for row in self.rows if row.fate in wanted and (with_same_names or not row.same_name)]


def sealed_json(content: Any) -> bytes:
    """JSON, small and encrypted."""
    return seal(zlib.compress(json.dumps(content, ensure_ascii=False, default=str).encode(), level=3))


def unsealed_json(sealed: bytes) -> Any:
    return json.loads(zlib.decompress(unseal(bytes(sealed))))


def rows_of(upload: RegistryImport) -> list[NumberedRow]:
    """The rows as they stand in the file. Raises FileIsGone."""
    if upload.sealed is None:
        raise FileIsGone
    return unsealed_json(upload.sealed)


def preview(upload: RegistryImport, *, by: User, lease: Lease | None = None) -> Preview:
    """What this person would write now, within the teams that they see. Raises FileIsGone, and TakenOver."""
    teams = list(team_roles(by))
    defaults = Defaults(upload.team_id if upload.team_id in teams else 0, upload.platform, by.pk)
    rows, registry = rows_of(upload), registry_of(teams)
    judged = judge(_counted(rows, lease), upload.mapping, registry, defaults)
    refused = {row.line for row in judged if row.fate == Fate.REFUSED}
    return Preview(judged, registry, {line: cells for line, cells in rows if line in refused})


def _counted(rows: Sequence[NumberedRow], lease: Lease | None) -> Iterator[NumberedRow]:
    for count, row in enumerate(rows):
        if lease and count % TELL_EVERY == 0:
            lease.tell(count, len(rows))
        yield row


def keep_pages(upload: RegistryImport, found: Preview) -> None:
    """Keep the rows of a preview in place of those before. Call it inside a transaction."""
    shown = _Shown(found)
    of_kind: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for kind, row in found.kinds():
        of_kind[kind].append(shown.row(row))
    ListPage.objects.filter(upload=upload).exclude(kind=Kind.HEAD).delete()
    ListPage.objects.bulk_create(
        (
            ListPage(upload=upload, kind=kind, number=at // PAGE + 1, sealed=sealed_json(rows[at : at + PAGE]))
            for kind, rows in of_kind.items()
            for at in range(0, len(rows), PAGE)
        ),
        batch_size=200,
    )


def page_of(upload: RegistryImport, kind: str, number: int) -> list[Any]:
    """The rows of one page as they were kept; empty for a page that is not there."""
    found = ListPage.objects.filter(upload=upload, kind=kind, number=number).first()
    return unsealed_json(found.sealed) if found else []


def refused_rows(upload: RegistryImport) -> Iterator[dict[str, Any]]:
    """The refused rows of the last preview, page by page."""
    for page in ListPage.objects.filter(upload=upload, kind=Kind.REFUSED).order_by("number").iterator(chunk_size=20):
        yield from unsealed_json(page.sealed)


class _Shown:
    """Rows as pages show them: names in place of ids, what changes with what stood before."""

    def __init__(self, found: Preview) -> None:
        rows = found.rows
        ids = {row.values["owner_id"] for row in rows if "owner_id" in row.values}
        ids |= {row.group.owner_id for row in rows if row.group and "owner_id" in row.values}
        self.people = {user.pk: str(user) for user in User.objects.filter(pk__in=ids)}
        self.groups = {group.pk: group.name for group in found.registry.groups}
        self.lines = {row.line: row.name for row in rows}
        self.cells = found.refused_cells

    def row(self, row: Row) -> dict[str, Any]:
        shown: dict[str, Any] = {"line": row.line, "name": row.name}
        if row.group:
            shown["group"] = row.group.pk
        if row.fate == Fate.REFUSED:
            problems = [[problem.field, problem.value, problem.code] for problem in row.problems]
            return shown | {"problems": problems, "cells": self.cells[row.line]}
        if row.fate == Fate.CHANGED:
            changes = [[key, self._word(key, getattr(row.group, key)), self._word(key, row.values[key])]
                       for key in row.values]  # fmt: skip
            if row.upstream_line:
                was = self._word("upstream_id", row.group.upstream_id if row.group else None)
                changes.append(["upstream_id", was, self.lines[row.upstream_line]])
            return shown | {"changes": changes}
        if row.fate == Fate.NEW:
            keys = ("owner_id", "platform", "layer", "opened_on", "ends_on")
            return shown | {key: self._word(key, row.values[key]) for key in keys if key in row.values}
        return shown

    def _word(self, key: str, value: Any) -> Any:
        if value is None or value == "":
            return ""
        if key == "owner_id":
            return self.people.get(value, "")
        if key == "upstream_id":
            return self.groups.get(value, "")
        return str(value) if isinstance(value, date) else list(value) if isinstance(value, tuple) else value


def registry_of(team_ids: Iterable[int]) -> Registry:
    """What lists are judged against: a fixed number of queries."""
    team_ids = list(team_ids)
    people = people_of_teams(team_ids)
    names = {user.pk: names_of(user) for users in people.values() for user in users}
    groups = [Known(**row) for row in _known_rows(team_ids)]
    strangers = {group.owner_id for group in groups} - set(names)
    names |= {user.pk: names_of(user) for user in User.objects.filter(pk__in=strangers)}
    by_name: dict[int, Mapping[str, frozenset[int]]] = {}
    for team, users in people.items():
        called: dict[str, set[int]] = defaultdict(set)
        for user in users:
            for name in names[user.pk]:
                called[name].add(user.pk)
        by_name[team] = {name: frozenset(ids) for name, ids in called.items()}
    teams = {matching_form(name): pk for pk, name in Team.objects.filter(pk__in=team_ids).values_list("pk", "name")}
    return Registry(teams, by_name, names, groups)


def names_of(user: User) -> frozenset[str]:
    """The words that mean a person: their name and their user name."""
    return frozenset(matching_form(name) for name in (user.display_name, user.username) if name)


def _known_rows(team_ids: list[int]) -> Iterator[dict[str, Any]]:
    current = Plan.objects.filter(team__in=team_ids, superseded_at=None)
    plans = {group: days for group, *days in current.values_list("group_id", "starts_on", "ends_on").iterator()}
    groups = Group.objects.filter(team__in=team_ids, archived_at=None)
    columns = ("pk", "version", "team_id", "external_id", "platform", *(set(EDITABLE) - {"external_id", "platform"}))
    for row in groups.values(*columns).iterator():
        starts, ends = plans.get(row["pk"], (None, None))
        row["tags"], row["notes"] = tuple(row["tags"]), one_kind_of_line_end(row["notes"])
        yield row | {"starts_on": starts, "ends_on": ends}

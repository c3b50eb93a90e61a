"""Judges the rows of a list of groups against the registry: new, changed, the same, or refused and why.

An empty cell says nothing, so it neither clears what stands there nor counts as a change. A group is found by its id on
the platform, or without one by its name, then its platform, then its owner.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from groups.rules.safe_cells import unmarked
from groups.rules.team_tree import would_circle
from groups.sheets.cells import count_of, day_of, key_of, text_of
from groups.sheets.layers import layer_of
from groups.sheets.matching import matching_form
from groups.sheets.platforms import platform_of
from groups.sheets.refusal import CellRefused

LAST_DAY = date(2199, 12, 31)
TAG_LENGTH = 30
MOST_CAP = 1_000_000
# Columns that a row may change on a group that exists.
COMPARED = ("name", "owner_id", "layer", "tags", "opened_on", "member_cap", "theme", "notes", "upstream_id", "ends_on")


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True)
class Problem:
    """Why a row is refused: the field, what stood there, and a code of groups.file_words."""

    field: str
    value: str
    code: str


@dataclass(frozen=True)
class Known:
    """A group of the registry, with the span of its current plan."""

    pk: int
    version: int
    team_id: int
    name: str
    platform: str
    external_id: str
    owner_id: int
    layer: str
    tags: tuple[str, ...]
    opened_on: date
    member_cap: int | None
    theme: str
    notes: str
    upstream_id: int | None
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True)
class Registry:
    """What a list is judged against. Names are in their matching form; people are those who work in the team."""

    teams: Mapping[str, int]
    people: Mapping[int, Mapping[str, frozenset[int]]]
    names_of: Mapping[int, frozenset[str]]  # of a person, wherever they work
    groups: Sequence[Known]


@dataclass(frozen=True)
class Row:
    """One row judged. `values` holds what is to be set; `upstream_line` is the row of the same file that feeds it."""

    line: int
    fate: Fate
    name: str = ""
    group: Known | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    upstream_line: int | None = None
    problems: tuple[Problem, ...] = ()
    same_name: bool = False


@dataclass(frozen=True)
class Defaults:
    """What holds for rows that do not say it themselves. Team 0: the person no longer sees it."""

    team_id: int
    platform: str
    owner_id: int


def judge(
    rows: Iterable[tuple[int, Sequence[Any]]], places: Mapping[str, int], registry: Registry, defaults: Defaults
) -> list[Row]:
    """Every row with its fate, in the order of the file. `places` maps a field to its column, from 0."""
    judging = _Judging(registry, defaults)
    judged = [judging.row(line, cells, places) for line, cells in rows]
    return judging.with_parents(judged)


class _Judging:
    def __init__(self, registry: Registry, defaults: Defaults) -> None:
        self.registry, self.defaults = registry, defaults
        self.by_id: dict[tuple[int, str, str], Known] = {}
        self.by_name: dict[tuple[int, str], list[Known]] = defaultdict(list)
        for group in registry.groups:
            if group.external_id:
                self.by_id[group.team_id, group.platform, group.external_id] = group
            self.by_name[group.team_id, group.name].append(group)
        self.owned = {(group.team_id, group.owner_id, group.name) for group in registry.groups}
        self.said_before: set[Any] = set()
        self.made: dict[tuple[int, str], list[int]] = defaultdict(list)  # team and name -> rows that make a group
        self.parents: dict[int, tuple[int, str]] = {}  # row -> team and name of its parent

    def row(self, line: int, cells: Sequence[Any], places: Mapping[str, int]) -> Row:
        """One row, its parent aside: that may stand further below."""
        said, problems = read_cells(cells, places)
        name = said.get("name", "")
        team_id = self._team(said, problems)
        group = self._found(team_id, said, problems) if not problems else None
        values = self._values(team_id, said, group, problems) if not problems else {}
        if problems:
            return Row(line, Fate.REFUSED, name, problems=tuple(problems))
        if said.get("upstream"):
            self.parents[line] = (team_id, said["upstream"])
        if group:
            changes = {key: value for key, value in values.items() if getattr(group, key) != value}
            return Row(line, Fate.CHANGED if changes else Fate.SAME, name, group, changes)
        owned = (team_id, values["owner_id"], name)
        same_name = owned in self.owned
        self.owned.add(owned)
        self.made[team_id, name].append(line)
        return Row(line, Fate.NEW, name, None, values | {"team_id": team_id}, same_name=same_name)

    def with_parents(self, judged: list[Row]) -> list[Row]:
        """The rows with the groups that their members come from, of the registry or of the file; none feeds itself."""
        rows = [self._with_parent(row, *self.parents[row.line]) if row.line in self.parents else row for row in judged]
        # Groups of the registry go by their number, rows that make one by their line, below zero.
        parents = {group.pk: group.upstream_id for group in self.registry.groups}
        node = {row.line: row.group.pk if row.group else -row.line for row in rows}
        told = [row for row in rows if row.line in self.parents and row.fate != Fate.REFUSED]
        for row in told:
            known = row.values.get("upstream_id", parents.get(node[row.line]))
            parents[node[row.line]] = -row.upstream_line if row.upstream_line else known
        circles = {row.line for row in told if would_circle(parents, node[row.line], parents[node[row.line]])}
        return [self._refused(row, "circle") if row.line in circles else row for row in rows]

    def _refused(self, row: Row, code: str) -> Row:
        """The row with its parent as the reason why not."""
        problem = Problem("upstream", self.parents[row.line][1], code)
        return Row(row.line, Fate.REFUSED, row.name, problems=(problem,))

    def _with_parent(self, row: Row, team_id: int, name: str) -> Row:
        known, made = self.by_name.get((team_id, name), []), self.made.get((team_id, name), [])
        code = "unknown_parent" if not known and not made else "which_parent" if len(known) + len(made) > 1 else ""
        if row.line in made or (row.group and row.group in known):
            code = "own_parent"
        if code:
            return self._refused(row, code)
        if made:
            fate = Fate.CHANGED if row.fate == Fate.SAME else row.fate
            return replace(row, fate=fate, upstream_line=made[0])
        if row.group and row.group.upstream_id == known[0].pk:
            return row
        fate = Fate.CHANGED if row.fate == Fate.SAME else row.fate
        return replace(row, fate=fate, values={**row.values, "upstream_id": known[0].pk})

    def _team(self, said: Mapping[str, Any], problems: list[Problem]) -> int:
        word = said.get("team", "")
        team = self.registry.teams.get(matching_form(word), 0) if word else self.defaults.team_id
        if not team:
            problems.append(Problem("team", word, "unknown_team"))
        return team

    def _found(self, team_id: int, said: Mapping[str, Any], problems: list[Problem]) -> Known | None:
        """The group that the row speaks of, or None for a new one."""
        key, name = said.get("external_id", ""), said["name"]
        platform = said.get("platform", "")
        if key:
            platform = platform or self.defaults.platform
            group = self.by_id.get((team_id, platform, key))
            self._once((team_id, platform, key), "external_id", key, problems)
            return group
        found = self.by_name.get((team_id, name), [])
        if platform and len(found) > 1:
            found = [group for group in found if group.platform == platform]
        if said.get("owner") and len(found) > 1:
            called = matching_form(said["owner"])
            found = [group for group in found if called in self.registry.names_of.get(group.owner_id, ())]
        if len(found) > 1:
            problems.append(Problem("name", name, "which_group"))
        elif found:
            self._once(found[0].pk, "name", name, problems)
            return found[0]
        return None

    def _once(self, key: Any, place: str, value: str, problems: list[Problem]) -> None:
        if key in self.said_before:
            problems.append(Problem(place, value, "said_twice"))
        self.said_before.add(key)

    def _values(
        self, team_id: int, said: Mapping[str, Any], group: Known | None, problems: list[Problem]
    ) -> dict[str, Any]:
        same = ("name", "layer", "tags", "opened_on", "member_cap", "theme", "notes", "ends_on")
        values = {key: said[key] for key in same if key in said}
        owner = self._owner(team_id, said.get("owner", ""), group, problems)
        if owner:
            values["owner_id"] = owner
        if group is None:
            platform = said.get("platform") or self.defaults.platform
            if not platform:
                problems.append(Problem("platform", "", "no_platform"))
            if "opened_on" not in said:
                problems.append(Problem("opened_on", "", "no_date"))
            values |= {"platform": platform, "external_id": said.get("external_id", "")}
            values.setdefault("owner_id", self.defaults.owner_id)
        begins = group.starts_on if group else said.get("opened_on")
        if "ends_on" in said and begins and said["ends_on"] <= begins:
            problems.append(Problem("ends_on", said["ends_on"].isoformat(), "ends_early"))
        return values

    def _owner(self, team_id: int, word: str, group: Known | None, problems: list[Problem]) -> int | None:
        if not word:
            return None
        called = matching_form(word)
        if group and called in self.registry.names_of.get(group.owner_id, ()):
            return group.owner_id
        people = self.registry.people.get(team_id, {}).get(called, frozenset())
        if len(people) != 1:
            problems.append(Problem("owner", word, "which_owner" if people else "unknown_owner"))
            return None
        return next(iter(people))


def read_cells(cells: Sequence[Any], places: Mapping[str, int]) -> tuple[dict[str, Any], list[Problem]]:
    """What the cells of a row say, by field, empty ones left out; and the cells that cannot be read."""
    said: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, place in places.items():
        cell = cells[place] if place < len(cells) else None
        if cell is None or cell == "":
            continue
        try:
            value = READERS[name](cell)
        except CellRefused as refused:
            problems.append(Problem(name, shown(cell), refused.code))
            continue
        if value not in (None, "", ()):
            said[name] = value
    if "name" not in said and not any(problem.field == "name" for problem in problems):
        problems.append(Problem("name", "", "no_name"))
    return said, problems


def shown(cell: Any) -> str:
    """A refused cell as it may be shown: printable, short."""
    text = "" if cell is None else str(cell)
    return "".join(c if c.isprintable() else "\ufffd" for c in text[:60])


def _text(longest: int) -> Any:
    def read(cell: Any) -> str:
        text = unmarked(text_of(cell, longest + 1))
        if len(text) > longest:
            raise CellRefused("too_long")
        return text

    return read


def _word(known: Any, code: str) -> Any:
    def read(cell: Any) -> str:
        word = unmarked(text_of(cell))
        found = known(word)
        if word and not found:
            raise CellRefused(code)
        return str(found)

    return read


def _tags(cell: Any) -> tuple[str, ...]:
    words = unmarked(text_of(cell, 600)).replace("，", " ").replace(",", " ").replace("、", " ").split()
    return tuple(dict.fromkeys(word[:TAG_LENGTH] for word in words))


def _notes(cell: Any) -> str:
    text = unmarked(str(cell))
    for line in text.splitlines():
        text_of(line, 4000)  # refuses what cannot be stored
    if len(text) > 4000:
        raise CellRefused("too_long")
    return one_kind_of_line_end(text.strip())


def one_kind_of_line_end(text: str) -> str:
    """Browsers and spreadsheets end lines differently; that is no change."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _cap(cell: Any) -> int | None:
    cap = count_of(unmarked(cell) if isinstance(cell, str) else cell)
    if cap == 0:
        raise CellRefused("no_cap")
    if cap is not None and cap > MOST_CAP:
        raise CellRefused("too_large")
    return cap


def _day(cell: Any) -> date:
    return day_of(cell, LAST_DAY)


READERS: dict[str, Any] = {
    "name": _text(120),
    "platform": _word(platform_of, "unknown_platform"),
    "external_id": lambda cell: unmarked(key_of(cell)),
    "owner": _text(120),
    "team": _text(120),
    "layer": _word(layer_of, "unknown_layer"),
    "tags": _tags,
    "opened_on": _day,
    "ends_on": _day,
    "member_cap": _cap,
    "theme": _text(120),
    "notes": _notes,
    "upstream": _text(120),
}

"""The playbooks as a team has them, and the one that a case began with, with their words.

A team has what is shipped, what it wrote, and what the teams above it wrote; of one key the nearest holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import F

from groups.models import Team
from lifecycle.cases.wording.steps import Words, playbook_words, step_words
from lifecycle.models import Case, PlaybookVersion, TeamPlaybook
from lifecycle.rules.playbook_content import from_json
from lifecycle.rules.playbooks import PLAYBOOKS, Playbook

NONE = Playbook("", 0, "", ())


@dataclass(frozen=True)
class Held:
    """A playbook as a team has it: `row` is the version of a team (None = shipped), `own` the entry it belongs to."""

    playbook: Playbook
    row: PlaybookVersion | None = None
    entry: TeamPlaybook | None = None

    @property
    def archived(self) -> bool:
        return bool(self.entry and self.entry.archived_at)

    @property
    def key(self) -> str:
        return self.playbook.key

    @property
    def title(self) -> str:
        return self.playbook.title or str(playbook_words(self.key).title)

    @property
    def about(self) -> str:
        return self.playbook.about if self.row else str(playbook_words(self.key).text)


def library_of(team_id: int) -> dict[str, Held]:
    """Every playbook of a team by its key, archived ones too: three statements, whatever their number."""
    held = {key: Held(playbook) for key, playbook in PLAYBOOKS.items()}
    for entry in _entries(_way_up(team_id)):
        held[entry.key] = held_of(entry, {row.number: row for row in entry.versions.all()})
    return held


def held_of(entry: TeamPlaybook, rows: dict[int, PlaybookVersion], number: int | None = None) -> Held:
    """A version of an entry, the current one without a number. KeyError for one that there is not."""
    number = entry.current if number is None else number
    if number == 1 and entry.key in PLAYBOOKS:
        return Held(PLAYBOOKS[entry.key], None, entry)
    row = rows[number]
    return Held(from_json(entry.key, number, entry.remedy, row.content), row, entry)


def offered(team_id: int, remedy: str) -> list[Held]:
    """What a new case of the team can begin with, the shipped ones first."""
    return [held for held in library_of(team_id).values() if held.playbook.remedy == remedy and not held.archived]


def playbook_of(case: Case) -> Playbook:
    """The playbook of a case in the version that it began with; one without steps for a case that has none."""
    if case.playbook_row_id and case.playbook_row:
        return from_json(case.playbook, case.playbook_version, case.remedy, case.playbook_row.content)
    return PLAYBOOKS.get(case.playbook, NONE)


def title_of_playbook(case: Case) -> str:
    """Needs `playbook_row` to be read with the case where there are many."""
    if not case.playbook:
        return ""
    if case.playbook_row_id and case.playbook_row:
        return case.playbook_row.content["title"]
    return str(playbook_words(case.playbook).title)


def titles_of(keys: Iterable[str]) -> dict[str, str]:
    """The titles of playbooks by their keys, of today: those of teams in one statement, and none without them."""
    wanted = set(keys)
    found = {key: str(playbook_words(key).title) for key in wanted}
    own = wanted - set(PLAYBOOKS)
    rows = PlaybookVersion.objects.filter(playbook__key__in=own, number=F("playbook__current")) if own else []
    return found | {row.playbook.key: row.content["title"] for row in _with_entry(rows)}


def words_of(playbook: Playbook, key: str) -> Words:
    """The words of a step: those of the team, else those that are shipped with it."""
    step = next((each for each in playbook.steps if each.key == key), None)
    if step is None or not step.title:
        return step_words(key)
    return Words(step.title, step.words, lines=step.lines)


def words_of_step(case: Case, key: str) -> Words:
    return words_of(playbook_of(case), key)


def spelled_out(playbook: Playbook) -> Playbook:
    """A shipped playbook with its words in the language of the reader, as a team begins to change it."""
    if playbook.title:
        return playbook
    said = playbook_words(playbook.key)
    steps = []
    for step in playbook.steps:
        words = step_words(step.key)
        lines = tuple(replace(line, who=str(line.who), says=str(line.says)) for line in words.lines)
        steps.append(replace(step, title=str(words.title), words=str(words.text), lines=lines))
    return replace(playbook, title=str(said.title), about=str(said.text), steps=tuple(steps))


def _with_entry(rows):
    return rows.select_related("playbook") if rows else []


def _entries(team_ids: list[int]) -> list[TeamPlaybook]:
    """Of these teams, the farthest first, so that the nearest is put over it."""
    found = TeamPlaybook.objects.filter(team__in=team_ids).select_related("team").prefetch_related("versions")
    return sorted(found, key=lambda entry: (-team_ids.index(entry.team_id), entry.pk))


def _way_up(team_id: int) -> list[int]:
    """The team and those above it, the nearest first."""
    parents = dict(Team.objects.values_list("pk", "parent"))
    way: list[int] = []
    at: int | None = team_id
    while at is not None and at not in way:
        way.append(at)
        at = parents.get(at)
    return way

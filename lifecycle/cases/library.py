"""Writes the playbooks of a team: another version, back to what is shipped, archived and back. Nothing is deleted.

Each write names the version of the entry that the person saw, 0 where there was none yet; of two at once one is told.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F

from groups import audit
from groups.access import leads
from groups.models import Team, User
from lifecycle.cases.moving import Refused
from lifecycle.cases.playing import Held, library_of
from lifecycle.models import PlaybookVersion, TeamPlaybook
from lifecycle.rules.playbook_content import Fault, as_json, faults_of, held_to_the_flow, is_shipped
from lifecycle.rules.playbooks import PLAYBOOKS, Playbook

FIRST = 1  # of a playbook of the team's own; of a shipped one it is the shipped text


class PlaybookUnusable(ValueError):
    """What was written cannot be used; `faults` say why. Nothing was changed."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(", ".join(fault.code for fault in faults))
        self.faults = faults


class PlaybookMovedOn(Exception):
    """Somebody else changed the playbook first. Nothing was changed; `stands` is what is there now."""

    def __init__(self, stands: Held) -> None:
        super().__init__(stands.key)
        self.stands = stands


@transaction.atomic
def write_version(
    *, team: Team, playbook: Playbook, version: int, reason: str, by: User, now: datetime
) -> PlaybookVersion:
    """Keep a playbook as another version of the team, with which cases begin from now on. An empty key makes a new one.

    Raises PlaybookUnusable, PlaybookMovedOn, PermissionDenied for who does not lead the team.
    """
    _demand_lead(team, by)
    playbook = held_to_the_flow(playbook)
    if faults := faults_of(playbook):
        raise PlaybookUnusable(faults)
    key = playbook.key or f"own-{uuid4().hex[:12]}"
    entry = _entry_at(team, key, version)
    if entry is None:
        number = FIRST + is_shipped(key)
        entry = _made(team, key, playbook.remedy, number)
    else:
        number = entry.latest + 1
        TeamPlaybook.objects.filter(pk=entry.pk).update(current=number, latest=number, version=F("version") + 1)
    before = entry.current if version else None
    content = as_json(replace(playbook, key=key))
    row = PlaybookVersion.objects.create(
        playbook=entry, number=number, content=content, reason=reason[:300], made_at=now, made_by=by
    )
    audit.record(
        verb="playbook written",
        thing=entry,
        by=by,
        now=now,
        before={"version": before},
        after={"version": number, "title": playbook.title, "steps": len(playbook.steps)},
        reason=reason[:300],
    )
    return row


@transaction.atomic
def take_up(*, team: Team, key: str, number: int, version: int, by: User, now: datetime) -> None:
    """Let new cases begin with an earlier version again; 1 of a shipped playbook is what is shipped.

    Raises PlaybookMovedOn, and Refused where there is no such version.
    """
    _demand_lead(team, by)
    entry = _entry_at(team, key, version)
    known = entry and (entry.versions.filter(number=number).exists() or (number == FIRST and is_shipped(key)))
    if not entry or not known:
        raise Refused("no_such_version")
    TeamPlaybook.objects.filter(pk=entry.pk).update(current=number, version=F("version") + 1)
    audit.record(
        verb="playbook version taken up",
        thing=entry,
        by=by,
        now=now,
        before={"version": entry.current},
        after={"version": number},
    )


@transaction.atomic
def archive(*, team: Team, key: str, version: int, by: User, now: datetime) -> None:
    """Offer it no more; cases that began with it go on. Raises Refused for the last one of its remedy."""
    _demand_lead(team, by)
    Team.objects.select_for_update().get(pk=team.pk)  # two at once must not take the last two
    library = library_of(team.pk)
    held = library.get(key)
    if held is None:
        raise Refused("no_such_version")
    entry = _entry_at(team, key, version)
    left = [each for each in library.values() if each.playbook.remedy == held.playbook.remedy and not each.archived]
    if {each.key for each in left} <= {key}:
        raise Refused("last_playbook")
    if entry is None:
        entry = _inherited(team, held, by, now)
    TeamPlaybook.objects.filter(pk=entry.pk).update(archived_at=now, archived_by=by, version=F("version") + 1)
    audit.record(verb="playbook archived", thing=entry, by=by, now=now)


@transaction.atomic
def bring_back(*, team: Team, key: str, version: int, by: User, now: datetime) -> None:
    """Offer an archived one again."""
    _demand_lead(team, by)
    entry = _entry_at(team, key, version)
    if entry is None:
        raise Refused("no_such_version")
    TeamPlaybook.objects.filter(pk=entry.pk).update(archived_at=None, archived_by=None, version=F("version") + 1)
    audit.record(verb="playbook brought back", thing=entry, by=by, now=now)


def _demand_lead(team: Team, by: User) -> None:
    if not leads(by, team.pk):
        raise PermissionDenied


def _entry_at(team: Team, key: str, version: int) -> TeamPlaybook | None:
    """The team's own entry, locked, if it stands at `version`; None where there is none and `version` is 0."""
    entry = TeamPlaybook.objects.select_for_update().filter(team=team, key=key).first()
    if (entry.version if entry else 0) != version:
        raise PlaybookMovedOn(library_of(team.pk)[key])
    return entry


def _made(team: Team, key: str, remedy: str, number: int) -> TeamPlaybook:
    try:
        with transaction.atomic():
            return TeamPlaybook.objects.create(team=team, key=key, remedy=remedy, current=number, latest=number)
    except IntegrityError:
        raise PlaybookMovedOn(library_of(team.pk)[key]) from None


def _inherited(team: Team, held: Held, by: User, now: datetime) -> TeamPlaybook:
    """An entry of the team's own for what it has from above or from us, so that it can be archived here alone."""
    if held.row is None:
        return _made(team, held.key, PLAYBOOKS[held.key].remedy, FIRST)
    number = FIRST + is_shipped(held.key)
    entry = _made(team, held.key, held.playbook.remedy, number)
    PlaybookVersion.objects.create(playbook=entry, number=number, content=held.row.content, made_at=now, made_by=by)
    return entry

"""What each address answers to whom. An address or a method without an entry fails the test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from community_ops.tests.matrix.world import Belongings

Codes = dict[str, int]
Arguments = Callable[[Belongings], list[Any]]


def everyone(code: int) -> Codes:
    return dict.fromkeys(
        ("nobody", "disabled", "operator", "manager", "stranger", "strange_manager", "administrator"), code
    )


def signed_in(code: int) -> Codes:
    """Nobody, and whose account was closed, is sent to the sign-in page."""
    return everyone(code) | {"nobody": 302, "disabled": 302}


def team(code: int, **others: int) -> Codes:
    """The team and administrators; to strangers the thing does not exist."""
    return signed_in(code) | {"stranger": 404, "strange_manager": 404} | others


def managers(code: int, **others: int) -> Codes:
    """Managers of the team and administrators; operators may not, to strangers the thing does not exist."""
    return team(code, operator=403) | others


def administrators(code: int) -> Codes:
    return signed_in(403) | {"administrator": code}


def nothing(_: Belongings) -> list[Any]:
    return []


def group(it: Belongings) -> list[Any]:
    return [it.group.pk]


def case(it: Belongings) -> list[Any]:
    return [it.case.pk]


def draft(it: Belongings) -> list[Any]:
    return [it.draft.pk]


def decided(it: Belongings) -> list[Any]:
    return [it.decided.pk]


def upload(it: Belongings) -> list[Any]:
    return [it.upload.pk]


def action(word: str) -> Arguments:
    return lambda it: [it.case.pk, word]


def page_of(arguments: Arguments) -> Arguments:
    return lambda it: [*arguments(it), "need", "costs"]


@dataclass(frozen=True)
class Entry:
    """What GET and an empty POST answer; 405 is a method not known there. `of` says which thing it is."""

    get: Codes
    post: Codes = field(default_factory=lambda: signed_in(405))
    of: Arguments = nothing


NO_GET = signed_in(405)
OF_NOBODY = signed_in(404)
SIGN_IN = everyone(302) | {"nobody": 200, "disabled": 200}

ENTRIES: dict[str, list[Entry]] = {
    "healthz": [Entry(everyone(200), everyone(200))],
    # Messages of the world wait since the day that it plays on, which is what this tells.
    "readyz": [Entry(everyone(503), everyone(503))],
    "login": [
        Entry(signed_in(302) | {"nobody": 200, "disabled": 200}, signed_in(302) | {"nobody": 200, "disabled": 200})
    ],
    "logout": [Entry(NO_GET, signed_in(302))],
    "language": [Entry(everyone(405), everyone(302))],
    "home": [Entry(signed_in(200))],
    "me": [Entry(signed_in(200), signed_in(200))],
    "password": [Entry(signed_in(200), signed_in(200))],
    "metrics-help": [Entry(signed_in(200), signed_in(200))],
    "styleguide": [Entry(administrators(200), administrators(200))],
    # groups
    "group-list": [Entry(signed_in(200))],
    "group-new": [Entry(signed_in(200), signed_in(200))],
    "group-page": [Entry(team(200), of=group)],
    "group-edit": [Entry(team(200), team(200), of=group)],
    "group-ledger": [Entry(team(200), team(200), of=group)],
    "group-figures": [Entry(team(200), team(302), of=group)],
    "group-review": [Entry(team(200), team(422), of=group)],
    "review-list": [Entry(signed_in(200))],
    "cost-categories": [Entry(administrators(200), administrators(200))],
    "health-dashboard": [Entry(signed_in(200))],
    # assessments
    "assessment-list": [Entry(signed_in(200))],
    "verdict-rules": [Entry(administrators(200), administrators(422))],
    "assessment-compare": [Entry(signed_in(200))],
    "calibration": [Entry(signed_in(200))],
    # An administrator has several teams to choose from, the others have one.
    "assessment-new": [Entry(signed_in(200), signed_in(302) | {"administrator": 422})],
    "assessment-tasks": [Entry(team(200), of=draft), Entry(team(200), of=decided)],
    "assessment-continue": [Entry(team(302), of=draft), Entry(team(302), of=decided)],
    "assessment-copy": [Entry(NO_GET, team(302), of=draft), Entry(NO_GET, team(302), of=decided)],
    "assessment-reopen": [Entry(NO_GET, team(302), of=draft), Entry(NO_GET, team(302), of=decided)],
    "assessment-check": [Entry(team(302), team(302), of=draft), Entry(team(302), team(302), of=decided)],
    "assessment-page": [
        Entry(team(200), team(422), of=page_of(draft)),
        Entry(team(200), team(302), of=page_of(decided)),
    ],
    "assessment-estimate": [Entry(NO_GET, team(200), of=page_of(draft)), Entry(NO_GET, team(200), of=page_of(decided))],
    "verdict": [Entry(team(302), of=draft), Entry(team(200), of=decided)],
    "verdict-condition": [Entry(NO_GET, team(422), of=lambda it: [it.decided.pk, it.condition])],
    "verdict-exception": [Entry(NO_GET, OF_NOBODY, of=draft), Entry(NO_GET, OF_NOBODY, of=decided)],
    "verdict-report": [Entry(OF_NOBODY, of=draft), Entry(team(200), of=decided)],
    "verdict-pdf": [Entry(OF_NOBODY, of=draft), Entry(team(200), of=decided)],
    "verdict-png": [Entry(OF_NOBODY, of=draft), Entry(team(200), of=decided)],
    "verdict-register": [Entry(OF_NOBODY, OF_NOBODY, of=draft), Entry(team(200), team(422), of=decided)],
    # cases: the one of the world is being revived
    "case-board": [Entry(signed_in(200))],
    "case-page": [Entry(team(200), of=case)],
    "case-step": [Entry(NO_GET, team(422), of=lambda it: [it.case.pk, it.step.pk])],
    "case-action": [
        Entry(team(200), team(422), of=action("propose")),
        Entry(team(200), team(422), of=action("note")),
        Entry(team(409), team(422), of=action("finish")),
        Entry(team(409), team(422), of=action("confirm")),
        Entry(managers(409), managers(422), of=action("revive")),
        Entry(managers(200), managers(422), of=action("migrate")),
        Entry(managers(200), managers(422), of=action("dissolve")),
        Entry(managers(200), managers(422), of=action("farewell")),
        Entry(managers(200), managers(422), of=action("keep")),
        Entry(managers(409), managers(422), of=action("snooze")),
        Entry(managers(200), managers(422), of=action("assign")),
        Entry(managers(409), managers(422), of=action("prove")),
        Entry(team(409), team(422), of=action("soft_close")),
        Entry(managers(409), managers(422), of=action("end_migrated")),
        Entry(managers(409), managers(422), of=action("end_recovered")),
        # What only the nights do has no page.
        *(Entry(OF_NOBODY, OF_NOBODY, of=action(word)) for word in ("expire", "recovered", "nonsense")),
    ],
    # imports and nights
    "import-list": [Entry(signed_in(200))],
    "import-new": [Entry(signed_in(200), signed_in(400))],
    "import-page": [Entry(team(200), of=upload)],
    "night-log": [Entry(administrators(200), administrators(404))],
}

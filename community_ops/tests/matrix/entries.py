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


def leaders(code: int, **others: int) -> Codes:
    """Whoever leads a team, of this or another one, and administrators."""
    return signed_in(code) | {"operator": 403, "stranger": 403} | others


def managers_anywhere(code: int) -> Codes:
    """Whoever leads some team, and administrators."""
    return signed_in(code) | {"operator": 403, "stranger": 403}


def administrators(code: int) -> Codes:
    return signed_in(403) | {"administrator": code}


def nothing(_: Belongings) -> list[Any]:
    return []


def group(it: Belongings) -> list[Any]:
    return [it.group.pk]


def policy_draft(it: Belongings) -> list[Any]:
    return [it.policy_draft.pk]


def case(it: Belongings) -> list[Any]:
    return [it.case.pk]


def moving(it: Belongings) -> list[Any]:
    return [it.moving.pk]


def playbook(it: Belongings) -> list[Any]:
    return [it.team.pk, "script"]


def draft(it: Belongings) -> list[Any]:
    return [it.draft.pk]


def decided(it: Belongings) -> list[Any]:
    return [it.decided.pk]


def upload(it: Belongings) -> list[Any]:
    return [it.upload.pk]


def invited(it: Belongings) -> list[Any]:
    return [it.invitation.pk]


def notice(it: Belongings) -> list[Any]:
    return [it.notice.pk]


def robot(it: Belongings) -> list[Any]:
    return [it.robot.pk]


def action(word: str) -> Arguments:
    return lambda it: [it.case.pk, word]


def member(it: Belongings) -> list[Any]:
    return [it.operator.pk]


def listing(it: Belongings) -> list[Any]:
    return [it.listing.pk]


def of_its_maker(code: int) -> Codes:
    """Of whoever did it, here the operator, and of administrators."""
    return signed_in(404) | {"operator": code, "administrator": code}


def step_in_list(it: Belongings) -> list[Any]:
    return ["case", it.step.pk]


def condition_in_list(it: Belongings) -> list[Any]:
    return ["condition", it.condition]


def page_of(arguments: Arguments) -> Arguments:
    return lambda it: [*arguments(it), "need", "costs"]


@dataclass(frozen=True)
class Entry:
    """What GET and an empty POST answer; 405 is a method not known there. `of` says which thing it is."""

    get: Codes
    post: Codes = field(default_factory=lambda: signed_in(405))
    of: Arguments = nothing


NO_GET = signed_in(405)
TOLD = signed_in(404) | {"operator": 302}  # a notice is for whom it was made, not for an administrator either
OF_NOBODY = signed_in(404)
JOINING = everyone(200)
SIGN_IN = everyone(302) | {"nobody": 200, "disabled": 200}

ENTRIES: dict[str, list[Entry]] = {
    "healthz": [Entry(everyone(200), everyone(200))],
    "readyz": [Entry(everyone(200), everyone(200))],
    "metrics": [Entry(everyone(200), everyone(405))],  # from this machine; test_watching has the others
    "login": [
        Entry(signed_in(302) | {"nobody": 200, "disabled": 200}, signed_in(302) | {"nobody": 200, "disabled": 200})
    ],
    "logout": [Entry(NO_GET, signed_in(302))],
    "language": [Entry(everyone(405), everyone(302))],
    "home": [Entry(signed_in(200))],
    "search": [Entry(signed_in(200))],
    "my-steps": [Entry(signed_in(200))],
    "work-calendar": [Entry(signed_in(200))],
    "my-step-done": [Entry(NO_GET, team(422), step_in_list), Entry(NO_GET, team(302), condition_in_list)],
    "my-step-undo": [Entry(NO_GET, team(409), step_in_list), Entry(NO_GET, team(302), condition_in_list)],
    "me": [Entry(signed_in(200), signed_in(200))],
    "weekly-report": [Entry(managers_anywhere(200), managers_anywhere(422))],
    "weekly-list": [
        Entry(managers_anywhere(200), of=lambda it: ["decide"]),
        Entry(managers_anywhere(404), of=lambda it: ["nothing"]),
    ],
    "weekly-png": [Entry(managers_anywhere(200))],
    "weekly-pdf": [Entry(managers_anywhere(200))],
    "monthly-report": [Entry(managers_anywhere(200), managers_anywhere(422))],
    "monthly-list": [
        Entry(managers_anywhere(200), of=lambda it: ["decide"]),
        Entry(managers_anywhere(404), of=lambda it: ["nothing"]),
    ],
    "monthly-png": [Entry(managers_anywhere(200))],
    "monthly-pdf": [Entry(managers_anywhere(200))],
    "group-report": [Entry(team(200), team(422), group)],
    "group-report-png": [Entry(team(200), of=group)],
    "group-report-pdf": [Entry(team(200), of=group)],
    # who has the link needs no account; this one opens nothing
    "shared-report": [Entry(everyone(410), everyone(410), lambda it: ["no-such-link"])],
    "shared-png": [Entry(everyone(410), everyone(405), lambda it: ["no-such-link"])],
    "shared-pdf": [Entry(everyone(410), everyone(405), lambda it: ["no-such-link"])],
    "my-notices": [Entry(signed_in(200), signed_in(422))],
    "notices": [Entry(signed_in(200), signed_in(302))],
    "notice": [Entry(TOLD, TOLD, notice)],
    "notice-stop": [Entry(NO_GET, TOLD, notice)],
    "person-data": [Entry(administrators(200), administrators(422))],
    "audit": [Entry(administrators(200))],
    "ledger-lines": [Entry(signed_in(200))],
    "jobs": [Entry(administrators(200))],
    "calendar": [Entry(administrators(200))],
    "calendar-year": [Entry(administrators(200), administrators(422))],
    "calendar-day": [Entry(administrators(200), administrators(422))],
    "retention": [Entry(administrators(200))],
    "sample-data": [Entry(administrators(200), administrators(302))],
    "help": [Entry(signed_in(200))],
    "accessibility": [Entry(everyone(200), everyone(405))],
    "audit-export": [Entry(NO_GET, administrators(200))],
    "robot-list": [Entry(administrators(200))],
    "robot-new": [Entry(administrators(200), administrators(422))],
    "robot-page": [Entry(administrators(200), administrators(302), robot)],
    "password": [Entry(signed_in(200), signed_in(200))],
    "shortcuts": [Entry(signed_in(200), signed_in(200))],
    "metrics-help": [Entry(signed_in(200), signed_in(200))],
    "styleguide": [Entry(administrators(200), administrators(200))],
    # the API: a session opens nothing there
    "api-reference": [Entry(signed_in(200))],
    "token-list": [Entry(administrators(200), administrators(422))],
    "api-activity": [Entry(everyone(405), everyone(405))],
    "api-orders": [Entry(everyone(405), everyone(405))],
    "api-member-events": [Entry(everyone(405), everyone(401))],
    "api-groups": [Entry(everyone(401), everyone(405))],
    "api-group-health": [Entry(everyone(401), everyone(405), of=group)],
    "api-schema": [Entry(everyone(200), everyone(405))],
    "api-nowhere": [Entry(everyone(404), everyone(404), of=lambda _: ["somewhere"])],
    # groups
    "group-list": [Entry(signed_in(200))],
    "saved-views": [Entry(signed_in(200), signed_in(404))],
    "group-bulk": [Entry(NO_GET, signed_in(302))],
    "registry-change": [Entry(of_its_maker(200), of=lambda it: [it.change.pk])],
    "registry-change-undo": [Entry(NO_GET, of_its_maker(302), of=lambda it: [it.change.pk])],
    "registry-import-new": [Entry(signed_in(200), signed_in(422))],
    "registry-import": [Entry(team(200), team(302), of=listing)],
    "registry-import-columns": [Entry(team(200), team(422), of=listing)],
    "registry-import-cancel": [Entry(NO_GET, team(302), of=listing)],
    "registry-import-errors": [Entry(team(200), of=listing)],
    "registry-import-template": [Entry(signed_in(200), of=lambda it: ["xlsx"])],
    "group-export": [Entry(NO_GET, signed_in(200))],
    "group-new": [Entry(signed_in(200), signed_in(200))],
    "group-page": [Entry(team(200), of=group)],
    "group-edit": [Entry(team(200), team(200), of=group)],
    "group-model": [Entry(team(200), team(422), of=group)],
    "group-ledger": [Entry(team(200), team(200), of=group)],
    "group-record": [Entry(team(200), team(200), of=group)],
    "group-file": [Entry(NO_GET, team(200), of=lambda it: [it.paper.pk])],
    "group-goal": [Entry(team(200), team(200), of=group)],
    "group-exemption": [Entry(managers(200), managers(200), of=group)],
    "group-season": [Entry(team(200), team(200), of=group)],
    "group-close": [Entry(team(200), team(200), of=group)],
    "line-refund": [Entry(team(200), team(200), of=lambda it: [it.group.pk, it.line.pk])],
    "line-receipts": [Entry(team(200), team(200), of=lambda it: [it.group.pk, it.line.pk])],
    "ledger-entry": [Entry(signed_in(200), signed_in(200))],
    "amount-echo": [Entry(signed_in(200))],
    "hours": [Entry(signed_in(200), signed_in(200))],
    "recurring-lines": [Entry(signed_in(200), signed_in(200))],
    "ledger-months": [Entry(signed_in(200), managers_anywhere(400))],
    "hourly-rates": [Entry(administrators(200), administrators(200))],
    "allocation-list": [Entry(signed_in(200))],
    "allocation-new": [Entry(managers_anywhere(200), managers_anywhere(200))],
    "allocation-page": [Entry(team(200), managers(302), of=lambda it: [it.allocation.pk])],
    "capacity": [Entry(signed_in(200))],
    "group-adverts": [Entry(team(200), team(302), of=group)],
    "group-sources": [Entry(team(200), team(302), of=group)],
    "group-figures": [Entry(team(200), team(302), of=group)],
    # people: a manager of other teams does not see the person; only administrators change anything
    "member-list": [Entry(leaders(200))],
    "member-page": [
        Entry(leaders(200, strange_manager=404), administrators(422) | {"strange_manager": 404}, of=member)
    ],
    "member-handover": [Entry(administrators(200), administrators(422), of=member)],
    "team-list": [Entry(administrators(200), administrators(422))],
    "invitation-list": [Entry(leaders(200), leaders(422))],
    # The link was opened in no browser of the world; who is signed in is told to sign out first.
    "join": [Entry(JOINING | {"nobody": 410, "disabled": 410}, JOINING | {"nobody": 410, "disabled": 410}, of=invited)],
    "join-link": [
        Entry(
            JOINING | {"nobody": 302, "disabled": 302},
            everyone(405),
            of=lambda it: [it.invitation.pk, it.secret],
        )
    ],
    "group-upstreams": [Entry(signed_in(200), NO_GET)],
    "group-handover": [Entry(team(200), team(422), of=group)],
    "handovers-done": [Entry(NO_GET, signed_in(302))],
    "sessions": [Entry(signed_in(200), signed_in(302))],
    "two-factor": [Entry(signed_in(200), signed_in(200))],
    "password-by-link": [Entry(everyone(410), everyone(410), of=lambda _: ["MQ", "guess"])],
    "second-step": [Entry(everyone(302), everyone(302))],
    # Single sign-on is not configured.
    "sso-start": [Entry(everyone(404), everyone(405))],
    "sso-back": [Entry(everyone(404), everyone(405))],
    "group-review": [Entry(team(200), team(422), of=group)],
    "review-list": [Entry(signed_in(200))],
    "cost-categories": [Entry(administrators(200), administrators(200))],
    "group-moves": [Entry(team(200), team(200), of=group)],
    "lifetimes": [Entry(signed_in(200))],
    "funnel": [Entry(signed_in(200))],
    "funnel-moves": [Entry(signed_in(200))],
    "placement-calendar": [Entry(signed_in(200))],
    "placement-new": [Entry(signed_in(200), signed_in(200))],
    "placement": [Entry(team(200), team(422), of=lambda it: [it.placement.pk])],
    "partner-list": [Entry(signed_in(200), signed_in(200))],
    "partner": [Entry(team(200), team(200), of=lambda it: [it.placement.partner_id])],
    "health-dashboard": [Entry(signed_in(200))],
    # assessments
    "assessment-list": [Entry(signed_in(200))],
    "verdict-rules": [Entry(administrators(200), administrators(422))],
    "health-policy": [Entry(administrators(200), administrators(422))],
    "policy-history": [Entry(administrators(200))],
    "policy-draft": [Entry(administrators(200), administrators(422), of=policy_draft)],
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
    "case-outcomes": [Entry(signed_in(200))],
    "case-assign-many": [Entry(NO_GET, signed_in(302) | {"operator": 403, "stranger": 403})],
    "case-moving": [Entry(team(200), team(422), of=moving), Entry(team(404), team(404), of=case)],
    "case-moving-asked": [Entry(NO_GET, team(302), of=moving)],
    "case-moving-code": [Entry(team(404), team(422), of=moving)],  # there is none yet
    "case-moving-names": [Entry(NO_GET, team(200), of=moving)],
    "playbook-list": [Entry(signed_in(200))],
    "playbook-page": [Entry(team(200), of=playbook)],
    "playbook-edit": [Entry(managers(200), managers(422), of=playbook)],
    "playbook-change": [Entry(NO_GET, managers(302), of=playbook)],
    "case-page": [Entry(team(200), of=case)],
    "case-worth": [Entry(team(200), team(422), of=case)],
    "case-step": [Entry(NO_GET, team(422), of=lambda it: [it.case.pk, it.step.pk])],
    "case-text": [Entry(team(200), team(422), of=lambda it: [it.case.pk, it.step.pk])],
    "case-undo": [Entry(NO_GET, team(409), of=case)],
    "case-restore": [Entry(managers(409), managers(409), of=case)],
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
    # money
    "pnl-dashboard": [Entry(signed_in(200))],
    "pnl-groups": [Entry(signed_in(200))],
    "pnl-units": [Entry(signed_in(200))],
    "group-money": [Entry(team(200), team(422), of=group)],
    "group-lines": [Entry(team(200), of=group)],
    # orders
    "group-orders": [Entry(team(200), of=group)],
    "order-list": [Entry(signed_in(200))],
    "order-new": [Entry(signed_in(200), signed_in(422))],
    "orders-waiting": [Entry(signed_in(200))],
    "order-columns": [Entry(team(302), team(302), of=lambda it: [it.orders.pk])],
    "order-import": [Entry(team(200), team(302), of=lambda it: [it.orders.pk])],
    "attribution-rules": [
        Entry(signed_in(200), signed_in(422) | {"operator": 403, "stranger": 403}),
    ],
    # imports and nights
    "coverage": [Entry(signed_in(200), signed_in(404))],
    "figures-grid": [Entry(signed_in(200), signed_in(302))],
    "import-list": [Entry(signed_in(200))],
    "import-new": [Entry(signed_in(200), signed_in(400))],
    "import-page": [Entry(team(200), team(302), of=upload)],
    "import-columns": [Entry(team(302), team(302), of=upload)],
    "import-errors": [Entry(team(302), of=upload)],
    "import-undo": [Entry(team(200), team(302), of=upload)],
    "night-log": [Entry(administrators(200), administrators(404))],
    "wecom": [Entry(administrators(200), administrators(422))],
    "wecom-owner": [Entry(administrators(200), administrators(302), of=lambda it: [it.wecom_owner.pk])],
    # No keys are set up, so nothing can be from WeCom.
    "wecom-callback": [Entry(everyone(404), everyone(404))],
}

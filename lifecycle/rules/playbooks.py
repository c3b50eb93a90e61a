"""The playbooks as data: which steps a remedy has, when each is due, and what it wants to know.

What a step says to people, and the text that it gives them to copy, stand in `lifecycle.cases.wording` under the key
of the step. What is shipped is version 1; a team that changes a playbook gets a new version with words of its own
(`lifecycle.rules.playbook_content`), and cases keep the version that they were planned with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from string import Template

from lifecycle.rules.case_flow import SHIPPED, TIMERS, ExitRule
from lifecycle.rules.timers import day_after


@dataclass(frozen=True)
class Line:
    """Who says what when, in a script: `at` is a time of day like 20:05, `who` a role."""

    at: str
    who: str
    says: str


@dataclass(frozen=True)
class Step:
    """`due_in` days after the plan was made; `asks` names a count that the person fills in with the evidence.

    `title`, `words` and `lines` are those of a team; empty in what is shipped, where `text` says whether there is one.
    """

    key: str
    due_in: int
    text: bool = False
    asks: str = ""
    evidence: bool = False  # must be told how it was done, not only that
    closes: str = ""  # the state of a closing case that waits for this step
    title: str = ""
    words: str = ""
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Playbook:
    """`budget` in yuan is what it may cost beside the hours of the team; None = nothing to buy."""

    key: str
    version: int
    remedy: str
    steps: tuple[Step, ...]
    budget: Decimal | None = None
    title: str = ""
    about: str = ""


FIRST_NOTICE, LAST_NOTICE = "notice_first", "notice_last"
FIELDS = ("group", "theme", "owner", "new_group", "last_day", "budget")

_STOCK = Step("take_stock", 0, evidence=True)
_PULSE = Step("pulse", 1, text=True, asks="answers", evidence=True)
_CHECK = Step("check_day_7", 7, asks="speakers")
_ROLES = Step("script_roles", 3, text=True)
_PACKET = Step("red_packet", 4, text=True, evidence=True)
_INVITE = Step("event_invite", 3, text=True)
_EVENT = Step("event_run", 5, text=True, evidence=True)
_RECAP = Step("event_recap", 6, text=True)
_TOPIC = Step("real_question", 2, text=True)

_GOODBYE = (
    Step(FIRST_NOTICE, 1, text=True, evidence=True, closes="closing"),
    Step("last_questions", 4, text=True),
    Step(LAST_NOTICE, 6, text=True, evidence=True, closes="closing"),
    Step("archive", 6, evidence=True, closes="closing"),
    Step("mute", 7, evidence=True, closes="soft_closed"),
    Step("dissolve_on_platform", 21, evidence=True, closes="proof"),
)

PLAYBOOKS: Mapping[str, Playbook] = {
    playbook.key: playbook
    for playbook in (
        Playbook("red_packet", 1, "revive", (_STOCK, _PULSE, _TOPIC, _PACKET, _CHECK), Decimal(200)),
        Playbook("script", 1, "revive", (_STOCK, _PULSE, _TOPIC, _ROLES, Step("script_run", 4, text=True), _CHECK)),
        Playbook("events", 1, "revive", (_STOCK, _PULSE, _INVITE, _EVENT, _RECAP, _CHECK)),
        Playbook(
            "combined", 1, "revive", (_STOCK, _PULSE, _TOPIC, _ROLES, _PACKET, _EVENT, _RECAP, _CHECK), Decimal(200)
        ),
        Playbook(
            "cleaning",
            1,
            "revive",
            (
                Step("warn_posters", 0, text=True, evidence=True),
                Step("remove_posters", 1, evidence=True),
                Step("post_rules", 1, text=True),
                _TOPIC,
                _CHECK,
            ),
        ),
        Playbook(
            "migration",
            1,
            "migrate",
            (
                Step("list_active", 0, evidence=True),
                Step("prepare_new_group", 2, evidence=True),
                Step("invite", 3, text=True, asks="invited", evidence=True),
                Step("invite_again", 6, text=True),
                Step("count_arrived", 10, asks="arrived", evidence=True),
                Step("count_active", 24, asks="active", evidence=True),
            ),
        ),
        Playbook(
            "dissolution", 1, "dissolve", (Step("farewell", 0, text=True, evidence=True, closes="closing"), *_GOODBYE)
        ),
        Playbook(
            "farewell",
            1,
            "farewell",
            (
                Step("celebrate", 0, text=True, evidence=True, closes="closing"),
                Step("offer_next_group", 1, text=True),
                *_GOODBYE,
            ),
        ),
    )
}


def of_remedy(remedy: str) -> tuple[Playbook, ...]:
    """The playbooks that carry out a remedy, the simplest first."""
    return tuple(playbook for playbook in PLAYBOOKS.values() if playbook.remedy == remedy)


def suggested(remedy: str, *, ad_overrun: bool, transaction: bool, attempts: int) -> str:
    """The key of the playbook to begin with: adverts are cleaned away first, a second attempt puts all together."""
    if remedy != "revive":
        return of_remedy(remedy)[0].key
    if ad_overrun and attempts == 0:
        return "cleaning"
    if attempts:
        return "combined"
    return "events" if transaction else "script"


def step_of(playbook: Playbook, key: str) -> Step | None:
    """The step of a playbook, or None where this version does not have it."""
    return next((step for step in playbook.steps if step.key == key), None)


def due_days(playbook: Playbook, begins: date, rule: ExitRule = SHIPPED) -> tuple[tuple[Step, date], ...]:
    """Each step with the day on which it is due if every day until then is observed; festivals do not count.

    By the rule of the plan no step of an attempt is due after it, and the last one of a dissolution when the group has
    been left without movement for as long as the plan says.
    """
    return tuple((step, day_after(begins, _due_in(playbook.remedy, step, rule))) for step in playbook.steps)


def _due_in(remedy: str, step: Step, rule: ExitRule) -> int:
    if remedy == "revive" and rule.revive_for_days is not None:
        return min(step.due_in, rule.revive_for_days)
    if remedy == "dissolve" and step.closes == "proof" and rule.dissolve_after_days is not None:
        return step.due_in - TIMERS.soft_close + rule.dissolve_after_days
    return step.due_in


def is_complete(text: str, fields: Mapping[str, str]) -> bool:
    """Whether every `$field` of the text has a value."""
    return all(fields.get(name) for name in Template(text).get_identifiers())


def filled(text: str, fields: Mapping[str, str]) -> str:
    """The text with its `$fields` filled in. Only FIELDS are known; one that is empty or unknown stays to be seen.

    A value is put in as it is and never read again as a template.
    """
    return Template(text).safe_substitute({name: fields[name] for name in FIELDS if fields.get(name)})

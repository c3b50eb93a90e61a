"""One line for each event in the history of a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lifecycle.cases.wording.reasons import OUTCOMES, RECOMMENDED
from lifecycle.cases.wording.steps import playbook_words, step_words
from lifecycle.cases.wording.worth import assumption_text
from lifecycle.models.cases import Remedy
from lifecycle.models.health import Cause

TITLES: Mapping[str, str | Promise] = {
    "signal": _("Signal"),
    "propose": _("Proposed"),
    "revive": _("Decided to revive"),
    "migrate": _("Decided to migrate"),
    "dissolve": _("Decided to dissolve"),
    "farewell": _("Decided to say farewell"),
    "keep": _("False alarm"),
    "snooze": _("Snoozed"),
    "assign": _("Handed over"),
    "note": _("Note"),
    "assumed": _("Other figures tried"),
    "work": _("Step done"),
    "unticked": _("Step opened again"),
    "finish": _("Work ended early"),
    "confirm": _("Second person agreed"),
    "soft_close": _("Soft-closed"),
    "prove": _("Dissolved on the platform"),
    "end_recovered": _("Ended as recovered"),
    "end_migrated": _("Ended as migrated"),
    "time_up": _("Time was up"),
    "recovered": _("Recovered"),
    "failed": _("Attempt failed"),
    "stirred": _("A member acted: dissolving stopped"),
    "expire": _("Ended by itself"),
    "woke": _("Back from snooze"),
    "text": _("Text written"),
    "target": _("Target chosen"),
    "code": _("Code of the group kept"),
    "asked": _("Members asked"),
    "undo": _("Decision taken back"),
    "restored": _("Taken back: the group goes on"),
}
WAKING: Mapping[str, str | Promise] = {"time": _("the day has come"), "worse": _("it got worse")}


def title_of(kind: str) -> str:
    return str(TITLES.get(kind, kind))


def details_of(kind: str, content: Mapping[str, Any]) -> list[str]:
    """What the event tells beside its title, most important first."""
    parts: list[Any] = []
    if kind == "signal":
        parts.append(Cause(content["cause"]).label)
    if kind == "propose":
        parts.append(Remedy(content["remedy"]).label)
    if content.get("step"):
        parts.append(content.get("step_title") or step_words(content["step"]).title)
    if content.get("playbook"):
        parts.append(content.get("playbook_title") or playbook_words(content["playbook"]).title)
    if content.get("code"):
        parts.append(OUTCOMES.get(content["code"], ""))
    if kind == "snooze":
        parts.append(content.get("until") or "")
        parts.append(_("until it gets worse") if content.get("until_worse") else "")
    if kind == "woke":
        parts.append(WAKING.get(content.get("why", ""), ""))
    if kind == "assign":
        parts.append(content.get("owner", ""))
    if kind == "stirred":
        parts.append(content.get("last_act_on", ""))
    if kind == "asked":
        parts.append(_("asked so far: %(count)s") % {"count": content.get("asked")})
    if kind == "target":
        parts.append(content.get("target", ""))
    if kind == "code":
        parts.append(_("until %(day)s") % {"day": content.get("until")})
    if kind == "assumed":
        parts += [assumption_text(content), RECOMMENDED[content["remedy"]]]
    if content.get("assumed"):
        parts.append(
            _("with the figures of %(name)s: %(figures)s")
            % {"name": content["assumed"]["by"], "figures": assumption_text(content["assumed"])}
        )
    if content.get("count") is not None:
        parts.append(_("counted: %(count)s") % {"count": content["count"]})
    if kind != "signal":
        parts += [content.get(key) for key in ("evidence", "text", "reason", "proof", "lesson")]
    return [str(part) for part in parts if part not in (None, "")]

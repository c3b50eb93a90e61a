"""The sentence of a notice in the reader's language, and the address that it leads to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from groups.models import Notice, NoticeKind
from lifecycle.models.cases import Remedy
from lifecycle.models.health import Cause, HealthState

Facts = dict[str, Any]


def sentence_of(notice: Notice) -> str:
    """What happened, with the names and figures as they were."""
    return SENTENCES[NoticeKind(notice.kind)](notice.facts)


def address_of(notice: Notice) -> str:
    """The page of the object; that page asks again who may see it."""
    name = PAGES_OF.get(notice.facts.get("what", ""), PAGES[NoticeKind(notice.kind)])
    return reverse(name, args=[notice.subject_id] if notice.subject_id is not None else [])


def _points(hundredths: int | None) -> str:
    return "" if hundredths is None or hundredths < 0 else str(round(hundredths / 100))


def _dying(facts: Facts) -> str:
    figures = {"group": facts["group"], "cause": Cause(facts["cause"]).label, "score": _points(facts["score"])}
    if facts.get("state") == HealthState.DECLINING and figures["score"]:  # the plan of the group asks for it
        return _("%(group)s declines for too long (%(cause)s, health %(score)s). A case was opened") % figures
    if figures["score"]:
        return _("%(group)s is dying (%(cause)s, health %(score)s). A case was opened") % figures
    return _("%(group)s is dying (%(cause)s). A case was opened") % figures


def _relapse(facts: Facts) -> str:
    return _("%(group)s relapses (%(cause)s). Look at what was tried before") % {
        "group": facts["group"],
        "cause": Cause(facts["cause"]).label,
    }


def _declining(facts: Facts) -> str:
    figures = {"group": facts["group"], "score": _points(facts["score"]), "before": _points(facts["week_ago"])}
    if -1 < facts["score"] < facts["week_ago"]:  # another part of it may fall while the whole rises
        return _("%(group)s begins to decline: health %(score)s, a week ago %(before)s") % figures
    return _("%(group)s begins to decline") % figures


def _waiting(facts: Facts) -> str:
    figures = {"group": facts["group"], "day": facts["due"]}
    if facts.get("what") == "woke":
        return _("The case of %(group)s is back from its snooze. Decide it by %(day)s") % figures
    if facts["left"] < 0:
        return _("The case of %(group)s was to be decided by %(day)s") % figures
    return _("The case of %(group)s is to be decided by %(day)s") % figures


def _approval(facts: Facts) -> str:
    if facts["what"] == "proposal":
        remedy = Remedy(facts["remedy"]).label if facts["remedy"] in Remedy.values else ""
        return _("%(person)s suggests for %(group)s: %(remedy)s. Decide the case") % (facts | {"remedy": remedy})
    if facts["what"] == "closing":
        return _("%(person)s wants to end %(group)s. It needs your agreement") % facts
    if facts["what"] == "exemption":
        return _("The exemption of %(group)s ends on %(ends)s. Let cases open again, or exempt it anew") % facts
    if facts["what"] == "moved":
        return _("The people of %(group)s have moved. End the case, or dissolve the old group") % facts
    if facts["what"] == "stopped":
        return _("Members of %(group)s act again, so its end has stopped. A manager decides anew") % facts
    return _("%(person)s asks for an exception for %(plan)s") % facts


def _steps(facts: Facts) -> str:
    count = facts["steps"]
    return ngettext(
        "%(group)s: %(count)s step is due since %(day)s", "%(group)s: %(count)s steps are due since %(day)s", count
    ) % {"group": facts["group"], "count": count, "day": facts["since"]}


def _sample(facts: Facts) -> str:
    if facts["state"] != "done":
        return _("The sample data could not be loaded or taken off. The page says why")
    return _("The sample data are loaded. Look around") if facts["load"] else _("The sample data are taken off")


def _trial(facts: Facts) -> str:
    return (
        ngettext(
            "Your draft of health rules is tried on %(groups)s group. Look at what would change",
            "Your draft of health rules is tried on %(groups)s groups. Look at what would change",
            facts["groups"],
        )
        % facts
    )


def _undone(facts: Facts) -> str:
    if facts["state"] != "undone":
        return _("A change of many groups could not be undone, and nothing was changed. The page says more")
    return _("A change of many groups is undone: %(back)s were put back, %(left)s stay as they are") % facts


OTHER_WORK = {"sample": _sample, "trial": _trial, "undone": _undone}


def _import(facts: Facts) -> str:
    if other := OTHER_WORK.get(facts.get("what", "")):
        return other(facts)
    match facts["state"]:
        case "columns":
            return _("%(file)s is read. Say which column is what") % facts
        case "ready" | "looked_at":
            return _("%(file)s is read. Look at what it brings, then decide") % facts
        case "repeated":
            return _("%(file)s was imported before. Nothing changed") % facts
        case "refused":
            return _("%(file)s was not imported. The page says why") % facts
    if facts.get("what") == "orders":
        return (
            ngettext(
                "%(file)s is imported: %(rows)s new order", "%(file)s is imported: %(rows)s new orders", facts["rows"]
            )
            % facts
        )
    if facts["refused"]:
        return _("%(file)s is imported: %(rows)s rows came in, %(refused)s were refused") % facts
    return _("%(file)s is imported: %(rows)s rows came in") % facts


def _machine(facts: Facts) -> str:
    count = facts["count"]
    match facts["what"]:
        case "outbox":
            said = ngettext(
                "%(count)s message has waited to be sent for over five minutes",
                "%(count)s messages have waited to be sent for over five minutes",
                count,
            )
        case "imports":
            said = ngettext(
                "%(count)s upload waits to be read, for over half an hour",
                "%(count)s uploads wait to be read, for over half an hour",
                count,
            )
        case "ticks":
            return _("No tick of the nights came in the last 15 minutes")
        case "put_aside":
            said = ngettext("The nights put %(count)s group aside", "The nights put %(count)s groups aside", count)
        case _:
            said = ngettext(
                "%(count)s source of data is silent or doubted",
                "%(count)s sources of data are silent or doubted",
                count,
            )
    return said % {"count": count}


SENTENCES: dict[NoticeKind, Callable[[Facts], str]] = {
    NoticeKind.DYING: _dying,
    NoticeKind.RELAPSE: _relapse,
    NoticeKind.DECLINING: _declining,
    NoticeKind.WAITING: _waiting,
    NoticeKind.APPROVAL: _approval,
    NoticeKind.STEP: _steps,
    NoticeKind.CONDITION: lambda facts: _("A condition of %(plan)s is due on %(due)s") % facts,
    NoticeKind.ENDING: lambda facts: _("%(group)s ends on %(ends)s. Renew it or end it well") % facts,
    NoticeKind.IMPORT: _import,
    NoticeKind.WEEKLY: lambda facts: _("The report of week %(name)s is there") % facts,
    NoticeKind.MONTHLY: lambda facts: _("The report of %(name)s is there") % facts,
    NoticeKind.NIGHT: lambda facts: _("The nightly run of %(day)s is not done yet") % facts,
    NoticeKind.ROBOT: lambda facts: _("The robot %(robot)s cannot deliver and was paused") % facts,
    NoticeKind.MACHINE: _machine,
}
PAGES = {
    NoticeKind.DYING: "case-page",
    NoticeKind.RELAPSE: "case-page",
    NoticeKind.DECLINING: "group-page",
    NoticeKind.WAITING: "case-page",
    NoticeKind.APPROVAL: "case-page",
    NoticeKind.STEP: "case-page",
    NoticeKind.CONDITION: "verdict",
    NoticeKind.ENDING: "group-page",
    NoticeKind.IMPORT: "import-page",
    NoticeKind.WEEKLY: "weekly-report",
    NoticeKind.MONTHLY: "monthly-report",
    NoticeKind.NIGHT: "night-log",
    NoticeKind.ROBOT: "robot-page",
    NoticeKind.MACHINE: "night-log",
}
# By `what` of the facts, where one kind tells of different things.
PAGES_OF = {
    "exception": "verdict", "exemption": "group-exemption", "list": "registry-import", "orders": "order-import",
    "sample": "sample-data", "trial": "policy-draft", "undone": "registry-change",
    "imports": "import-list", "sources": "coverage",
}  # fmt: skip


def digest_title(count: int) -> str:
    return ngettext("%(count)s notice from Community Ops", "%(count)s notices from Community Ops", count) % {
        "count": count
    }


def number_line(number: str) -> str:
    """Stands at the end of what goes out: the same number twice is the same message."""
    return pgettext("a message that was sent", "Message %(number)s") % {"number": number}

"""A stored verdict as the plain values that a report prints, in the language of the reader."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from assessments import verdict_page
from assessments.how_sure import share_text
from assessments.models import Condition, Verdict
from assessments.report.printable import all_printable, masked
from groups.currency import money_text

# The picture is read in a chat: it leaves the rest to the paper, which holds everything.
SENTENCES_IN_PICTURE = 2
CONDITIONS_IN_PICTURE = 3


@dataclass(frozen=True)
class Words:
    """What the verdict is called, and the look that colours it."""

    word: str
    look: str


def words_of(verdict: Verdict) -> Words:
    return {
        "go": Words(_("Go"), "healthy"),
        "conditional": Words(_("Conditional"), "watch"),
        "not_now": Words(_("Not now"), "dead"),
    }[verdict.outcome]


def contents_of(verdict: Verdict, *, picture: bool, address: str = "") -> dict[str, Any]:
    """Everything as text; `picture` is the short form. Names are masked. The foot leads to `address`, if given."""
    words = words_of(verdict)
    conditions = list(verdict.conditions.select_related("owner"))
    shown = conditions[:CONDITIONS_IN_PICTURE] if picture else conditions
    sentences = SENTENCES_IN_PICTURE if picture else None
    tasks = verdict_page.tasks_of(verdict, shown)
    return all_printable(
        {
            "picture": picture,
            "look": words.look,
            "word": words.word,
            "name": str(verdict.assessment),
            "headline": verdict_page.headline(verdict),
            "checks_title": _("Six checks"),
            "checks": [
                {
                    "label": str(check["label"]),
                    "word": str(check["word"]),
                    "look": check["look"],
                    "said": [said["sentence"] for said in check["said"]][:sentences],
                }
                for check in verdict_page.checks_of(verdict)
            ],
            "cases_title": _("Three cases, net contribution a month"),
            "cases": _cases(verdict),
            "figures": _figures(verdict),
            "conditions_title": _("Conditions to meet first") if shown else "",
            "conditions": [_condition(task["condition"], task["sentence"]) for task in tasks],
            "left": _more(len(conditions) - len(shown)),
            "foot": _foot(verdict),
        }
    ) | {"address": address}


def described(verdict: Verdict) -> str:
    """What the picture shows, for those who do not see it."""
    contents = contents_of(verdict, picture=True)
    checks = "; ".join(f"{check['label']} {check['word']}" for check in contents["checks"])
    return f"{contents['word']}: {contents['name']}. {contents['headline']} {checks}."


def _cases(verdict: Verdict) -> list[dict[str, Any]]:
    economics = verdict.figures["economics"]
    if not economics:
        return []
    cases = (("pessimistic", _("Pessimistic")), ("base", _("Base")), ("optimistic", _("Optimistic")))
    nets = {key: Decimal(economics[key]["net"]) for key, _name in cases}
    widest = max(abs(net) for net in nets.values()) or 1
    return [
        {"name": name, "net": money_text(nets[key]), "size": float(nets[key] / widest), "loses": nets[key] < 0}
        for key, name in cases
    ]


def _figures(verdict: Verdict) -> list[list[str]]:
    draws, cash, costs = (verdict.figures.get(key) for key in ("uncertainty", "cash", "costs"))
    rows = [[_("Cost a month"), money_text(Decimal(costs["total"]))]]
    if draws:
        rows.append([_("Chance that a month earns"), share_text(draws["month_positive"])])
    if cash:
        month = cash["break_even_month"]
        rows.append([_("Paid back from month"), "--" if month is None else str(month)])
    return rows


def _condition(condition: Condition, sentence: str) -> str:
    owner = masked(str(condition.owner)) if condition.owner else _("Nobody yet")
    return _("%(sentence)s (%(owner)s, due %(day)s)") % {
        "sentence": sentence,
        "owner": owner,
        "day": condition.due_on.isoformat(),
    }


def _more(count: int) -> str:
    return _("and %(count)s more") % {"count": count} if count > 0 else ""


def _foot(verdict: Verdict) -> str:
    at = timezone.localtime(verdict.created_at)
    said = _(
        "Assessment %(id)s, verdict %(verdict)s, rules v%(version)s, by %(person)s; data as of %(moment)s (%(zone)s)"
    )
    return said % {
        "id": verdict.assessment_id,
        "verdict": verdict.pk,
        "version": verdict.rule_version,
        "person": masked(str(verdict.created_by)),
        "moment": f"{at:%Y-%m-%d %H:%M}",
        "zone": f"UTC{at.utcoffset().total_seconds() / 3600:+g}",
    }

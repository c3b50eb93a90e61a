"""What differs between plans: answers side by side, and what a new verdict changed against the one before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.answer_texts import answer_text
from assessments.choices import Choices
from assessments.how_sure import share_text
from assessments.models import Verdict
from assessments.rule_names import rule_text
from assessments.sentences import number_text
from assessments.steps import QUESTIONS
from groups.currency import money_text

MISSING = "--"
# The name of a plan and its confirmations say nothing about it.
NOT_COMPARED = {"name", "no_running"}


@dataclass(frozen=True)
class Row:
    """One line: what it is and its text for each plan."""

    label: str
    cells: tuple[str, ...]

    @property
    def differs(self) -> bool:
        return len(set(self.cells)) > 1


def answers_side_by_side(plans: Sequence[Mapping[str, Any]], choices: Sequence[Choices]) -> list[Row]:
    """Every question that one of the plans answers."""
    rows = []
    for question in QUESTIONS:
        if question.key in NOT_COMPARED or not any(question.key in plan for plan in plans):
            continue
        cells = (
            answer_text(question, plan[question.key], choices[place]) if question.key in plan else MISSING
            for place, plan in enumerate(plans)
        )
        rows.append(Row(str(question.label), tuple(cells)))
    return rows


def results_side_by_side(verdicts: Sequence[Verdict]) -> list[Row]:
    """The main figures of the verdicts and the rules that spoke."""
    lines = [_results(verdict) for verdict in verdicts]
    return [Row(label, tuple(line[label] for line in lines)) for label in lines[0]]


def _results(verdict: Verdict) -> dict[str, str]:
    figures = verdict.figures
    economics, draws, staffing = figures["economics"], figures.get("uncertainty"), figures["staffing"]
    return {
        _("Net contribution a month, base case"): _money(economics, "base"),
        _("Pessimistic case"): _money(economics, "pessimistic"),
        _("Optimistic case"): _money(economics, "optimistic"),
        _("Chance that a month earns"): share_text(draws["month_positive"]) if draws else MISSING,
        _("Cost a month"): money_text(Decimal(figures["costs"]["total"])),
        _("Payback"): _payback(economics),
        _("Hours a week needed / there"): f"{number_text(staffing['needed'])} / {number_text(staffing['available'])}",
        _("Planned days"): number_text(figures["life_days"]),
        _("Rules that spoke"): _(", ").join(rule_text(finding["code"]) for finding in verdict.findings) or _("None"),
    }


def _money(economics: Mapping[str, Any] | None, case: str) -> str:
    return money_text(Decimal(economics[case]["net"])) if economics else MISSING


def _payback(economics: Mapping[str, Any] | None) -> str:
    if economics is None or economics["payback_days"] is None:
        return MISSING
    days = round(Decimal(economics["payback_days"]))
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": f"{days:,}"}

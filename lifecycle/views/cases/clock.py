"""Says how far the time of a case has come, and why its day is later than a plain calendar would have it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lifecycle.cases.exit_rules import exit_rule_of
from lifecycle.models import Case
from lifecycle.rules.calendar import is_festival
from lifecycle.rules.case_flow import ExitRule, State, lasts


def clock_of_case(case: Case, rule: ExitRule | None = None) -> dict[str, Any] | None:
    """`counted` as a phrase and `why` as sentences, one for each thing that moved the day; None for an ended case.

    `rule` spares asking for the plan of the group again.
    """
    days = lasts(State(case.state), case.remedy, rule or exit_rule_of(case))
    if days is None or case.due_on is None:
        return None
    counted = _("%(counted)s of %(days)s days counted") % {"counted": case.days_counted, "days": days}
    moved = (case.due_on - case.state_since).days - days
    return {"counted": counted, "why": _why(case, moved) if moved > 0 else []}


def _why(case: Case, moved: int) -> list[str]:
    span = (case.due_on - case.state_since).days
    festival = sum(is_festival(case.state_since + timedelta(days=n)) for n in range(1, span + 1))
    without = case.days_without_data
    lines = []
    if without:
        lines.append(
            ngettext(
                "Moved on: %(days)s day without data does not count",
                "Moved on: %(days)s days without data do not count",
                without,
            )
            % {"days": without}
        )
    if festival:
        lines.append(
            ngettext(
                "Moved on: %(days)s day of a festival does not count",
                "Moved on: %(days)s days of a festival do not count",
                festival,
            )
            % {"days": festival}
        )
    if moved > without + festival:
        snoozed = case.state == State.OPEN and case.events.filter(kind="woke").exists()
        lines.append(
            _("Moved on: days to decide are left after a snooze")
            if snoozed
            else _("Data came in later; a day that was shown never comes nearer")
        )
    return lines

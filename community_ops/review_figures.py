"""Plan against actual as a review shows it and keeps it: codes and plain values, written as text only when shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessments.rules.actuals import Actual
from assessments.storing import plain
from community_ops import numbers
from community_ops.actuals import actuals_of, through_yesterday
from groups.models import Group, Plan
from lifecycle.display_states import DisplayState, shown_as
from lifecycle.models import Standing

DAYS_LOOKED_AT = 28
COUNT, SHARE, MONEY, HOURS, STATE = "count", "share", "money", "hours", "state"
KINDS = {
    "members": COUNT,
    "conversion": SHARE,
    "net": MONEY,
    "weekly_hours": HOURS,
    "acts_28": COUNT,
    "people_28": COUNT,
    "state": STATE,
}


@dataclass(frozen=True)
class Line:
    """One row as written; `now` and `before` are the values behind it for the difference, `better` its direction."""

    label: str
    planned: str
    actual: str
    now: Decimal | None
    before: Decimal | None
    better: str
    unit: str
    note: str
    places: int | None = None


def figures_of(
    plan: Plan | None, planned_members: Decimal | None, actual: Actual, standing: Standing | None
) -> list[dict[str, Any]]:
    """The lines as they are kept: code, planned, actual; null where nobody planned or nobody knows."""
    rows = [
        ("members", planned_members, actual.members),
        ("conversion", plan and plan.planned_conversion, actual.conversion),
        ("net", plan and plan.planned_net, actual.net),
        ("weekly_hours", plan and plan.weekly_hours, actual.weekly_hours),
        ("acts_28", plan and plan.goal_28, _known(standing and standing.acts_28)),
        ("people_28", plan and plan.goal_people_28, _known(standing and standing.people_28)),
        ("state", None, shown_as(standing.state).value if standing else None),
    ]
    return [
        {
            "code": code,
            "planned": _number(planned),
            "actual": value if KINDS[code] == STATE else _number(value),
            "at_most": code == "net" and actual.net_is_upper_bound,
        }
        for code, planned, value in rows
    ]


def of_group(group: Group, plan: Plan | None, today: date) -> list[dict[str, Any]]:
    """The lines of a group as of today: its last days against its plan."""
    window = through_yesterday(group.pk, group.opened_on, today, DAYS_LOOKED_AT, group.closed_on)
    standing = Standing.objects.filter(group=group).first()
    registration = getattr(group, "registration", None)
    verdict = registration.verdict if registration else None
    members = verdict.answers.get("sell_members") if verdict else None
    planned_members = Decimal(members) / Decimal(verdict.answers["group_count"]) if verdict and members else None
    return figures_of(plan, planned_members, actuals_of([window])[group.pk], standing)


def lines_of(figures: Sequence[dict[str, Any]]) -> list[Line]:
    """The kept lines in the language of the reader."""
    return [_line(each) for each in figures]


def _line(each: dict[str, Any]) -> Line:
    code, kind = each["code"], KINDS[each["code"]]
    label = {
        "members": _("Members"),
        "conversion": _("Buyers a month, share of members"),
        "net": _("Net contribution a month"),
        "weekly_hours": _("Hours a week"),
        "acts_28": _("Acts in 28 days"),
        "people_28": _("Different people in 28 days"),
        "state": _("Health"),
    }[code]
    if kind == STATE:
        state = DisplayState(each["actual"]) if each["actual"] else DisplayState.UNKNOWN
        return Line(label, numbers.MISSING, str(state.label), None, None, "neither", "", "")
    planned, actual = (None if each[end] is None else Decimal(each[end]) for end in ("planned", "actual"))
    return Line(
        label=label,
        planned=_written(planned, kind),
        actual=_written(actual, kind),
        now=actual,
        before=planned,
        better="neither" if kind == HOURS else "up",
        unit="pp" if kind == SHARE else "",
        note=_("at most; some goods cost is not known") if each["at_most"] and actual is not None else "",
        places=1 if kind == HOURS else None,
    )


def _written(value: Decimal | None, kind: str) -> str:
    match kind:
        case "share":
            return numbers.percent(value)
        case "money":
            return numbers.yuan(value)
        case "hours":
            return numbers.grouped(value, 1)
    return numbers.grouped(value)


def _number(value: Decimal | int | None) -> str | None:
    return None if value is None else plain(Decimal(value))


def _known(value: int | None) -> int | None:
    return None if value is None or value < 0 else value

"""The figures of one group as the words that its page and its files show, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessments.report.printable import all_printable
from community_ops import numbers
from community_ops.reasons import cause_sentence, losses_of
from community_ops.reports.contents import foot_of, zone_of
from community_ops.review_figures import lines_of
from groups.models.group import ActivityKind, Layer, Lifespan, Monetization, Platform
from lifecycle.display_states import shown_as
from lifecycle.models import Case
from lifecycle.models.cases import Remedy
from lifecycle.models.health import Cause

Figures = Mapping[str, Any]
CASES_IN_PICTURE = 3


def title_of(figures: Figures) -> str:
    return str(figures["group"])


def span_of(figures: Figures) -> str:
    if not figures["judged"]:
        return _("Never judged (%(zone)s)") % {"zone": zone_of(figures)}
    return _("Data up to %(day)s 24:00 (%(zone)s)") % {"day": figures["judged"], "zone": zone_of(figures)}


def state_of(figures: Figures) -> str:
    """The word in addresses and styles."""
    return shown_as(figures["state"]).value


def score_of(figures: Figures) -> str:
    score = figures["evidence"].get("score", -1)
    return numbers.MISSING if score is None or score < 0 else numbers.grouped(Decimal(score) / 100, 2)


def headline(figures: Figures) -> str:
    """Where it stands, and of every flag that stands why."""
    state = shown_as(figures["state"]).label
    if figures["closed"]:
        said = _("%(state)s, closed on %(day)s") % {"state": state, "day": figures["closed"]}
    elif score_of(figures) == numbers.MISSING:
        said = _("%(state)s, without a score") % {"state": state}
    else:
        said = _("%(state)s, health %(score)s of 100") % {"state": state, "score": score_of(figures)}
    reasons = [cause_sentence(each["cause"], figures["evidence"], each["evidence"]) for each in figures["flags"]]
    return " · ".join([said, *reasons])


def facts(figures: Figures) -> list[tuple[str, str]]:
    """(label, value) of what the group is and what it promised to be."""
    plan, opened = figures["plan"], figures["opened"]
    lines = [
        (_("Team"), figures["team"]),
        (_("Owner"), figures["owner"]),
        (_("Platform"), str(Platform(figures["platform"]).label)),
        (_("Layer"), str(Layer(figures["layer"]).label)),
        (_("Opened on"), opened),
    ]
    if plan:
        lines += [
            (_("Revenue model"), str(Monetization(plan["model"]).label)),
            (_("Activity"), str(ActivityKind(plan["activity"]).label)),
            (_("Lifespan"), str(Lifespan(plan["lifespan"]).label)),
            (_("Ends on"), plan["ends"] or _("No end is planned")),
        ]
        if plan["mission"]:
            lines.append((_("Mission complete when"), plan["mission"]))
    if figures["goal_met"]:
        lines.append((_("Goal met on"), figures["goal_met"]))
    return lines


def key_lines(figures: Figures) -> list[tuple[str, str]]:
    return [
        (_("Members"), numbers.grouped(figures["members"])),
        (_("Acts, 7 days"), numbers.grouped(figures["acts_7"])),
        (_("People, 28 days"), numbers.grouped(figures["people_28"])),
        (_("Health score"), score_of(figures)),
    ]


def loss_lines(figures: Figures) -> list[tuple[str, str, str]]:
    """(part, points that it took off, why)."""
    return [
        (
            loss.part,
            numbers.MISSING if loss.points is None else numbers.grouped(-loss.points, 2) if loss.points else "0",
            _("not known") if loss.points is None else loss.why,
        )
        for loss in losses_of(figures["evidence"], answers=figures["answers"])
    ]


def month_lines(figures: Figures) -> list[tuple[str, str, str, str]]:
    """(month, revenue, costs and goods, net contribution), the running month first."""
    lines = []
    for month in figures["months"]:
        revenue, costs, net = (
            numbers.yuan(None if month[name] is None else Decimal(month[name])) for name in ("revenue", "costs", "net")
        )
        lines.append((month["month"], revenue, costs, numbers.at_most(net, not month["at_most"])))
    return lines


def promise_lines(figures: Figures) -> list[tuple[str, str, str]]:
    """(label, planned, actual) of what was planned."""
    return [
        (line.label, line.planned, line.actual)
        for line in lines_of(figures["promises"])
        if line.planned != numbers.MISSING
    ]


def case_lines(figures: Figures) -> list[tuple[str, str, str]]:
    """(cause, how far it is, days) of the last cases."""
    lines = []
    for case in figures["cases"]:
        remedy = f" · {Remedy(case['remedy']).label}" if case["remedy"] else ""
        days = f"{case['opened']} → {case['ended']}" if case["ended"] else case["opened"]
        lines.append((str(Cause(case["cause"]).label), f"{Case.State(case['state']).label}{remedy}", days))
    return lines


def score_sentence(figures: Figures) -> str:
    """What the small picture of the scores shows."""
    known = [(day, score) for day, score in figures["scores"] if score is not None]
    if not known:
        return _("No health score in these 26 weeks: there was too little data for one.")
    (first, before), (last, now) = known[0], known[-1]
    return _("Health score %(before)s on %(first)s, %(now)s on %(last)s") % {
        "before": numbers.grouped(before),
        "first": first,
        "now": numbers.grouped(now),
        "last": last,
    }


def described(figures: Figures) -> str:
    """What the picture shows, for those who do not see it."""
    keys = ", ".join(f"{label} {value}" for label, value in key_lines(figures))
    (month, revenue, costs, net) = month_lines(figures)[0]
    money = _("%(month)s so far: revenue %(revenue)s, costs and goods %(costs)s, net contribution %(net)s") % {
        "month": month,
        "revenue": revenue,
        "costs": costs,
        "net": net,
    }
    return f"{title_of(figures)}, {span_of(figures)}. {headline(figures)}. {keys}. {score_sentence(figures)}. {money}."


def printed(figures: Figures, *, picture: bool, number: str = "", address: str = "") -> dict[str, Any]:
    """Everything as text for group.typ; `picture` is the short form."""
    return all_printable(
        {
            "picture": picture,
            "title": title_of(figures),
            "span": span_of(figures),
            "look": state_of(figures),
            "headline": headline(figures),
            "keys": [list(line) for line in key_lines(figures)],
            "scores": [score for _day, score in figures["scores"]],
            "scores_title": _("Health score by week"),
            "scores_sentence": score_sentence(figures),
            "losses_title": _("What took points off"),
            "losses": [list(line) for line in loss_lines(figures)],
            "money_title": _("Money by month"),
            "money_head": [_("Month"), _("Revenue"), _("Costs and goods"), _("Net contribution")],
            "money": [list(line) for line in month_lines(figures)],
            "promises_title": _("Promised and actual"),
            "promises_head": ["", _("Planned"), _("Actual")],
            "promises": [list(line) for line in promise_lines(figures)],
            "facts_title": _("About the group"),
            "facts": [list(line) for line in facts(figures)],
            "cases_title": _("Last cases"),
            "cases": [list(line) for line in case_lines(figures)][: CASES_IN_PICTURE if picture else None],
            "foot": foot_of(figures, number),
        }
    ) | {"address": address}

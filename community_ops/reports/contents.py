"""The figures of a report as the words that its page, its files and its messages show, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.report.printable import all_printable
from community_ops import numbers
from community_ops.reports.figures import total
from groups.models import ReportKind
from groups.models.group import Monetization
from groups.range_words import between
from lifecycle.cases.wording.reasons import RECOMMENDED
from lifecycle.display_states import JUDGED, TROUBLED, DisplayState
from lifecycle.models import Case
from lifecycle.models.health import Cause

Figures = Mapping[str, Any]
DECIDE_IN_PICTURE = 3
LINES_IN_PICTURE = 4


def is_monthly(figures: Figures) -> bool:
    """Links of older versions name no kind: they are weekly."""
    return figures.get("kind") == ReportKind.MONTHLY


def title_of(figures: Figures) -> str:
    words = {"team": figures["team"] or _("All teams")}
    return _("Monthly report · %(team)s") % words if is_monthly(figures) else _("Weekly report · %(team)s") % words


def states_title(figures: Figures) -> str:
    if is_monthly(figures):
        return _("Groups by state, and the change within the month")
    return _("Groups by state, and the change within the week")


def unjudged(figures: Figures) -> str:
    return _("No group was judged in this month") if is_monthly(figures) else _("No group was judged in this week")


def span_of(figures: Figures) -> str:
    """The days of the report and up to which day they were judged, with the time zone."""
    span = days_between(figures.get("first_day") or figures["week"], figures["last_day"])
    zone = zone_of(figures)
    if not figures["judged"]:
        return _("%(span)s · no day was judged (%(zone)s)") % {"span": span, "zone": zone}
    return _("%(span)s · data up to %(day)s 24:00 (%(zone)s)") % {"span": span, "day": figures["judged"], "zone": zone}


def days_between(first: str, last: str) -> str:
    return between(first, last)


def zone_of(figures: Figures) -> str:
    offset = datetime.fromisoformat(figures["made_at"]).utcoffset()
    return f"UTC{offset.total_seconds() / 3600:+g}" if offset else "UTC"


def change_of(now: int | None, before: int | None) -> str:
    """+3, 0, or nothing where one of both is unknown."""
    return "" if now is None or before is None else numbers.signed(Decimal(now - before), 0) if now != before else "0"


def figure_lines(figures: Figures) -> list[tuple[str, str, str, str]]:
    """(word in the address of its list, label, value, change) of every count of the report."""
    lines = [
        (f"state-{state}", str(DisplayState(state).label), numbers.grouped(now), change_of(now, before))
        for state, now, before in figures["states"]
    ]
    lines.append(("flags", _("New flags"), numbers.grouped(total(figures, "flags")), ""))
    lines.append(("opened", _("Cases opened"), numbers.grouped(figures["opened"]), ""))
    lines.append(("ended", _("Cases ended"), numbers.grouped(total(figures, "ended")), ""))
    lines.append(("decide", _("To decide now"), numbers.grouped(figures["waiting"]), ""))
    return lines


def flag_lines(figures: Figures) -> list[tuple[str, str, int]]:
    return [(f"flags-{cause}", str(Cause(cause).label), count) for cause, count in figures["flags"]]


def outcome_lines(figures: Figures) -> list[tuple[str, str, int]]:
    return [(f"ended-{state}", str(Case.State(state).label), count) for state, count in figures["ended"]]


def money_lines(figures: Figures) -> list[tuple[str, str, str]]:
    """(label, value, change) of revenue, costs, net of the month; `--` where no line was entered.

    A report of a month says what changed since the month before; one of a week, whose month is running, does not.
    """
    money, before = figures["money"], figures["month"]["before"] if is_monthly(figures) else None
    named = [(_("Revenue"), "revenue"), (_("Costs and goods"), "costs"), (_("Net contribution"), "net")]
    return [(label, _amount(money, name), _change(money, before, name)) for label, name in named]


def month_lines(figures: Figures) -> list[tuple[str, str, str]]:
    """(label, value, change) of what a report of a month says more exactly: each cost, and the groups that lose."""
    money, before = figures["money"], figures["month"]["before"]
    named = [
        (_("Goods"), "goods_cost"),
        (_("Acquisition cost"), "acquisition"),
        (_("Labour cost"), "labour"),
        (_("Running cost"), "operations"),
    ]
    lines = [(label, _amount(money, name), _change(money, before, name)) for label, name in named]
    losing = (money["losing"], before["losing"])
    return [*lines, (_("Groups losing money"), numbers.grouped(losing[0]), change_of(*losing))]


def model_lines(figures: Figures) -> list[tuple[str, str, str]]:
    """(name, revenue, net contribution) by revenue model, the strongest first."""
    names = dict(Monetization.choices)
    return [
        (str(names.get(each["model"], _("Without a plan"))), _amount(each, "revenue"), _amount(each, "net"))
        for each in figures["month"]["models"]
    ]


def losing_lines(figures: Figures) -> list[tuple[int, str, str]]:
    """(id, name, net contribution) of the groups that lost most."""
    return [(each["group"], each["name"], numbers.yuan(Decimal(each["net"]))) for each in figures["month"]["losing"]]


def _amount(money: Figures, name: str) -> str:
    written = numbers.yuan(None if money[name] is None else Decimal(money[name]))
    return numbers.at_most(written, not (name == "net" and money["at_most"]))


def _change(money: Figures, before: Figures | None, name: str) -> str:
    """+¥1,200, 0, or nothing where one of both is unknown or only a bound."""
    if before is None or money[name] is None or before[name] is None:
        return ""
    if name in ("net", "goods_cost", "costs") and (money["at_most"] or before["at_most"]):
        return ""
    change = Decimal(money[name]) - Decimal(before[name])
    return f"+{numbers.yuan(change)}" if change > 0 else numbers.yuan(change) if change else "0"


def money_title(figures: Figures) -> str:
    money = figures["money"]
    return _("Money of the month, %(span)s") % {"span": days_between(money["first"], money["last"])}


def decide_lines(figures: Figures) -> list[tuple[int, str, str]]:
    """(id of the case, its group, why and what is recommended) of what to decide next."""
    return [
        (
            each["case"],
            each["group"],
            f"{Cause(each['cause']).label} · {RECOMMENDED.get(each['recommended'], '')}"
            + (f" · {_('due %(day)s') % {'day': each['due']}}" if each["due"] else ""),
        )
        for each in figures["decide"]
    ]


def headline(figures: Figures) -> str:
    """The report in one or two sentences."""
    counts = {state: now for state, now, _before in figures["states"]}
    if not figures["judged"]:
        return unjudged(figures)
    judged = sum(counts[state.value] for state in JUDGED)
    words = {
        "share": numbers.percent(counts[DisplayState.HEALTHY.value] / judged if judged else None, 0),
        "judged": judged,
        "troubled": sum(counts[state.value] for state in TROUBLED),
    }
    said = _("%(share)s of %(judged)s judged groups are healthy, %(troubled)s are at risk or dead.") % words
    waiting = figures["waiting"]
    more = ngettext("%(count)s case waits for a decision.", "%(count)s cases wait for a decision.", waiting) % {
        "count": waiting
    }
    return f"{said} {more}"


def described(figures: Figures) -> str:
    """What the picture shows, for those who do not see it."""
    counts = ", ".join(f"{label} {value}" for _show, label, value, _change in figure_lines(figures))
    money = _money_said(figures)
    return f"{title_of(figures)}, {span_of(figures)}. {headline(figures)} {counts}. {money}."


def _money_said(figures: Figures) -> str:
    return ", ".join(
        f"{label} {value}" + (f" ({change})" if change and change != "0" else "")
        for label, value, change in money_lines(figures)
    )


def printed(figures: Figures, *, picture: bool, number: str = "", address: str = "") -> dict[str, Any]:
    """Everything as text for report.typ; `picture` is the short form."""
    most = LINES_IN_PICTURE if picture else None
    lines = figure_lines(figures)
    judged = max(sum(now or 0 for _state, now, _before in figures["states"]), 1)
    return (
        all_printable(
            {
                "picture": picture,
                "title": title_of(figures),
                "span": span_of(figures),
                "headline": headline(figures),
                "states_title": states_title(figures),
                "states": [
                    {
                        "look": state,
                        "label": str(DisplayState(state).label),
                        "count": numbers.grouped(now),
                        "change": change_of(now, before),
                        "size": (now or 0) / judged,
                    }
                    for state, now, before in figures["states"]
                ],  # fmt: skip
                "counts": [[label, value] for show, label, value, _change in lines if not show.startswith("state-")],
                "flags_title": _("New flags by cause") if figures["flags"] else "",
                "flags": [[label, str(count)] for _show, label, count in flag_lines(figures)][:most],
                "outcomes_title": _("How cases ended") if figures["ended"] else "",
                "outcomes": [[label, str(count)] for _show, label, count in outcome_lines(figures)][:most],
                "money_title": money_title(figures),
                "money": [list(line) for line in money_lines(figures)],
                **(_printed_month(figures, picture) if is_monthly(figures) else {}),
                "decide_title": _("To decide next") if figures["decide"] else "",
                "decide": [[group, why] for _case, group, why in decide_lines(figures)][
                    : DECIDE_IN_PICTURE if picture else None
                ],
                "foot": foot_of(figures, number),
            }
        )
        | {"address": address}
    )


def _printed_month(figures: Figures, picture: bool) -> dict[str, Any]:
    return {
        "costs_title": _("Where it went, and the change since the month before"),
        "costs": [list(line) for line in month_lines(figures)],
        "models_title": _("By revenue model"),
        "models": [
            [name, _("revenue %(revenue)s") % {"revenue": revenue}, net] for name, revenue, net in model_lines(figures)
        ],
        "losing_title": _("Groups that lost most"),
        "losing": [[name, net] for _group, name, net in losing_lines(figures)][
            : DECIDE_IN_PICTURE if picture else None
        ],
    }


def foot_of(figures: Figures, number: str = "") -> str:
    """When and by whom it was made, of which teams, and its number: it explains itself wherever it is sent."""
    made = datetime.fromisoformat(figures["made_at"])
    words = {
        "moment": f"{made:%Y-%m-%d %H:%M}",
        "zone": zone_of(figures),
        "person": figures["by"],
        "team": figures["team"] or _("All teams"),
    }
    if figures["by"]:
        said = _("Made %(moment)s (%(zone)s) by %(person)s · teams: %(team)s · names are hidden") % words
    else:  # by no person: a robot brings it
        said = _("Made %(moment)s (%(zone)s) · teams: %(team)s · names are hidden") % words
    return f"{said} · {number}" if number else said


def message_lines(figures: Figures) -> list[str]:
    """The report as lines of a chat or a mail."""
    states = ", ".join(
        f"{label} {value}" + (f" ({change})" if change and change != "0" else "")
        for show, label, value, change in figure_lines(figures)
        if show.startswith("state-") and value != "0"
    )
    others = ", ".join(
        f"{label} {value}" for show, label, value, _change in figure_lines(figures) if not show.startswith("state-")
    )
    money = _money_said(figures)
    return [span_of(figures), headline(figures), states, others, f"{money_title(figures)}: {money}"]

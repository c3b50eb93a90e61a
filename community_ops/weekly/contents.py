"""The figures of a report as the words that its page, its files and its messages show, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from assessments.report.printable import all_printable
from community_ops import numbers
from community_ops.weekly.figures import total
from lifecycle.cases.wording.reasons import RECOMMENDED
from lifecycle.display_states import JUDGED, TROUBLED, DisplayState
from lifecycle.models import Case
from lifecycle.models.health import Cause

Figures = Mapping[str, Any]
DECIDE_IN_PICTURE = 3
LINES_IN_PICTURE = 4


def title_of(figures: Figures) -> str:
    return _("Weekly report · %(team)s") % {"team": figures["team"] or _("All teams")}


def span_of(figures: Figures) -> str:
    """The days of the week and up to which day they were judged, with the time zone."""
    sign = "～" if (get_language() or "").startswith("zh") else "–"
    span = f"{figures['week']} {sign} {figures['last_day']}"
    zone = zone_of(figures)
    if not figures["judged"]:
        return _("%(span)s · no day was judged (%(zone)s)") % {"span": span, "zone": zone}
    return _("%(span)s · data up to %(day)s 24:00 (%(zone)s)") % {"span": span, "day": figures["judged"], "zone": zone}


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


def money_lines(figures: Figures) -> list[tuple[str, str]]:
    """Revenue, costs, net of the month so far; `--` where no line was entered."""
    money = figures["money"]

    def written(name: str) -> str:
        return numbers.yuan(None if money[name] is None else Decimal(money[name]))

    net = f"≤ {written('net')}" if money["at_most"] else written("net")
    return [(_("Revenue"), written("revenue")), (_("Costs and goods"), written("costs")), (_("Net contribution"), net)]


def money_title(figures: Figures) -> str:
    sign = "～" if (get_language() or "").startswith("zh") else "–"
    return _("Money of the month, %(span)s") % {
        "span": f"{figures['money']['first']} {sign} {figures['money']['last']}"
    }


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
        return _("No group was judged in this week")
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
    money = ", ".join(f"{label} {value}" for label, value in money_lines(figures))
    return f"{title_of(figures)}, {span_of(figures)}. {headline(figures)} {counts}. {money}."


def printed(figures: Figures, *, picture: bool, number: str = "", address: str = "") -> dict[str, Any]:
    """Everything as text for weekly.typ; `picture` is the short form."""
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
                "states_title": _("Groups by state, and the change within the week"),
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
                "decide_title": _("To decide next") if figures["decide"] else "",
                "decide": [[group, why] for _case, group, why in decide_lines(figures)][
                    : DECIDE_IN_PICTURE if picture else None
                ],
                "foot": foot_of(figures, number),
            }
        )
        | {"address": address}
    )


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
    money = ", ".join(f"{label} {value}" for label, value in money_lines(figures))
    return [span_of(figures), headline(figures), states, others, f"{money_title(figures)}: {money}"]

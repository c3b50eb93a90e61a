"""Writes the rows of the group list: one string for the whole table body, since templates cost ten times as much."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from community_ops import numbers
from community_ops.reasons import cause_sentence
from community_ops.templatetags.figures import sparkline, status
from groups.currency import in_currency
from groups.models.group import ActivityKind
from groups.rules.profit_and_loss import Net
from lifecycle.display_states import TROUBLED, DisplayState, shown_as
from lifecycle.models import Flag

Row = Mapping[str, Any]

ROW = (
    '<tr><td class="pick"><input class="form-check-input" type="checkbox" name="pick" value="{id}"'
    ' aria-label="{pick}"></td><th scope="row"><a href="{page}">{name}</a>{why}</th><td>{status}</td>'
    '<td class="short" data-label="{l_activity}">{activity}</td>'
    '<td class="num" data-label="{l_members}">{members}</td>'
    '<td class="num" data-label="{l_acts}">{acts}</td>'
    '<td class="num" data-label="{l_people}">{people}</td>'
    '<td data-label="{l_trend}">{trend}</td>'
    '<td class="num" data-label="{l_net}">{net}</td>'
    '<td class="short" data-label="{l_ends}">{ends}</td>'
    '<td class="short" data-label="{l_owner}">{owner}</td></tr>'
)


def column_labels() -> dict[str, str]:
    """The words over the columns; beside the figures on a phone."""
    return {
        "l_name": _("Group name"),
        "l_status": _("State"),
        "l_activity": _("Activity"),
        "l_members": _("Members"),
        "l_acts": _("Acts, 7 days"),
        "l_people": _("People, 28 days"),
        "l_trend": _("8-week trend"),
        "l_net": in_currency(_("Net this month")),
        "l_ends": _("Ends"),
        "l_owner": _("Owner"),
    }


def causes_of(rows: Collection[Row]) -> dict[int, str]:
    """Why each troubled group stands there: its gravest standing flag, with the figures of the last day judged."""
    troubled = [row["id"] for row in rows if shown_as(row["standing__state"]) in TROUBLED]
    if not troubled:
        return {}
    flags = Flag.objects.filter(group_id__in=troubled, lowered_on=None).order_by("severity", "-raised_on")
    gravest = {group: (cause, told) for group, cause, told in flags.values_list("group_id", "cause", "evidence")}
    today = {row["id"]: row["standing__evidence"] or {} for row in rows}
    return {group: cause_sentence(cause, today[group], told) for group, (cause, told) in gravest.items()}


def written(rows: Iterable[Row], net: Mapping[int, Net], why: Mapping[int, str]) -> SafeString:
    """The rows as HTML. `net` holds only groups with lines in the month; the others show `--`."""
    labels = column_labels()
    tags: dict[DisplayState, SafeString] = {}
    activities = {str(kind): str(kind.label) for kind in ActivityKind}
    pick = _("Select %(group)s")
    page = reverse("group-page", args=[0]).replace("0", "{}")
    cells = []
    for row in rows:
        shown = shown_as(row["standing__state"])
        if shown not in tags:
            tags[shown] = status(shown.value)
        cause = why.get(row["id"], "")
        cells.append(
            labels
            | {
                "id": row["id"],
                "pick": pick % {"group": row["name"]},
                "page": page.format(row["id"]),
                "name": row["name"],
                "why": format_html('<div class="why">{}</div>', cause) if cause else "",
                "status": tags[shown],
                "activity": activities.get(row["plan__activity_kind"], numbers.MISSING),
                "members": _known(row["standing__members"]),
                "acts": _known(row["standing__acts_7"]),
                "people": _known(row["standing__people_28"]),
                "trend": trend(row["standing__spark"] or ()),
                "net": _net(net.get(row["id"])),
                "ends": row["plan__ends_on"] or numbers.MISSING,
                "owner": row["owner__display_name"],
            }
        )
    return format_html_join("\n", ROW, cells)


def trend(spark: Iterable[int]) -> SafeString | str:
    """The sparkline of eight weeks with its first and last known week in words; `--` where nothing was observed."""
    weeks = list(spark)
    known = [week for week in weeks if week >= 0]
    if not known:
        return numbers.MISSING
    told = {"first": numbers.grouped(known[0]), "last": numbers.grouped(known[-1])}
    if known[-1] > known[0]:
        title = _("8-week trend: up from %(first)s to %(last)s a week") % told
    elif known[-1] < known[0]:
        title = _("8-week trend: down from %(first)s to %(last)s a week") % told
    else:
        title = _("8-week trend: steady at %(last)s a week") % told
    return sparkline(weeks, title)


def _net(net: Net | None) -> str:
    return numbers.at_most(numbers.grouped(net.amount), net.exact) if net else numbers.MISSING


def _known(value: int | None) -> str:
    return numbers.MISSING if value is None or value < 0 else numbers.grouped(value)

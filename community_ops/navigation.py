"""The menu: which pages a person is offered, and where the page at hand belongs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from groups.access import leads_any
from groups.models import User


@dataclass(frozen=True)
class Place:
    """One entry. `section` is what the addresses of all its pages begin with; `tab` puts it in the phone's tab bar."""

    name: str
    label: str | Promise
    icon: str
    section: str
    group: str = "work"
    tab: bool = False
    shortcut: str = ""


PLACES = (
    Place("home", _("Home"), "house", "/", tab=True, shortcut="h"),
    Place("my-steps", _("My steps"), "check-lg", "/steps/", shortcut="s"),
    Place("assessment-list", _("Assess"), "clipboard-check", "/assess/", tab=True, shortcut="a"),
    Place("group-list", _("Groups"), "people", "/groups/", tab=True, shortcut="c"),
    Place("case-board", _("Lifecycle"), "activity", "/lifecycle/", tab=True, shortcut="l"),
    Place("ledger-entry", _("Bookkeeping"), "pencil", "/ledger/", shortcut="m"),
    Place("health-dashboard", _("Health dashboard"), "graph-up", "/insights/health/", shortcut="i"),
    Place("lifetimes", _("Lifetimes"), "hourglass", "/insights/lifetimes/"),
    Place("capacity", _("Capacity"), "clock", "/insights/capacity/"),
    Place("pnl-dashboard", _("Profit and loss"), "yuan", "/insights/pnl/"),
    Place("funnel", _("Funnel"), "funnel", "/insights/funnel/", shortcut="f"),
    Place("placement-calendar", _("Placements"), "calendar-event", "/insights/calendar/", shortcut="p"),
    Place("weekly-report", _("Reports"), "clipboard-check", "/reports/", shortcut="r"),
    Place("import-list", _("Data imports"), "file-earmark-arrow-up", "/data/", shortcut="d"),
    Place("coverage", _("Data coverage"), "calendar-event", "/coverage/"),
    Place("member-list", pgettext_lazy("colleagues", "People"), "people", "/settings/members/", group="settings"),
    Place("team-list", _("Teams"), "list", "/settings/teams/", group="settings"),
    Place("cost-categories", _("Cost categories"), "sliders", "/settings/costs/", group="settings"),
    Place("verdict-rules", _("Verdict rules"), "sliders", "/settings/verdict/", group="settings"),
    Place("health-policy", _("Health rules"), "sliders", "/settings/policy/", group="settings"),
    Place("wecom", _("WeCom connection"), "download", "/settings/wecom/", group="settings"),
    Place("token-list", _("Access tokens"), "sliders", "/settings/tokens/", group="settings"),
    Place("robot-list", _("Robots"), "bell", "/settings/robots/", group="settings"),
    Place("audit", _("Audit"), "list", "/settings/audit/", group="settings"),
    Place("person-data", _("Data of a person"), "people", "/settings/people-data/", group="settings"),
    Place("retention", _("Data retention"), "trash", "/settings/retention/", group="settings"),
    Place("calendar", _("Holidays and workdays"), "calendar-event", "/settings/calendar/", group="settings"),
    Place("night-log", _("Nightly runs"), "clock", "/settings/nights/", group="settings"),
    Place("jobs", _("Jobs"), "hourglass", "/settings/jobs/", group="settings"),
    Place("sample-data", _("Sample data"), "clipboard-check", "/settings/sample-data/", group="settings"),
    Place("styleguide", _("Styleguide"), "list", "/styleguide/", group="settings"),
    Place("help", _("Help"), "question", "/accessibility/", group="help"),
    Place("metrics-help", _("Definitions"), "question", "/help/metrics/", group="help"),
    Place("api-reference", "API", "file-earmark-arrow-up", "/help/api/", group="help"),
    Place("me", _("My settings"), "person-circle", "/me/", group="help"),
)
# Pages that belong to a section without sharing its address.
_ALSO = {
    "/cases/": "/lifecycle/",
    "/playbooks/": "/lifecycle/",
    "/reviews/": "/groups/",
    "/data/coverage/": "/coverage/",
    "/settings/invitations/": "/settings/members/",
    "/insights/units/": "/insights/pnl/",
    "/insights/partners/": "/insights/calendar/",
    "/insights/placements/": "/insights/calendar/",
}
FOR_LEADERS = {"member-list", "weekly-report"}


def offered_to(user: User, place: Place) -> bool:
    """Whether the person may open the page at all; what it shows is decided by the page."""
    if place.name in FOR_LEADERS:
        return leads_any(user)
    return place.group != "settings" or user.is_administrator or (place.name == "styleguide" and settings.DEBUG)


@cache  # every page asks for the same two dozen
def address_of(name: str) -> str:
    return reverse(name)


def menu_for(request: HttpRequest) -> dict[str, list[dict]]:
    """The entries by group (`work`, `settings`, `help`) and those of the tab bar (`tabs`)."""
    path = request.path
    for start, section in _ALSO.items():
        if path.startswith(start):
            path = section
    menu: dict[str, list[dict]] = {"work": [], "settings": [], "help": [], "tabs": []}
    for place in PLACES:
        if not offered_to(request.user, place):
            continue
        address = address_of(place.name)
        here = path == address
        inside = place.section != "/" and path.startswith(place.section)
        entry = {
            "name": place.name,
            "label": place.label,
            "icon": place.icon,
            "address": address,
            "current": "page" if here else "true" if inside else "",
            "shortcut": place.shortcut,
        }
        menu[place.group].append(entry)
        if place.tab:
            menu["tabs"].append(entry)
    return menu

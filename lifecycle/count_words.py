"""What the counts of a group and day are called."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LABELS: dict[str, str | Promise] = {
    "members": _("Members"),
    "joins": _("People who joined"),
    "leaves": _("People who left"),
    "messages": _("Messages"),
    "speakers": _("People who spoke"),
    "clicks": _("Clicks"),
    "orders": _("Orders"),
    "buyers": _("Buyers"),
    "revenue_cents": _("Revenue"),
    "ads": _("Adverts"),
    "filler": _("Filler"),
    "incentivised": _("Said for a red packet"),
    "questions": _("Questions"),
    "answered": _("Questions answered in 24 hours"),
}
# What a column of a sheet can hold, in the order in which it is offered.
FIELDS: dict[str, str | Promise] = {
    "group": _("Group id"),
    "name": _("Group name"),
    "date": _("Day"),
    "platform": _("Platform"),
    **LABELS,
    "member": _("Member id"),
    "observed_from": _("First day watched"),
    "observed_until": _("Last day watched"),
}

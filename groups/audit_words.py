"""Words for the verbs of the audit record, for people who read it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, str | Promise] = {
    "registered": _("Registered"),
    "edited": _("Edited"),
    "plan amended": _("Plan amended"),
    "closed": _("Closed"),
    "goal met": _("Goal met"),
    "figures entered": _("Figures entered"),
    "revenue model put": _("Revenue model set"),
    "revenue model ended": _("Revenue model ended"),
    "people moved on": _("People moved on"),
    "move taken back": _("Move taken back"),
    "partner added": _("Partner added"),
    "partner changed": _("Partner changed"),
    "partner archived": _("Partner archived"),
    "placement planned": _("Placement planned"),
    "placement done": _("Placement done"),
    "placement paid": _("Placement paid"),
    "placement cancelled": _("Placement cancelled"),
    "line entered": _("Ledger line entered"),
    "line reversed": _("Ledger line taken back"),
}


def words_for(verb: str) -> str:
    """The words for a verb; a verb without words stands for itself."""
    return str(WORDS.get(verb, verb))

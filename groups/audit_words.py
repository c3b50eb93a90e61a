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
    "line entered": _("Ledger line entered"),
    "line reversed": _("Ledger line taken back"),
    "line refunded": _("Ledger line refunded"),
    "recurring line added": _("Recurring line added"),
    "recurring line paused": _("Recurring line paused"),
    "recurring line goes on": _("Recurring line goes on"),
    "recurring line ended": _("Recurring line ended"),
    "month closed": _("Month closed"),
    "month reopened": _("Month reopened"),
    "cost allocated": _("Shared cost spread"),
    "allocation taken back": _("Shared cost taken back"),
    "category added": _("Cost category added"),
    "category changed": _("Cost category changed"),
    "category priced": _("Default price set"),
    "category archived": _("Cost category disabled"),
    "category restored": _("Cost category enabled"),
    "hourly rate set": _("Hourly rate set"),
}


def words_for(verb: str) -> str:
    """The words for a verb; a verb without words stands for itself."""
    return str(WORDS.get(verb, verb))

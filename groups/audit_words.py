"""Words for the verbs of the audit record, for people who read it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, str | Promise] = {
    "registered": _("Registered"),
    "edited": _("Edited"),
    "plan amended": _("Plan amended"),
    "closed": _("Closed"),
    "reviewed": _("Reviewed"),
    "goal met": _("Goal met"),
    "figures entered": _("Figures entered"),
    "line entered": _("Ledger line entered"),
    "line reversed": _("Ledger line taken back"),
}


def words_for(verb: str) -> str:
    """The words for a verb; a verb without words stands for itself."""
    return str(WORDS.get(verb, verb))

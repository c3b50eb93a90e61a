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
    "change undone": _("Change of many groups undone"),
    "archived": _("Archived"),
    "reopened": _("Reopened"),
    "restored": _("Restored from the archive"),
    "note added": _("Note added"),
    "file added": _("File added"),
    "file taken out": _("File downloaded"),
    "file removed": _("File removed"),
    "list uploaded": _("List of groups uploaded"),
    "list imported": _("List of groups imported"),
    "groups registered by import": _("Groups registered by an import"),
    "groups exported": _("Groups exported"),
    "line reversed": _("Ledger line taken back"),
}


def words_for(verb: str) -> str:
    """The words for a verb; a verb without words stands for itself."""
    return str(WORDS.get(verb, verb))

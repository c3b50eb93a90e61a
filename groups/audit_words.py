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
    "handed over": _("Handed over"),
    "owner changed on the platform": _("Owner changed on the platform"),
    "co-owners changed": _("Co-owners changed"),
    "joined team": _("Joined a team"),
    "role changed": _("Role changed"),
    "left team": _("Left a team"),
    "made administrator": _("Made administrator"),
    "no longer administrator": _("No longer administrator"),
    "account closed": _("Account disabled"),
    "account opened again": _("Account enabled"),
    "sessions ended": _("Sessions ended"),
    "password changed": _("Password changed"),
    "password link made": _("Link for a new password made"),
    "second step switched on": _("Second step switched on"),
    "second step switched off": _("Second step switched off"),
    "backup codes renewed": _("Backup codes renewed"),
    "invited": _("Invited"),
    "invitation accepted": _("Invitation accepted"),
    "invitation revoked": _("Invitation revoked"),
    "team made": _("Team made"),
    "team changed": _("Team changed"),
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

"""What went wrong, in words that say what to do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

TROUBLES: dict[str, str | Promise] = {
    "secret": _("WeCom does not accept the secret. Copy it again from the app's page in the WeCom console."),
    "corp": _("WeCom does not know this company id. Copy it from “My company” in the WeCom console."),
    "rights": _("The app may not read customer groups. Add it in the WeCom console under customer contact, API."),
    "address": _("WeCom refuses the address of this server. Add it to the app's trusted IP addresses."),
    "owners": _("More than 1,000 people are in view, so groups are listed by owner. Add the owners below."),
    "busy": _("WeCom is busy. The call is made again by itself."),
    "too_often": _("WeCom counts too many calls. They go on by themselves after a pause."),
    "unreachable": _("WeCom does not answer. The call is made again by itself; check the way out of this server."),
    "unreadable": _("WeCom answered something unexpected. The call is made again by itself."),
    "refused": _("WeCom refused a call. Look the code up in WeCom's list of error codes."),
    "gave_up": _("A part failed again and again and was left out. The next run tries it anew."),
    "failed": _("Something failed on our side. It is in the log, and tried again by itself."),
}


def words_for(kind: str, code: int | None) -> str:
    """The sentence for a trouble, with WeCom's number behind it; '' for none."""
    if not kind:
        return ""
    sentence = TROUBLES.get(kind, TROUBLES["refused"])
    return gettext("%(sentence)s (code %(code)s)") % {"sentence": sentence, "code": code} if code else str(sentence)

"""Says which of a group's messages counted as activity and which did not."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community_ops import numbers
from lifecycle.what_counted import Counted


def counted_sentence(told: Counted) -> str:
    """One to three sentences; empty where no message is known. Says so where nobody tells the messages apart."""
    if not told.messages:
        return ""
    left_out = [
        (told.filler, _("%(n)s filler (stickers, word chains, digits, fewer than 4 characters)")),
        (told.incentivised, _("%(n)s said within 48 hours after a red packet")),
        (told.adverts, _("%(n)s adverts")),
    ]
    parts = [words % {"n": numbers.grouped(count)} for count, words in left_out if count]
    figures = {"messages": numbers.grouped(told.messages), "counted": numbers.grouped(told.counted)}
    sentences = [_("In 28 days %(messages)s messages, of which %(counted)s count.") % figures]
    if parts:
        sentences.append(_("Left out: %(parts)s.") % {"parts": _(", ").join(parts)})
    missing = told.days - told.days_told_apart
    if not told.days_told_apart:
        sentences.append(_("No source tells filler or messages for a red packet apart, so all but adverts count."))
    elif missing:
        words = ngettext(
            "On %(n)s day no source told filler apart; nothing was left out for it.",
            "On %(n)s days no source told filler apart; nothing was left out for it.",
            missing,
        )
        sentences.append(words % {"n": numbers.grouped(missing)})
    return " ".join(sentences)

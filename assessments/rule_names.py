"""What each rule of the verdict is about, in a few words: for lists of rules beside their code."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

RULE_NAMES = {
    "S01": _("no reason of the users"),
    "S02": _("private chat is cheaper"),
    "S03": _("no revenue model"),
    "S04": _("no reason to last"),
    "S05": _("loses even in the best case"),
    "S06": _("far too few hours"),
    "S07": _("too many conditions"),
    "C01": _("purpose not clear"),
    "C02": _("no shared goal"),
    "C03": _("need not proven"),
    "C04": _("chat could do part of it"),
    "C05": _("partners' customers unknown"),
    "C06": _("too many partner campaigns"),
    "C07": _("over the budget"),
    "C08": _("activity does not fit the product"),
    "C09": _("owner has too many groups"),
    "C10": _("content runs dry"),
    "C11": _("too many posts a day"),
    "C12": _("no review"),
    "C13": _("flash group without an end"),
    "C14": _("ends before it pays back"),
    "C15": _("no group below"),
    "C16": _("no exit rule"),
    "C17": _("loses in the pessimistic case"),
    "C18": _("loses in the base case"),
    "C19": _("hours are missing"),
    "C20": _("the people named are booked up"),
}


def rule_text(code: str) -> str:
    """`C14 ends before it pays back`."""
    return f"{code} {RULE_NAMES[code]}"

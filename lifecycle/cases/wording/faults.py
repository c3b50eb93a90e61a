"""Sentences for what keeps a playbook from being used."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lifecycle.cases.wording.steps import step_words
from lifecycle.rules.playbook_content import MOST_STEPS, Fault
from lifecycle.rules.playbooks import FIELDS

FAULTS: Mapping[str, str | Promise] = {
    "no_title": _("Name the playbook"),
    "no_steps": _("Write at least one step"),
    "too_many_steps": _("Write at most %(most)s steps"),
    "notices_too_close": _("Let at least %(told)s days pass from the first notice to the last one"),
    "step_needed": _("Keep this step, a goodbye waits for it: %(told)s"),
    "step_without_title": _("Step %(place)s: say what to do; this one cannot be left out"),
    "day_out_of_range": _("Step %(place)s: enter a number of days from 0 to 90"),
    "asks_unknown": _("Step %(place)s: select what to count"),
    "too_long": _("Step %(place)s: shorten the text"),
    "field_unknown": _("Step %(place)s: $%(told)s is no field; use one of %(fields)s"),
}


def fault_text(fault: Fault) -> str:
    told = step_words(fault.told).title if fault.code == "step_needed" else fault.told
    fields = " ".join(f"${name}" for name in FIELDS)
    return str(FAULTS[fault.code] % {"place": fault.place, "told": told, "most": MOST_STEPS, "fields": fields})

"""What a plan promised about quiet hours and about its end, in words."""

from __future__ import annotations

from datetime import time

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.models import Plan


def quiet_hours_text(begin: time | None, end: time | None) -> str | None:
    """The hours like 21:00–09:00; None where the plan names none."""
    return None if begin is None or end is None else f"{begin:%H:%M}–{end:%H:%M}"


def exit_rule_sentences(plan: Plan) -> list[str]:
    """What the plan says for when the group goes quiet, in the order of the remedies; empty where it is silent."""
    said = []
    if plan.at_risk_after_days is not None:
        risk = ngettext(
            "After %(days)s day on watch it is at risk",
            "After %(days)s days on watch it is at risk",
            plan.at_risk_after_days,
        )
        said.append(risk % {"days": plan.at_risk_after_days})
    if plan.revive_for_days is not None:
        revive = ngettext(
            "An attempt to revive it lasts %(days)s day",
            "An attempt to revive it lasts %(days)s days",
            plan.revive_for_days,
        )
        said.append(revive % {"days": plan.revive_for_days})
    if plan.dissolve_after_days is not None:
        dissolve = ngettext(
            "Once it is muted, %(days)s day without movement until it is dissolved",
            "Once it is muted, %(days)s days without movement until it is dissolved",
            plan.dissolve_after_days,
        )
        said.append(dissolve % {"days": plan.dissolve_after_days})
    if plan.dissolution_approver is not None:
        said.append(_("%(person)s agrees to its end") % {"person": plan.dissolution_approver})
    return said

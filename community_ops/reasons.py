"""Words for why a group stands where it stands: causes of flags, and the parts of a score that were lost.

The figures are those that the health stage keeps as evidence (lifecycle.rules.judging.FIGURES); one that is missing
or null leaves its half sentence out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from community_ops import numbers
from lifecycle.models.health import Cause, HealthReading

Figures = Mapping[str, Any]

# The parts of the card, in the order of their columns in HealthReading.
PARTS = {
    "rhythm": gettext_lazy("Rhythm"),
    "level": gettext_lazy("Level"),
    "breadth": gettext_lazy("Breadth"),
    "regularity": gettext_lazy("Regularity"),
    "core": gettext_lazy("Core members"),
}


@dataclass(frozen=True)
class Loss:
    """Points of 100 that one part took off, and what stands behind it. None = the part is not known."""

    part: str
    points: float | None
    why: str


def losses_of(reading: HealthReading | None, figures: Figures) -> list[Loss]:
    """The losses of a reading, largest first, then the unknown parts; the known ones sum to 100 - score."""
    if reading is None or reading.score < 0:
        return []
    losses = []
    for part, label in PARTS.items():
        hundredths = getattr(reading, f"loss_{part}")
        losses.append(Loss(str(label), None if hundredths < 0 else hundredths / 100, behind(part, figures)))
    return sorted(losses, key=lambda loss: -1 if loss.points is None else loss.points, reverse=True)


def behind(part: str, figures: Figures) -> str:
    """The figures behind one part of the score."""
    if part == "rhythm":
        return _silence(figures)
    if part == "level":
        return _against_usual(figures)
    if part == "breadth":
        return _of_goal(figures, "people_28", "people_goal", _("%(n)s people took part in 28 days"))
    if part == "core":
        return _of_goal(figures, "returning_28", "core_goal", _("%(n)s people came back within 28 days"))
    active, known = figures.get("weeks_active"), figures.get("weeks_known")
    if active is None or not known:
        return ""
    return _("active in %(active)s of %(known)s known weeks") % {"active": _count(active), "known": _count(known)}


def cause_sentence(cause: str, figures: Figures) -> str:
    """A cause of a flag with its figures: what the list and the page say below the state."""
    label = str(Cause(cause).label)
    detail = ""
    if cause == Cause.SILENCE:
        detail = _silence(figures)
    elif cause == Cause.FADING:
        detail = _of_goal(
            figures, "people_28", "people_goal", _("%(n)s people took part in 28 days")
        ) or _against_usual(figures)
    elif cause == Cause.AD_OVERRUN:
        share = figures.get("ad_share_14")
        detail = "" if share is None else _("%(share)s of 14 days' messages are adverts") % {"share": _share(share)}
    elif cause == Cause.EXODUS:
        leaves = figures.get("leaves_28")
        detail = "" if leaves is None else _("%(n)s members left in 28 days") % {"n": _count(leaves)}
    return label if not detail else _("%(cause)s: %(detail)s") % {"cause": label, "detail": detail}


def _silence(figures: Figures) -> str:
    silent = figures.get("silent_exposure")
    if silent is None:
        return ""
    days = int(silent)
    return ngettext("quiet for %(n)s day", "quiet for %(n)s days", days) % {"n": days}


def _against_usual(figures: Figures) -> str:
    ratio = figures.get("ratio")
    return "" if ratio is None else _("%(share)s of what is usual for this group") % {"share": _share(ratio)}


def _of_goal(figures: Figures, people: str, goal: str, sentence: str) -> str:
    n = figures.get(people)
    if n is None:
        return ""
    text = sentence % {"n": _count(n)}
    aim = figures.get(goal)
    return text if not aim else _("%(fact)s (goal %(goal)s)") % {"fact": text, "goal": _count(aim)}


def _count(value: float) -> str:
    return numbers.grouped(value)


def _share(value: float) -> str:
    return numbers.percent(value, 0)

"""Words for why a group stands where it stands: causes of flags, and the parts of a score that were lost.

The figures are those that the health stage keeps (lifecycle.rules.evidence tells the keys); one that is missing or
null leaves its half sentence out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from community_ops import numbers
from lifecycle.models.health import Cause
from lifecycle.rules.own_people import told_by_own_best

Figures = Mapping[str, Any]

# The parts of the card, by their keys in the evidence.
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
    points: Decimal | None
    why: str


def losses_of(figures: Figures, *, answers: bool = False) -> list[Loss]:
    """What each part and a cap took off, largest first, then the unknown parts; the known ones sum to 100 - score.

    `answers`: the level is that of a group that answers questions.
    """
    if figures.get("score", -1) < 0:
        return []
    losses = []
    for part, hundredths in figures["losses"].items():
        points = None if hundredths is None else Decimal(hundredths) / 100
        told = exchange_words(figures) if answers and part == "level" else behind(part, figures)
        losses.append(Loss(str(PARTS[part]), points, told))
    cap = figures.get("cap")
    if cap:
        cause = Cause.AD_OVERRUN if cap["by"] == "ad_overrun" else Cause.EXODUS
        losses.append(Loss(_("Upper limit"), Decimal(cap["loss"]) / 100, cause_sentence(cause, figures)))
    return sorted(losses, key=lambda loss: -1 if loss.points is None else loss.points, reverse=True)


def behind(part: str, figures: Figures) -> str:
    """The figures behind one part of the score."""
    if part == "rhythm":
        return _weighed_silence(figures)
    if part == "level":
        return _against_usual(figures)
    if part == "breadth":
        return _breadth(figures)
    if part == "core":
        people = int(figures.get("returning_28") or 0)
        came_back = ngettext("%(n)s person came back within 28 days", "%(n)s people came back within 28 days", people)
        return _of_goal(figures, "returning_28", "core_goal", came_back)
    active, known = figures.get("weeks_active"), figures.get("weeks_known")
    if active is None or not known:
        return ""
    return _("active in %(active)s of %(known)s known weeks") % {"active": _count(active), "known": _count(known)}


def cause_sentence(cause: str, figures: Figures, told: Figures | None = None) -> str:
    """A cause of a flag with its figures: what the list and the page say below the state.

    `figures` are those of the last day judged, `told` the evidence of the flag itself: causes that do not come from
    activity have their figures only there.
    """
    label = str(Cause(cause).label)
    detail = ""
    if cause == Cause.SILENCE:
        detail = _silence(figures)
    elif cause == Cause.FADING:
        detail = _breadth(figures) or _against_usual(figures)
    elif cause == Cause.AD_OVERRUN:
        share = figures.get("ad_share_14")
        detail = "" if share is None else _("%(share)s of 14 days' messages are adverts") % {"share": _share(share)}
    elif cause == Cause.EXODUS:
        leaves = figures.get("leaves_28")
        detail = "" if leaves is None else _("%(n)s members left in 28 days") % {"n": _count(leaves)}
    elif cause == Cause.OVERLOAD:
        detail = _overload(figures)
    elif cause == Cause.CARRIED_BY_ONE:
        share = figures.get("share_of_one")
        words = _("one member made %(share)s of the acts of 28 days")
        detail = "" if share is None else words % {"share": _share(share)}
    elif cause == Cause.OWNER_ABSENT:
        detail = _absence(told or {})
    elif cause == Cause.LOSING_MONEY:
        detail = _losses(told or {})
    elif cause == Cause.UNSERVED:
        detail = _without_offer(figures)
    return label if not detail else _("%(cause)s: %(detail)s") % {"cause": label, "detail": detail}


def badges_of(figures: Figures) -> list[str]:
    """What is worth a word beside the score without being part of it."""
    if "carried_by_one" not in figures.get("badges", ()):
        return []
    return [_("One member made %(share)s of the acts of 28 days") % {"share": _share(figures["share_of_one"])}]


def _breadth(figures: Figures) -> str:
    if told_by_own_best(figures):
        return _of_own_best(figures)
    people = int(figures.get("people_28") or 0)
    sentence = _people_sentence(people)
    if figures.get("people_counted") == 0:  # the source tells people by day, so their union is known from below
        sentence = ngettext(
            "at least %(n)s person took part in 28 days", "at least %(n)s people took part in 28 days", people
        )
    return _of_goal(figures, "people_28", "people_goal", sentence)


def _of_own_best(figures: Figures) -> str:
    """Both sides in the same measure: where people are estimated, so was the best of them."""
    people = round(figures["people_judged"])
    sentence = _people_sentence(people)
    if figures.get("people_counted") == 0:
        sentence = ngettext(
            "about %(n)s person took part in 28 days", "about %(n)s people took part in 28 days", people
        )
    words = _("%(fact)s (by its own best, at least %(keep)s should)")
    return words % {"fact": sentence % {"n": _count(people)}, "keep": _count(ceil(figures["people_to_keep"]))}


def _people_sentence(people: int) -> str:
    return ngettext("%(n)s person took part in 28 days", "%(n)s people took part in 28 days", people)


def _silence(figures: Figures) -> str:
    """How long nobody has acted: days of the calendar where the last act is known, else days of evidence."""
    silent = figures.get("silent_exposure")
    if silent is None:
        return ""
    days = _days_since_last_act(figures)
    n = int(silent) if days is None else days
    return ngettext("quiet for %(n)s day", "quiet for %(n)s days", n) % {"n": numbers.grouped(n)}


def _weighed_silence(figures: Figures) -> str:
    """The same, with how much evidence these days are: weekends weigh less, unseen days and festivals nothing."""
    text, days = _silence(figures), _days_since_last_act(figures)
    weight = int(figures.get("silent_exposure") or 0)
    if days is None or weight >= days:
        return text
    return _("%(fact)s, which weigh as %(n)s") % {"fact": text, "n": numbers.grouped(weight)}


def _days_since_last_act(figures: Figures) -> int | None:
    acted, observed = figures.get("last_act"), figures.get("last_observed")
    if not acted or not observed:
        return None
    return (date.fromisoformat(observed) - date.fromisoformat(acted)).days


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


def _overload(figures: Figures) -> str:
    acts, goal = figures.get("acts_7"), figures.get("goal_28")
    if acts is None or not goal:
        return ""
    words = _("%(acts)s acts in 7 days, where the plan aims at %(goal)s in 28")
    return words % {"acts": _count(acts), "goal": _count(goal)}


def _absence(told: Figures) -> str:
    if "unseen_days" not in told:
        return ""
    days = told["unseen_days"]
    if days is None:
        return _("nobody who looks after the group has an account in use; name an owner")
    return ngettext(
        "nobody who looks after the group was here for %(n)s day",
        "nobody who looks after the group was here for %(n)s days",
        days,
    ) % {"n": _count(days)}


def _losses(told: Figures) -> str:
    months = told.get("losing_months")
    if not months:
        return ""
    return ngettext(
        "%(n)s closed month below zero, %(net)s",
        "%(n)s closed months in a row below zero, %(net)s together",
        months,
    ) % {"n": _count(months), "net": numbers.yuan(Decimal(told["net"]))}


def exchange_words(figures: Figures) -> str:
    """How many questions were answered, or how often a word was not left alone; empty where it is not known."""
    share, questions = figures.get("exchange_28"), figures.get("questions_28")
    if share is not None and questions:
        words = ngettext(
            "%(share)s of %(n)s question was answered within 24 hours",
            "%(share)s of %(n)s questions were answered within 24 hours",
            questions,
        )
        return words % {"share": _share(share), "n": _count(questions)}
    words = _("two people or more spoke on %(share)s of the days with a word")
    return "" if share is None else words % {"share": _share(share)}


def _without_offer(figures: Figures) -> str:
    days = figures.get("unserved_for")
    if not days:
        return ""
    words = ngettext(
        "no advert and no order on %(n)s observed day in a row",
        "no advert and no order on %(n)s observed days in a row",
        days,
    )
    return words % {"n": _count(days)}


def _count(value: float) -> str:
    return numbers.grouped(value)


def _share(value: float) -> str:
    return numbers.percent(value, 0)

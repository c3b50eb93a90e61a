"""Groups that end before their people have moved on: the gold must be panned before the upper layer's life ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.models import LayerMove
from groups.rules.layer_moves import ALERT_DAYS, Promotion, PromotionLate, late_promotion


@dataclass(frozen=True)
class LateGroup:
    group_id: int
    name: str
    late: PromotionLate


def late_groups(groups: QuerySet, today: date) -> list[LateGroup]:
    """Of these groups the running ones whose promotion is late, the first to end before the others. One query."""
    moved = LayerMove.objects.filter(source=OuterRef("pk")).order_by().values("source").annotate(all=Sum("people"))
    rows = (
        groups.running()
        .filter(
            plans__superseded_at=None,
            plans__promotion_percent__gt=0,
            plans__ends_on__lte=today + timedelta(days=ALERT_DAYS),
        )
        .annotate(moved=Coalesce(Subquery(moved.values("all")), 0))
        .order_by("plans__ends_on", "pk")
        .values_list(
            "pk", "name", "plans__promotion_percent", "plans__starts_on", "plans__ends_on", "standing__members", "moved"
        )
    )
    found = []
    for pk, name, percent, starts_on, ends_on, members, moved_on in rows:
        known = members if members is not None and members >= 0 else None
        promotion = Promotion(percent=percent, starts_on=starts_on, ends_on=ends_on, members=known, moved=moved_on)
        if late := late_promotion(promotion, today):
            found.append(LateGroup(pk, name, late))
    return found


def late_sentence(late: PromotionLate) -> str:
    """Why it is late, with its figures."""
    if late.days_left < 0:
        when = ngettext("Ended %(n)s day ago", "Ended %(n)s days ago", -late.days_left) % {"n": -late.days_left}
    else:
        when = ngettext("%(n)s day left", "%(n)s days left", late.days_left) % {"n": late.days_left}
    if late.quota is None:
        return _("%(when)s, nobody has moved on, and nobody knows how many members there are") % {"when": when}
    return _("%(when)s, %(moved)s of %(quota)s people have moved on") % {
        "when": when,
        "moved": late.moved,
        "quota": late.quota,
    }
